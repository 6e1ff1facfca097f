use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::{FunctionTool, ProviderTool};
use steer_core::{InputSchema, RawJson, Tool, ToolSchema};

use super::block::cache_point;
use crate::API;

/// Reads an entry of the tool list: <https://docs.claude.com/en/api/messages#body-tools>.
pub(super) fn read(raw: &RawValue) -> Tool {
    function(raw).map_or_else(|| provider(raw), Tool::Function)
}

/// A function of the program's; `None` where it is none, or says what our types do not hold.
fn function(raw: &RawValue) -> Option<FunctionTool> {
    let mut members = Record::read(raw.get()).ok()?;
    if members.get("type").is_some_and(|kind| kind.get() != "\"custom\"") {
        return None;
    }
    let schema = serde_json::from_str(members.take("input_schema")?.get()).ok()?;
    let mut tool =
        FunctionTool::new(ToolSchema::new(members.text("name")?, InputSchema::from_json(schema).ok()?));
    tool.schema.description = members.text("description");
    tool.schema.strict = members.lenient("strict");
    tool.schema.input_examples = members.lenient("input_examples").unwrap_or_default();
    tool.eager_input = members.lenient("eager_input_streaming");
    tool.deferred = members.lenient("defer_loading").unwrap_or_default();
    tool.cache = cache_point(&mut members);
    tool.extra = members.into_extra();
    tool.extra_api = tool.extra.as_ref().map(|_| API.to_owned());
    Some(tool)
}

fn provider(raw: &RawValue) -> Tool {
    let mut tool = ProviderTool::new(API, RawJson::from_raw(raw.to_owned()));
    tool.cache = Record::read(raw.get()).ok().and_then(|mut members| cache_point(&mut members));
    Tool::Provider(tool)
}
