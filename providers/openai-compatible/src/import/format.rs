use serde_json::Value;
use steer_core::ResponseFormat;
use steer_core::json::Record;

use super::object;

/// Takes the form of the answer: <https://platform.openai.com/docs/guides/structured-outputs>.
pub(super) fn take(members: &mut Record<'_>) -> Option<ResponseFormat> {
    let mut format = object(members.get("response_format"))?;
    let format = match format.text("type")?.as_str() {
        "text" => ResponseFormat::Text,
        "json_object" => ResponseFormat::JsonObject,
        "json_schema" => {
            let mut inner = object(format.take("json_schema"))?;
            ResponseFormat::JsonSchema {
                name: inner.text("name").unwrap_or_default(),
                description: inner.text("description"),
                schema: serde_json::from_str::<Value>(inner.take("schema")?.get()).ok()?,
                strict: inner.lenient("strict"),
            }
        }
        _ => return None,
    };
    let _ = members.take("response_format");
    Some(format)
}
