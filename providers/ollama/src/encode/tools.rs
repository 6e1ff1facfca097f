use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::encode::{Object, report_lowering, tool_name};
use steer_core::json::{JsonText, Members, Record};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::{FunctionTool, ProviderTool};
use steer_core::tools::{AllOf, Constants, Cycles, OneOf, Refs, SchemaProfile};
use steer_core::{ApiError, RawJson, Tool};

use super::{MAX_NAME, invalid};
use crate::API;

/// What the server reads of a tool's schema before it shows it to a model; references and the like it would leave out
/// without a word: <https://docs.ollama.com/capabilities/tool-calling>.
const SCHEMA: SchemaProfile = SchemaProfile::full()
    .refs(Refs::Inline)
    .cycles(Cycles::CutAfter(2))
    .all_of(AllOf::Merge)
    .one_of(OneOf::AnyOf)
    .constants(Constants::Enum);

/// `ToolEntry` is one entry of the tool list: <https://docs.ollama.com/api/chat#body-tools>.
#[derive(Debug)]
pub(super) struct ToolEntry<'a> {
    /// The name that it is sent with.
    pub(super) name: Cow<'a, str>,
    kind: EntryKind<'a>,
}

#[derive(Debug)]
enum EntryKind<'a> {
    Function {
        tool: &'a FunctionTool,
        schema: Value,
        extra: Members<'a>,
    },
    /// The vendor's own JSON.
    Raw(&'a RawJson),
}

/// Reads the tools of a request.
pub(super) fn read<'a>(tools: &'a [Tool], ledger: &mut Ledger) -> Result<Vec<ToolEntry<'a>>, ApiError> {
    let mut entries: Vec<ToolEntry<'_>> = Vec::with_capacity(tools.len());
    for tool in tools {
        match tool {
            Tool::Function(tool) => entries.push(match tool.kept(API) {
                // As it stood in the body that the request was read from.
                Some(raw) => ToolEntry { name: Cow::Borrowed(&tool.schema.name), kind: EntryKind::Raw(raw) },
                None => function(tool, ledger)?,
            }),
            Tool::Provider(tool) if tool.api == API => entries.push(provider(tool)?),
            Tool::Provider(tool) => {
                let why = format!("it is a tool of `{}`, not of this API", tool.api);
                ledger.unsupported(FeatureArea::Tools, "provider tool", &why)?;
            }
            Tool::Custom(tool) => {
                let why = "the API has no tools with free text; make it a function of one string";
                ledger.unsupported(FeatureArea::Tools, &format!("custom tool {}", tool.name), why)?;
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

fn function<'a>(tool: &'a FunctionTool, ledger: &mut Ledger) -> Result<ToolEntry<'a>, ApiError> {
    let given = &tool.schema.name;
    if given.trim().is_empty() {
        return Err(invalid("a tool has no name; name it"));
    }
    let name = tool_name(given, MAX_NAME);
    let subject = format!("tool {}", given.escape_debug());
    if name != *given {
        ledger.adjusted(
            &subject,
            format!(
                "models do not write its name; it is sent as `{name}`, and its calls come under its own name"
            ),
        );
    }
    for (is_set, why) in [
        (tool.deferred, "the API does not let the model search for tools; it is sent with the others"),
        (!tool.schema.input_examples.is_empty(), "the API has no place for examples of inputs"),
        (tool.schema.strict == Some(true), "the API does not hold the model to the schema"),
    ] {
        if is_set {
            ledger.unsupported(FeatureArea::Settings, &subject, why)?;
        }
    }
    let schema = report_lowering(SCHEMA.lower_value(tool.schema.input_schema.as_value()), &subject, ledger)?;
    let extra = tool.extra_for(API).and_then(|raw| Members::read(raw.get()).ok()).unwrap_or_default();
    Ok(ToolEntry { name, kind: EntryKind::Function { tool, schema, extra } })
}

fn provider(tool: &ProviderTool) -> Result<ToolEntry<'_>, ApiError> {
    let Ok(members) = Record::read(tool.json.get()) else {
        return Err(invalid(
            "a provider's tool is not a JSON object; give the entry as the vendor documents it",
        ));
    };
    let text = |raw: &RawValue| JsonText::read(raw).ok().map(JsonText::into_owned);
    let inner = members.get("function").and_then(|raw| Record::read(raw.get()).ok());
    let name = inner.as_ref().and_then(|inner| inner.get("name")).and_then(text).unwrap_or_default();
    Ok(ToolEntry { name: name.into(), kind: EntryKind::Raw(&tool.json) })
}

impl ToolEntry<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            EntryKind::Function { tool, .. } => {
                tool.schema.description.as_ref().map_or(0, String::len).saturating_add(512)
            }
            EntryKind::Raw(raw) => raw.get().len(),
        }
    }
}

impl Serialize for ToolEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            EntryKind::Raw(raw) => raw.nested().serialize(serializer),
            EntryKind::Function { tool, schema, extra } => {
                let mut entry = Object::new(serializer.serialize_map(None)?);
                entry.member("type", "function")?;
                let description = tool.schema.description.as_deref();
                entry.member("function", &Function { name: &self.name, description, schema })?;
                entry.end(extra, &[])
            }
        }
    }
}

struct Function<'a> {
    name: &'a str,
    description: Option<&'a str>,
    schema: &'a Value,
}

impl Serialize for Function<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.name)?;
        if let Some(description) = self.description {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("parameters", self.schema)?;
        map.end()
    }
}
