use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::ToolResult;
use steer_core::json::Record;
use steer_core::tools::{ToolOutcome, ToolResultContent};

use super::media;

/// Reads what a function gave back: <https://ai.google.dev/api/caching#FunctionResponse>. The API itself names `output`
/// and `error` in the object; an object without them is the output.
pub(super) fn read(raw: &RawValue) -> Option<ToolResult> {
    let mut members = Record::read(raw.get()).ok()?;
    let id = members.text("id").unwrap_or_default();
    let name = members.text("name")?;
    let (mut content, outcome) = match members.take("response") {
        Some(raw) => response(serde_json::from_str(raw.get()).ok()?),
        None => (Vec::new(), ToolOutcome::Ok),
    };
    if let Some(parts) = members.take("parts") {
        let parts: Vec<&RawValue> = serde_json::from_str(parts.get()).ok()?;
        for raw in parts {
            let medium = media::take(&mut Record::read(raw.get()).ok()?)??;
            content.push(ToolResultContent::Media(medium));
        }
    }
    Some(ToolResult::new(id, content).for_tool(name).outcome(outcome))
}

fn response(value: Value) -> (Vec<ToolResultContent>, ToolOutcome) {
    let Value::Object(mut object) = value else {
        return (vec![ToolResultContent::json(value)], ToolOutcome::Ok);
    };
    if object.is_empty() {
        return (Vec::new(), ToolOutcome::Ok);
    }
    for (key, outcome) in [("output", ToolOutcome::Ok), ("error", ToolOutcome::Error)] {
        let is_lone = object.len() == 1 && object.get(key).is_some_and(|value| !value.is_object());
        if let Some(value) = object.get_mut(key).filter(|_| is_lone) {
            let content = match value.take() {
                Value::String(text) => ToolResultContent::text(text),
                value => ToolResultContent::json(value),
            };
            return (vec![content], outcome);
        }
    }
    (vec![ToolResultContent::json(Value::Object(object))], ToolOutcome::Ok)
}
