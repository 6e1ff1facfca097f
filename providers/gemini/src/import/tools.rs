use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::{FunctionTool, ProviderTool};
use steer_core::{InputSchema, RawJson, Tool, ToolSchema};

use super::{member, schema};
use crate::API;

/// Reads the list of tools: <https://ai.google.dev/api/caching#Tool>. `None` where it is none, or says what our types do
/// not hold.
pub(super) fn read(raw: &RawValue) -> Option<Vec<Tool>> {
    let entries: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let mut tools = Vec::with_capacity(entries.len());
    for raw in entries {
        let mut members = Record::read(raw.get()).ok()?;
        if let Some(functions) = member::take(&mut members, "functionDeclarations", "function_declarations") {
            let functions: Vec<&RawValue> = serde_json::from_str(functions.get()).ok()?;
            for raw in functions {
                tools.push(Tool::Function(function(raw)?));
            }
        }
        // The vendor's own tools, each a member of the entry.
        if let Some(rest) = members.into_extra() {
            tools.push(Tool::Provider(ProviderTool::new(API, rest)));
        }
    }
    Some(tools)
}

/// <https://ai.google.dev/api/caching#FunctionDeclaration>
fn function(raw: &RawValue) -> Option<FunctionTool> {
    let mut members = Record::read(raw.get()).ok()?;
    let (name, description) = (members.text("name")?, members.text("description"));
    let written = members.take("parametersJsonSchema");
    let parameters = written.or_else(|| members.take("parameters_json_schema"));
    let input = match (parameters, members.take("parameters")) {
        (Some(raw), _) => serde_json::from_str(raw.get()).ok()?,
        (None, Some(raw)) => schema::from_open_api(serde_json::from_str(raw.get()).ok()?),
        (None, None) => InputSchema::empty().into_value(),
    };
    let mut tool = FunctionTool::new(ToolSchema::new(name, InputSchema::from_json(input).ok()?));
    tool.schema.description = description;
    tool.extra = members.into_extra();
    tool.extra_api = tool.extra.as_ref().map(|_| API.to_owned());
    if written.is_none() {
        // The encoder has other words for it.
        tool.keep(API, RawJson::from_raw(raw.to_owned()));
    }
    Some(tool)
}
