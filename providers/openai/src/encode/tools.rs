use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use steer_core::encode::{Object, tool_name};
use steer_core::json::{Members, Record};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::{ApiError, RawJson, Tool, ToolSchema};
use steer_openai_compatible::strict_tool_schema;

use super::{invalid, part};
use crate::{API, ResponsesDialect};

/// The longest name of a tool.
pub(crate) const MAX_NAME: usize = 64;

/// `ToolEntry` is one entry of the tool list: <https://platform.openai.com/docs/guides/tools>.
#[derive(Debug)]
pub(super) struct ToolEntry<'a> {
    pub(super) name: Cow<'a, str>,
    kind: EntryKind<'a>,
}

#[derive(Debug)]
enum EntryKind<'a> {
    Function(Function<'a>),
    Custom {
        tool: &'a CustomTool,
        format: Option<Format<'a>>,
    },
    Provider {
        raw: &'a RawJson,
        kind: String,
        server: Option<String>,
    },
    /// As it stood in the body that the request was read from.
    Kept {
        raw: &'a RawJson,
        kind: &'static str,
    },
    /// What deferred tools are found with.
    Search,
}

#[derive(Debug)]
struct Function<'a> {
    tool: &'a ToolSchema,
    schema: Cow<'a, Value>,
    /// None where the dialect has no strict tools.
    strict: Option<Option<bool>>,
    deferred: bool,
    extra: Members<'a>,
}

/// `Format` is the grammar of a tool with free text.
#[derive(Debug)]
enum Format<'a> {
    Raw(&'a RawJson),
    /// Chat Completions has the same one level deeper.
    Nested(Members<'a>),
}

/// Reads the tools of a request.
pub(super) fn read<'a>(
    tools: &'a [Tool],
    dialect: &ResponsesDialect,
    ledger: &mut Ledger,
) -> Result<Vec<ToolEntry<'a>>, ApiError> {
    let mut entries: Vec<ToolEntry<'_>> = Vec::with_capacity(tools.len());
    for tool in tools {
        match tool {
            Tool::Function(tool) => entries.push(match tool.kept(API) {
                Some(raw) => kept(&tool.schema.name, raw, "function"),
                None => function(tool, dialect, ledger)?,
            }),
            Tool::Custom(tool) if let Some(raw) = tool.kept(API) => {
                entries.push(kept(&tool.name, raw, "custom"));
            }
            Tool::Custom(tool) if dialect.custom_tools => {
                let name = sent(&tool.name, ledger)?;
                let kind = EntryKind::Custom { tool, format: tool.format.as_ref().map(Format::of) };
                entries.push(ToolEntry { name, kind });
            }
            Tool::Custom(tool) => {
                let why = "the API has no tools with free text; make it a function of one string";
                ledger.unsupported(FeatureArea::Tools, &format!("custom tool {}", tool.name), why)?;
            }
            Tool::Provider(tool) if tool.api == API => entries.push(provider(tool)?),
            Tool::Provider(tool) => {
                let why = format!("it is a tool of `{}`, not of this API", tool.api);
                ledger.unsupported(FeatureArea::Tools, "provider tool", &why)?;
            }
            _ => ledger.unsupported(FeatureArea::Tools, "tool", "the API has none of its kind")?,
        }
    }
    let mut names = BTreeSet::new();
    for entry in &entries {
        if !entry.name.is_empty() && !names.insert(&*entry.name) {
            let name = entry.name.escape_debug();
            return Err(invalid(format!("there are two tools named `{name}`; rename one")));
        }
    }
    let is_deferred =
        |entry: &ToolEntry<'_>| matches!(&entry.kind, EntryKind::Function(tool) if tool.deferred);
    if entries.iter().any(is_deferred) && !entries.iter().any(|entry| entry.kind() == "tool_search") {
        ledger.adjusted("tools", "a tool to search for the deferred ones was added");
        entries.push(ToolEntry { name: Cow::Borrowed(""), kind: EntryKind::Search });
    }
    Ok(entries)
}

