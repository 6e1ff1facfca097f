use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::{InputSchema, RawJson, Tool, ToolSchema};

use super::object;
use crate::API;

/// Reads an entry of the tool list: <https://platform.openai.com/docs/guides/function-calling>.
pub(super) fn read(raw: &RawValue) -> Tool {
    typed(raw).unwrap_or_else(|| ProviderTool::new(API, RawJson::from_raw(raw.to_owned())).into())
}

fn typed(raw: &RawValue) -> Option<Tool> {
    let mut members = Record::read(raw.get()).ok()?;
    let kind = members.text("type").unwrap_or_else(|| "function".to_owned());
    let mut inner = object(members.take(&kind))?;
    let name = inner.text("name")?;
    match kind.as_str() {
        "function" => {
            let schema = match inner.take("parameters") {
                Some(raw) => InputSchema::from_json(serde_json::from_str(raw.get()).ok()?).ok()?,
                None => InputSchema::empty(),
            };
            let mut tool = FunctionTool::new(ToolSchema::new(name, schema));
            tool.schema.description = inner.text("description");
            tool.schema.strict = inner.lenient("strict");
            tool.extra = members.into_extra();
            tool.extra_api = tool.extra.as_ref().map(|_| API.to_owned());
            Some(tool.into())
        }
        "custom" => {
            let mut tool = CustomTool::new(name);
            tool.description = inner.text("description");
            tool.format = inner.take("format").map(|raw| RawJson::from_raw(raw.to_owned()));
            Some(Tool::Custom(tool))
        }
        _ => None,
    }
}
