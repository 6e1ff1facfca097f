use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::importing::BodyFault;
use steer_core::json::Record;
use steer_core::message::{Authority, Opaque, Role};
use steer_core::tools::{ToolResult, ToolResultContent};
use steer_core::{ApiError, Message, Origin, Part, RawJson, SystemContext};

use super::{assistant, content};
use crate::API;

/// Reads a message into the system context, where it is nothing but a text in the role that every dialect can write.
pub(super) fn system(raw: &RawValue) -> Option<SystemContext> {
    let mut members = Record::read(raw.get()).ok()?;
    let authority = authority(&members.text("role")?).filter(|authority| *authority == Authority::System);
    let text = members.text("content").filter(|text| !text.trim().is_empty())?;
    if authority.is_none() || members.rest().next().is_some() {
        return None;
    }
    let mut context = SystemContext::new(text);
    context.authority = authority;
    Some(context)
}

/// Reads one message: <https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages>.
pub(super) fn read(raw: &RawValue, place: usize, origin: &Arc<Origin>) -> Result<Message, ApiError> {
    let fault = |what| BodyFault::new(API, &format!("messages[{place}]"), what);
    let mut members = Record::read(raw.get()).map_err(|_| fault("is not an object"))?;
    let role = members.text("role").ok_or_else(|| fault("has no role"))?;
    let mut message = match role.as_str() {
        "user" => Message::new(Role::User, content::read(&mut members)),
        "assistant" => Message::new(Role::Assistant, assistant::read(&mut members, raw)),
        "tool" => Message::tool(result(&mut members)),
        "function" => {
            let name = members.text("name").unwrap_or_default();
            Message::tool(result(&mut members).for_tool(name))
        }
        _ => match authority(&role) {
            Some(authority) => {
                let mut note = Message::new(Role::System, content::read(&mut members));
                note.authority = Some(authority);
                note
            }
            None => return Ok(unknown(role, raw, origin)),
        },
    };
    message.name = members.text("name");
    for part in &mut message.parts {
        let meta = part.meta_mut();
        if message.role == Role::Assistant || meta.extra.is_some() {
            meta.origin = Some(Arc::clone(origin));
        }
    }
    message.extra = members.into_extra();
    message.extra_api = message.extra.as_ref().map(|_| API.to_owned());
    Ok(message)
}

fn authority(role: &str) -> Option<Authority> {
    match role {
        "system" => Some(Authority::System),
        "developer" => Some(Authority::Developer),
        _ => None,
    }
}

/// <https://platform.openai.com/docs/guides/function-calling#handling-function-calls>
fn result(members: &mut Record<'_>) -> ToolResult {
    let call_id = members.text("tool_call_id").unwrap_or_default();
    let content = content::read(members).into_iter().map(|part| match part {
        Part::Text(text) => ToolResultContent::text(text.text),
        Part::Media(part) => ToolResultContent::Media(part.media),
        Part::Opaque(part) => {
            ToolResultContent::Opaque { api: part.api, kind: part.kind, json: part.json.get().to_owned() }
        }
        _ => ToolResultContent::text(""),
    });
    ToolResult::new(call_id, content.collect())
}

/// A message of a role that has no type here.
fn unknown(role: String, raw: &RawValue, origin: &Arc<Origin>) -> Message {
    let mut part = Opaque::new(API, role, RawJson::from_raw(raw.to_owned()));
    part.meta.origin = Some(Arc::clone(origin));
    Message::new(Role::User, vec![Part::Opaque(part)])
}