/// Whether a tool asks for a cache point.
pub(super) fn has_cache_point(tool: &Tool) -> bool {
    match tool {
        Tool::Function(tool) => tool.cache.is_some(),
        Tool::Provider(tool) => tool.cache.is_some(),
        _ => false,
    }
}

/// Whether the function of this name says what JSON it gives.
pub(super) fn gives_json(tools: &[Tool], name: &str) -> bool {
    tools.iter().any(|tool| match tool {
        Tool::Function(tool) if tool.schema.name == name => {
            let members = tool.extra_for(API).and_then(part::members);
            members.is_some_and(|members| members.get("output_schema").is_some())
        }
        _ => false,
    })
}

fn kept<'a>(name: &'a str, raw: &'a RawJson, kind: &'static str) -> ToolEntry<'a> {
    ToolEntry { name: Cow::Borrowed(name), kind: EntryKind::Kept { raw, kind } }
}

fn function<'a>(
    tool: &'a FunctionTool,
    dialect: &ResponsesDialect,
    ledger: &mut Ledger,
) -> Result<ToolEntry<'a>, ApiError> {
    let name = &tool.schema.name;
    let sent = sent(name, ledger)?;
    let subject = format!("tool {name}");
    if tool.deferred && !dialect.deferred_tools {
        let why = "the API does not let the model search for tools; it is sent with the others";
        ledger.unsupported(FeatureArea::Settings, &subject, why)?;
    }
    if !tool.schema.input_examples.is_empty() {
        let why = "the API has no place for examples of inputs";
        ledger.unsupported(FeatureArea::Settings, &subject, why)?;
    }
    let is_strict = tool.schema.strict == Some(true);
    if is_strict && !dialect.strict_tools {
        let why = "the API does not hold the model to the schema";
        ledger.unsupported(FeatureArea::Settings, &subject, why)?;
    }
    let given = &tool.schema.input_schema;
    let schema = if is_strict && dialect.strict_tools {
        Cow::Owned(strict_tool_schema(given, &subject, ledger)?)
    } else {
        Cow::Borrowed(given.as_value())
    };
    let kind = EntryKind::Function(Function {
        tool: &tool.schema,
        schema,
        strict: dialect.strict_tools.then_some(tool.schema.strict),
        deferred: tool.deferred && dialect.deferred_tools,
        extra: tool.extra_for(API).and_then(part::members).unwrap_or_default(),
    });
    Ok(ToolEntry { name: sent, kind })
}

/// The name that a tool is sent with.
fn sent<'a>(name: &'a str, ledger: &mut Ledger) -> Result<Cow<'a, str>, ApiError> {
    if name.trim().is_empty() {
        return Err(invalid("a tool has no name; name it"));
    }
    let sent = tool_name(name, MAX_NAME);
    if sent != name {
        ledger.adjusted(
            &format!("tool {}", name.escape_debug()),
            format!("the API does not take its name; it is sent as `{sent}`, and its calls come under its own name"),
        );
    }
    Ok(sent)
}

fn provider(tool: &ProviderTool) -> Result<ToolEntry<'_>, ApiError> {
    let Some(mut members) = Record::read(tool.json.get()).ok() else {
        return Err(invalid(
            "a provider's tool is not a JSON object; give the entry as the vendor documents it",
        ));
    };
    let kind = members.text("type").unwrap_or_default();
    let name = members.text("name").map(Cow::Owned).unwrap_or_default();
    let server = members.text("server_label");
    Ok(ToolEntry { name, kind: EntryKind::Provider { raw: &tool.json, kind, server } })
}

impl<'a> ToolEntry<'a> {
    /// The vendor's word for the kind of tool.
    pub(super) fn kind(&self) -> &str {
        match &self.kind {
            EntryKind::Function(_) => "function",
            EntryKind::Custom { .. } => "custom",
            EntryKind::Provider { kind, .. } => kind,
            EntryKind::Kept { kind, .. } => kind,
            EntryKind::Search => "tool_search",
        }
    }

