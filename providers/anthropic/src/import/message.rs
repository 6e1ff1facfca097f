use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::importing::BodyFault;
use steer_core::json::Record;
use steer_core::message::{Opaque, Role};
use steer_core::{ApiError, Message, Origin, Part, RawJson};

use super::block;
use crate::API;

/// Reads one message: <https://docs.claude.com/en/api/messages#body-messages>.
pub(super) fn read(raw: &RawValue, place: usize, origin: &Arc<Origin>) -> Result<Message, ApiError> {
    let fault = |what| BodyFault::new(API, &format!("messages[{place}]"), what);
    let mut members = Record::read(raw.get()).map_err(|_| fault("is not an object"))?;
    let role = members.text("role").ok_or_else(|| fault("has no role"))?;
    let side = match role.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => Role::System,
        _ => return Ok(unknown(role, raw, origin)),
    };
    let parts = content(&mut members, origin);
    let mut message = Message::new(side, parts);
    let is_result = |part: &Part| matches!(part, Part::ToolResult(_));
    if side == Role::User && !message.parts.is_empty() && message.parts.iter().all(is_result) {
        message.role = Role::Tool;
    }
    for part in &mut message.parts {
        let meta = part.meta_mut();
        if side == Role::Assistant || meta.extra.is_some() || meta.replay.is_some() {
            meta.origin = Some(Arc::clone(origin));
        }
    }
    message.extra = members.into_extra();
    message.extra_api = message.extra.as_ref().map(|_| API.to_owned());
    Ok(message)
}

/// The content: a text, or blocks. Of another shape it stays among the members.
fn content(members: &mut Record<'_>, origin: &Arc<Origin>) -> Vec<Part> {
    if let Some(text) = members.text("content") {
        return vec![Part::text(text)];
    }
    let blocks =
        members.get("content").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let Some(blocks) = blocks else { return Vec::new() };
    let _ = members.take("content");
    blocks.into_iter().map(|raw| block::read(raw, origin)).collect()
}

/// A message of a role that has no type here.
fn unknown(role: String, raw: &RawValue, origin: &Arc<Origin>) -> Message {
    let mut part = Opaque::new(API, role, RawJson::from_raw(raw.to_owned()));
    part.meta.origin = Some(Arc::clone(origin));
    Message::new(Role::User, vec![Part::Opaque(part)])
}
