use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use steer_core::encode::tool_name;
use steer_core::json::Members;
use steer_core::message::CachePoint;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::{FunctionTool, ProviderTool};
use steer_core::{ApiError, RawJson, Tool, ToolSchema};

use super::cache::CacheControl;
use super::{extra, invalid, schema};
use crate::API;

/// The longest name of a tool; it has letters, digits, `_` and `-`:
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#specifying-client-tools>.
pub(crate) const MAX_NAME: usize = 128;

/// `ToolEntry` is one entry of the tool list:
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#specifying-client-tools>.
#[derive(Debug)]
pub(super) struct ToolEntry<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) cache: Option<CachePoint>,
    kind: EntryKind<'a>,
}

#[derive(Debug)]
enum EntryKind<'a> {
    Function {
        tool: &'a ToolSchema,
        schema: Cow<'a, Value>,
        deferred: bool,
        eager: Option<bool>,
        extra: Members<'a>,
    },
    Provider {
        raw: &'a RawJson,
        members: Members<'a>,
    },
    /// As it stood in the body that the request was read from, its cache point included.
    Kept(&'a RawJson),
}

/// Reads the tools of a request.
pub(super) fn read<'a>(tools: &'a [Tool], ledger: &mut Ledger) -> Result<Vec<ToolEntry<'a>>, ApiError> {
    let mut entries: Vec<ToolEntry<'_>> = Vec::with_capacity(tools.len());
    for tool in tools {
        match tool {
            Tool::Function(tool) => entries.push(function(tool, ledger)?),
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
            return Err(invalid(format!(
                "there are two tools named `{}`; rename one",
                entry.name.escape_debug()
            )));
        }
    }
    Ok(entries)
}

/// The name that a tool of the list is sent with.
pub(super) fn sent_name<'n>(name: &'n str, tools: &[ToolEntry<'_>]) -> Cow<'n, str> {
    if tools.iter().any(|tool| tool.name == name) { Cow::Borrowed(name) } else { tool_name(name, MAX_NAME) }
}

/// Whether a tool of this name stands in the list, or one of the vendor's whose dated type begins so.
pub(super) fn offers(tools: &[ToolEntry<'_>], name: &str) -> bool {
    tools.iter().any(|tool| match &tool.kind {
        EntryKind::Provider { members, .. } if tool.name != name => {
            let kind = members.get("type").map(|raw| raw.get().trim_matches('"'));
            kind.and_then(|kind| kind.strip_prefix(name)).is_some_and(|rest| rest.starts_with('_'))
        }
        _ => tool.name == name,
    })
}

/// Whether the tools of a server stand in the list: <https://platform.claude.com/docs/en/agents-and-tools/mcp-connector>.
pub(super) fn offers_server(tools: &[ToolEntry<'_>], server: Option<&str>) -> bool {
    tools.iter().any(|tool| match &tool.kind {
        EntryKind::Provider { members, .. } => {
            let named =
                members.get("mcp_server_name").and_then(|raw| serde_json::from_str::<&str>(raw.get()).ok());
            named.is_some() && (server.is_none() || named == server)
        }
        _ => false,
    })
}

/// Whether a tool is sent as it stood in a body, with a cache point.
pub(super) fn is_kept_point(tool: &Tool) -> bool {
    matches!(tool, Tool::Function(tool) if tool.cache.is_some() && tool.kept(API).is_some())
}

fn function<'a>(tool: &'a FunctionTool, ledger: &mut Ledger) -> Result<ToolEntry<'a>, ApiError> {
    let name = &tool.schema.name;
    if let Some(raw) = tool.kept(API) {
        return Ok(ToolEntry { name: Cow::Borrowed(name), cache: None, kind: EntryKind::Kept(raw) });
    }
    if name.trim().is_empty() {
        return Err(invalid("a tool has no name; name it"));
    }
    let sent = tool_name(name, MAX_NAME);
    if sent != *name {
        ledger.adjusted(
            &format!("tool {}", name.escape_debug()),
            format!("the API does not take its name; it is sent as `{sent}`, and its calls come under its own name"),
        );
    }
    let given = &tool.schema.input_schema;
    let schema = if tool.schema.strict == Some(true) {
        Cow::Owned(schema::tool(given, &format!("tool {name}"), ledger)?)
    } else {
        Cow::Borrowed(given.as_value())
    };
    let mut cache = tool.cache;
    if tool.deferred && cache.take().is_some() {
        ledger.adjusted("cache_control", format!("the deferred tool {name} cannot hold a cache point"));
    }
    let extra = tool.extra_for(API).and_then(extra::members).unwrap_or_default();
    let kind = EntryKind::Function {
        tool: &tool.schema,
        schema,
        deferred: tool.deferred,
        eager: tool.eager_input,
        extra,
    };
    Ok(ToolEntry { name: sent, cache, kind })
}

fn provider(tool: &ProviderTool) -> Result<ToolEntry<'_>, ApiError> {
    let Some(members) = extra::members(&tool.json) else {
        return Err(invalid(
            "a provider's tool is not a JSON object; give the entry as the vendor documents it",
        ));
    };
    // A set of tools has no name of its own.
    let name = members.get("name").and_then(|raw| serde_json::from_str(raw.get()).ok()).map(Cow::Owned);
    Ok(ToolEntry {
        name: name.unwrap_or_default(),
        cache: tool.cache,
        kind: EntryKind::Provider { raw: &tool.json, members },
    })
}

