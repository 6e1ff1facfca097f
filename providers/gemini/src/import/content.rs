use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::importing::BodyFault;
use steer_core::json::Record;
use steer_core::message::{Role, Text};
use steer_core::{ApiError, Message, Origin, Part};

use super::part;
use crate::API;

/// Reads one content of the conversation: <https://ai.google.dev/api/caching#Content>.
pub(super) fn read(raw: &RawValue, place: usize, origin: &Arc<Origin>) -> Result<Message, ApiError> {
    let fault = |what| BodyFault::new(API, &format!("contents[{place}]"), what);
    let mut members = Record::read(raw.get()).map_err(|_| fault("is not an object"))?;
    // Without a word for it, the user speaks.
    let role = match members.text("role").as_deref() {
        Some("model") => Role::Assistant,
        _ => Role::User,
    };
    let mut message = Message::new(role, Vec::new());
    if let Some(parts) = parts(&members) {
        let _ = members.take("parts");
        message.parts = parts.into_iter().map(|raw| part::read(raw, origin)).collect();
    }
    let is_result = |part: &Part| matches!(part, Part::ToolResult(_));
    if role == Role::User && !message.parts.is_empty() && message.parts.iter().all(is_result) {
        message.role = Role::Tool;
    }
    if role == Role::Assistant {
        for part in &mut message.parts {
            part.meta_mut().origin = Some(Arc::clone(origin));
        }
    }
    message.extra = members.into_extra();
    message.extra_api = message.extra.as_ref().map(|_| API.to_owned());
    Ok(message)
}

/// The texts of a prompt, if it has nothing else: <https://ai.google.dev/gemini-api/docs/text-generation#system-instructions>.
pub(super) fn prompt(raw: &RawValue) -> Option<Vec<Text>> {
    let members = Record::read(raw.get()).ok()?;
    let text = |raw: &RawValue| Some(Text::new(Record::read(raw.get()).ok()?.text("text")?));
    parts(&members)?.into_iter().map(text).collect()
}

fn parts<'a>(members: &Record<'a>) -> Option<Vec<&'a RawValue>> {
    serde_json::from_str(members.get("parts")?.get()).ok()
}
