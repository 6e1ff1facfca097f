use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::encode::{Object, tool_name};
use steer_core::json::{Members, Record};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::{ApiError, InputSchema, RawJson, Tool, ToolSchema};

use super::{invalid, part, schema};
use crate::{API, Dialect};

/// The longest name of a tool.
pub(crate) const MAX_NAME: usize = 64;

/// `ToolEntry` is one entry of the tool list: <https://platform.openai.com/docs/guides/function-calling>.
#[derive(Debug)]
pub(super) struct ToolEntry<'a> {
    pub(super) name: Cow<'a, str>,
    kind: EntryKind<'a>,
}

#[derive(Debug)]
enum EntryKind<'a> {
    Function {
        tool: &'a ToolSchema,
        schema: Cow<'a, Value>,
        strict: Option<bool>,
        extra: Members<'a>,
    },
    Custom(&'a CustomTool),
    Provider {
        raw: &'a RawJson,
        kind: String,
    },
    /// As it stood in the body that the request was read from.
    Kept {
        raw: &'a RawJson,
        kind: &'static str,
    },
    /// A function that the conversation calls and the request does not declare.
    Stub,
}

/// Reads the tools of a request.
pub(super) fn read<'a>(
    tools: &'a [Tool],
    dialect: &Dialect,
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
                entries.push(kept(&tool.name, raw, "custom"))
            }
            Tool::Custom(tool) if dialect.custom_tools => {
                let name = sent(&tool.name, ledger)?;
                entries.push(ToolEntry { name, kind: EntryKind::Custom(tool) });
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

fn kept<'a>(name: &'a str, raw: &'a RawJson, kind: &'static str) -> ToolEntry<'a> {
    ToolEntry { name: Cow::Borrowed(name), kind: EntryKind::Kept { raw, kind } }
}

fn function<'a>(
    tool: &'a FunctionTool,
    dialect: &Dialect,
    ledger: &mut Ledger,
) -> Result<ToolEntry<'a>, ApiError> {
    let name = &tool.schema.name;
    let sent = sent(name, ledger)?;
    let subject = format!("tool {name}");
    if tool.deferred {
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
        Cow::Owned(schema::strict_tool_schema(given, &subject, ledger)?)
    } else {
        Cow::Borrowed(given.as_value())
    };
    let strict = tool.schema.strict.filter(|_| dialect.strict_tools);
    let extra = tool.extra_for(API).and_then(part::members).unwrap_or_default();
    let kind = EntryKind::Function { tool: &tool.schema, schema, strict, extra };
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

/// The name that a tool of the list is sent with.
pub(super) fn sent_name<'n>(name: &'n str, tools: &[ToolEntry<'_>]) -> Cow<'n, str> {
    if tools.iter().any(|tool| tool.name == name) { Cow::Borrowed(name) } else { tool_name(name, MAX_NAME) }
}

fn provider(tool: &ProviderTool) -> Result<ToolEntry<'_>, ApiError> {
    let Some(members) = part::members(&tool.json) else {
        return Err(invalid(
            "a provider's tool is not a JSON object; give the entry as the vendor documents it",
        ));
    };
    let text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
    let kind = members.get("type").and_then(text).unwrap_or_default();
    // The name stands in the member that the type names, if there is one.
    let inner = members.get(&kind).and_then(|raw| Record::read(raw.get()).ok());
    let name = inner.as_ref().and_then(|inner| inner.get("name")).or(members.get("name")).and_then(text);
    let name = name.map(Cow::Owned).unwrap_or_default();
    Ok(ToolEntry { name, kind: EntryKind::Provider { raw: &tool.json, kind } })
}

impl<'a> ToolEntry<'a> {
    /// A function of which no more than its name is known.
    pub(super) fn stub(name: Cow<'a, str>) -> Self {
        Self { name, kind: EntryKind::Stub }
    }
}

impl ToolEntry<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            EntryKind::Function { tool, .. } => {
                tool.description.as_ref().map_or(0, String::len).saturating_add(512)
            }
            EntryKind::Custom(tool) => tool.description.as_ref().map_or(0, String::len).saturating_add(512),
            EntryKind::Provider { raw, .. } | EntryKind::Kept { raw, .. } => raw.get().len(),
            EntryKind::Stub => 128,
        }
    }
}

impl Serialize for ToolEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            EntryKind::Provider { raw, .. } | EntryKind::Kept { raw, .. } => {
                raw.nested().serialize(serializer)
            }
            EntryKind::Stub => {
                let any = InputSchema::empty();
                let (name, parameters) = (&*self.name, any.as_value());
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("type", "function")?;
                map.serialize_entry(
                    "function",
                    &Function { name, description: None, parameters, strict: None },
                )?;
                map.end()
            }
            EntryKind::Function { tool, schema, strict, extra } => {
                let mut entry = Object::new(serializer.serialize_map(None)?);
                entry.member("type", "function")?;
                let description = tool.description.as_deref();
                let function =
                    Function { name: &self.name, description, parameters: schema, strict: *strict };
                entry.member("function", &function)?;
                entry.end(extra, &[])
            }
            EntryKind::Custom(tool) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("type", "custom")?;
                let (name, description) = (&*self.name, tool.description.as_deref());
                let format = tool.format.as_ref().map(RawJson::nested);
                map.serialize_entry("custom", &Custom { name, description, format })?;
                map.end()
            }
        }
    }
}

/// `ToolReference` names a tool in a choice.
#[derive(Debug)]
pub(super) struct ToolReference<'a> {
    kind: Cow<'a, str>,
    name: Cow<'a, str>,
}

impl<'a> ToolReference<'a> {
    /// Names an entry of the list.
    pub(super) fn to(entry: &ToolEntry<'a>) -> Self {
        let kind = match &entry.kind {
            EntryKind::Function { .. } | EntryKind::Stub => Cow::Borrowed("function"),
            EntryKind::Custom(_) => Cow::Borrowed("custom"),
            EntryKind::Kept { kind, .. } => Cow::Borrowed(*kind),
            EntryKind::Provider { kind, .. } => Cow::Owned(kind.clone()),
        };
        Self { kind, name: Cow::clone(&entry.name) }
    }

    /// Names a function that is not in the list.
    pub(super) fn function(name: Cow<'a, str>) -> Self {
        Self { kind: Cow::Borrowed("function"), name }
    }
}

impl Serialize for ToolReference<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.kind)?;
        if matches!(&*self.kind, "function" | "custom") {
            map.serialize_entry(&self.kind, &Name { name: &self.name })?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(serde::Serialize)]
struct Function<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    parameters: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

#[derive(serde::Serialize)]
struct Custom<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a RawValue>,
}
