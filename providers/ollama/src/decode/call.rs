use serde_json::value::RawValue;
use steer_core::json::{JsonText, Record};
use steer_core::message::{Opaque, ToolCallPart};
use steer_core::{Part, RawJson, StreamError, ToolCall};

use super::broken;
use crate::API;

/// Reads a call, and its arguments as the server wrote them: <https://docs.ollama.com/capabilities/tool-calling>.
///
/// Older servers give no ids; then the id is empty, and results find their calls by name and order. A call of another
/// kind than a function's is kept as it came.
pub(crate) fn read(raw: &RawValue) -> Result<(Part, String), StreamError> {
    let mut members = Record::read(raw.get()).map_err(|error| broken("tool_calls", &error))?;
    let Some(function) = members.take("function") else {
        let kind = members.text("type").unwrap_or_else(|| "tool_call".to_owned());
        let opaque = Opaque::new(API, kind, RawJson::from_raw(raw.to_owned()));
        return Ok((Part::Opaque(opaque), String::new()));
    };
    let id = members.text("id").unwrap_or_default();
    members.borrowed_text("type");
    let mut function = Record::read(function.get()).map_err(|error| broken("function", &error))?;
    let name = function.text("name").unwrap_or_default();
    // The calls come in their order.
    function.lenient::<u64>("index");
    let arguments = match function.take("arguments") {
        // Some gateways pass on the text that other formats have there.
        Some(raw) if raw.get().starts_with('"') => {
            JsonText::read(raw).map_err(|error| broken("arguments", &error))?.into_owned()
        }
        Some(raw) => raw.get().to_owned(),
        None => String::new(),
    };
    let mut part = ToolCallPart::new(ToolCall::new(id, name, ""));
    if members.rest().next().is_some() || function.rest().next().is_some() {
        part.meta.replay = Some(RawJson::from_raw(raw.to_owned()));
    }
    Ok((Part::ToolCall(part), arguments))
}
