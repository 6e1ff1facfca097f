use serde_json::Value;
use steer_core::ResponseFormat;
use steer_core::json::Record;

use super::{member, schema};

/// Takes the form of the answer: <https://ai.google.dev/gemini-api/docs/structured-output>. One without a type stays
/// among the members.
pub(super) fn take(members: &mut Record<'_>) -> Option<ResponseFormat> {
    let name =
        if members.get("responseMimeType").is_some() { "responseMimeType" } else { "response_mime_type" };
    match members.get(name)?.get() {
        "\"application/json\"" => {}
        "\"text/plain\"" => return members.take(name).map(|_| ResponseFormat::Text),
        _ => return None,
    }
    let _ = members.take(name);
    let json_schema = member::lenient::<Value>(members, "responseJsonSchema", "response_json_schema");
    let open_api =
        || member::lenient(members, "responseSchema", "response_schema").map(schema::from_open_api);
    let schema = json_schema.or_else(open_api);
    Some(schema.map_or(ResponseFormat::JsonObject, |schema| ResponseFormat::json_schema("answer", schema)))
}