    /// Whether a choice of this name means it: the name of a tool, the label of a server, or the kind of a tool that
    /// has neither.
    pub(super) fn is_called(&self, name: &str) -> bool {
        match &self.kind {
            EntryKind::Provider { server: Some(server), .. } => server == name,
            EntryKind::Provider { kind, .. } if self.name.is_empty() => kind == name,
            EntryKind::Search => false,
            _ => self.name == name || self.name == tool_name(name, MAX_NAME),
        }
    }

    /// How a choice names it.
    pub(super) fn reference(&self) -> ToolReference<'a> {
        match &self.kind {
            EntryKind::Provider { kind, server: Some(server), .. } => {
                ToolReference { kind: Cow::Owned(kind.clone()), name: None, server: Some(server.clone()) }
            }
            EntryKind::Provider { kind, .. } => ToolReference {
                kind: Cow::Owned(kind.clone()),
                name: Some(Cow::clone(&self.name)).filter(|name| !name.is_empty()),
                server: None,
            },
            EntryKind::Custom { .. } | EntryKind::Kept { kind: "custom", .. } => {
                ToolReference::named("custom", Cow::clone(&self.name))
            }
            _ => ToolReference::named("function", Cow::clone(&self.name)),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            EntryKind::Function(Function { tool, .. }) => {
                tool.description.as_ref().map_or(0, String::len).saturating_add(512)
            }
            EntryKind::Custom { tool, .. } => {
                tool.description.as_ref().map_or(0, String::len).saturating_add(512)
            }
            EntryKind::Provider { raw, .. } | EntryKind::Kept { raw, .. } => raw.get().len(),
            EntryKind::Search => 32,
        }
    }
}

impl<'a> Format<'a> {
    fn of(raw: &'a RawJson) -> Self {
        let nested = Record::read(raw.get()).ok().and_then(|mut members| members.take("grammar"));
        match nested.and_then(|raw| Members::read(raw.get()).ok()) {
            Some(members) => Self::Nested(members),
            None => Self::Raw(raw),
        }
    }
}

impl Serialize for Format<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.nested().serialize(serializer),
            Self::Nested(members) => {
                let mut format = Object::new(serializer.serialize_map(None)?);
                format.member("type", "grammar")?;
                format.end(members, &[])
            }
        }
    }
}

impl Serialize for ToolEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let EntryKind::Provider { raw, .. } | EntryKind::Kept { raw, .. } = &self.kind {
            return raw.nested().serialize(serializer);
        }
        let mut entry = Object::new(serializer.serialize_map(None)?);
        entry.member("type", self.kind())?;
        match &self.kind {
            EntryKind::Function(Function { tool, schema, strict, deferred, extra }) => {
                entry.member("name", &self.name)?;
                entry.optional("description", tool.description.as_deref())?;
                entry.member("parameters", schema)?;
                // The API asks for the member, and takes null for its own default.
                entry.optional("strict", strict.as_ref())?;
                entry.optional("defer_loading", deferred.then_some(&true))?;
                entry.end(extra, &[])
            }
            EntryKind::Custom { tool, format } => {
                entry.member("name", &self.name)?;
                entry.optional("description", tool.description.as_deref())?;
                entry.optional("format", format.as_ref())?;
                entry.end(&Members::default(), &[])
            }
            _ => entry.end(&Members::default(), &[]),
        }
    }
}

/// `ToolReference` names a tool in a choice: <https://platform.openai.com/docs/guides/function-calling#tool-choice>.
#[derive(Debug)]
pub(super) struct ToolReference<'a> {
    kind: Cow<'a, str>,
    name: Option<Cow<'a, str>>,
    server: Option<String>,
}

impl<'a> ToolReference<'a> {
    pub(super) fn named(kind: &'static str, name: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: Cow::Borrowed(kind), name: Some(name.into()), server: None }
    }
}

impl Serialize for ToolReference<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.kind)?;
        if let Some(server) = &self.server {
            map.serialize_entry("server_label", server)?;
        }
        if let Some(name) = &self.name {
            map.serialize_entry("name", name)?;
        }
        map.end()
    }
}
