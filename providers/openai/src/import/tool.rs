use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::{InputSchema, RawJson, Tool, ToolSchema};

use super::object;
use crate::API;

/// Reads the tool list: <https://platform.openai.com/docs/guides/tools>.
pub(super) fn read(list: &[&RawValue]) -> Vec<Tool> {
    let kind = |raw: &RawValue| object(Some(raw)).and_then(|mut tool| tool.text("type"));
    // Without the tool to search with, the encoder would add one.
    let has_search = list.iter().any(|raw| kind(raw).as_deref() == Some("tool_search"));
    let any = |raw: &RawValue| ProviderTool::new(API, RawJson::from_raw(raw.to_owned())).into();
    list.iter().map(|raw| typed(raw, has_search).unwrap_or_else(|| any(raw))).collect()
}

fn typed(raw: &RawValue, has_search: bool) -> Option<Tool> {
    let mut members = Record::read(raw.get()).ok()?;
    let kind = members.text("type")?;
    let name = members.text("name")?;
    match kind.as_str() {
        "function" => {
            let schema = match members.take("parameters") {
                Some(raw) => InputSchema::from_json(serde_json::from_str(raw.get()).ok()?).ok()?,
                None => InputSchema::empty(),
            };
            let mut tool = FunctionTool::new(ToolSchema::new(name, schema));
            tool.schema.description = members.text("description");
            tool.schema.strict = members.lenient("strict");
            tool.deferred = has_search && members.lenient("defer_loading") == Some(true);
            tool.extra = members.into_extra();
            tool.extra_api = tool.extra.as_ref().map(|_| API.to_owned());
            Some(tool.into())
        }
        "custom" => {
            let mut tool = CustomTool::new(name);
            tool.description = members.text("description");
            tool.format = members.take("format").map(|raw| RawJson::from_raw(raw.to_owned()));
            Some(Tool::Custom(tool))
        }
        _ => None,
    }
}