impl ToolEntry<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            EntryKind::Function { tool, .. } => {
                tool.description.as_ref().map_or(0, String::len).saturating_add(512)
            }
            EntryKind::Provider { raw, .. } | EntryKind::Kept(raw) => raw.get().len().saturating_add(64),
        }
    }
}

impl Serialize for ToolEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match &self.kind {
            EntryKind::Kept(raw) => return raw.nested().serialize(serializer),
            EntryKind::Provider { raw, .. } if self.cache.is_none() => {
                return raw.nested().serialize(serializer);
            }
            EntryKind::Provider { members, .. } => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in extra::beside(members, &[]) {
                    map.serialize_entry(name, value)?;
                }
                map
            }
            EntryKind::Function { tool, schema, deferred, eager, extra } => {
                let mut map = serializer.serialize_map(None)?;
                write_function(&mut map, &self.name, tool, schema, *deferred, *eager)?;
                let is_said = |name: &str| eager.is_some() && name == EAGER;
                for (name, value) in
                    extra::beside(extra, &FUNCTION_MEMBERS).filter(|(name, _)| !is_said(name))
                {
                    map.serialize_entry(name, value)?;
                }
                map
            }
        };
        if let Some(point) = self.cache {
            map.serialize_entry("cache_control", &CacheControl(point))?;
        }
        map.end()
    }
}

const FUNCTION_MEMBERS: [&str; 6] =
    ["name", "description", "input_schema", "strict", "input_examples", "defer_loading"];

/// What else is written where a tool says it.
const EAGER: &str = "eager_input_streaming";

fn write_function<M: SerializeMap>(
    map: &mut M,
    name: &str,
    tool: &ToolSchema,
    schema: &Value,
    deferred: bool,
    eager: Option<bool>,
) -> Result<(), M::Error> {
    map.serialize_entry("name", name)?;
    if let Some(description) = &tool.description {
        map.serialize_entry("description", description)?;
    }
    map.serialize_entry("input_schema", schema)?;
    if let Some(strict) = tool.strict {
        map.serialize_entry("strict", &strict)?;
    }
    if !tool.input_examples.is_empty() {
        map.serialize_entry("input_examples", &tool.input_examples)?;
    }
    if deferred {
        map.serialize_entry("defer_loading", &true)?;
    }
    // <https://docs.claude.com/en/docs/agents-and-tools/tool-use/fine-grained-tool-streaming>
    if let Some(eager) = eager {
        map.serialize_entry(EAGER, &eager)?;
    }
    Ok(())
}
