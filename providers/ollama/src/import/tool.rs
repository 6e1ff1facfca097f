use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::{FunctionTool, ProviderTool};
use steer_core::{InputSchema, RawJson, Tool, ToolSchema};

use crate::API;

/// Reads an entry of the tool list: <https://docs.ollama.com/api/chat#body-tools>.
pub(super) fn read(raw: &RawValue) -> Tool {
    function(raw).map_or_else(|| ProviderTool::new(API, RawJson::from_raw(raw.to_owned())).into(), Tool::from)
}

fn function(raw: &RawValue) -> Option<FunctionTool> {
    let mut members = Record::read(raw.get()).ok()?;
    if members.text("type").is_some_and(|kind| kind != "function") {
        return None;
    }
    let mut inner = Record::read(members.take("function")?.get()).ok()?;
    let name = inner.text("name")?;
    let schema = match inner.take("parameters") {
        Some(raw) => InputSchema::from_json(serde_json::from_str(raw.get()).ok()?).ok()?,
        None => InputSchema::empty(),
    };
    let mut tool = FunctionTool::new(ToolSchema::new(name, schema));
    tool.schema.description = inner.text("description");
    tool.extra = members.into_extra();
    tool.extra_api = tool.extra.as_ref().map(|_| API.to_owned());
    Some(tool)
}
