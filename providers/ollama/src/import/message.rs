use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::importing::BodyFault;
use steer_core::json::Record;
use steer_core::message::{Opaque, Role, Thinking};
use steer_core::tools::{MediaKind, MediaSource, ToolInput, ToolResult, ToolResultContent};
use steer_core::{ApiError, Media, Message, Origin, Part, RawJson, SystemContext};

use crate::API;
use crate::decode::read_call;

/// Reads a message into the system context, where it is nothing but the program's text.
pub(super) fn system(raw: &RawValue) -> Option<SystemContext> {
    let mut members = Record::read(raw.get()).ok()?;
    let is_system = members.text("role")? == "system";
    let text = members.text("content").filter(|text| !text.trim().is_empty())?;
    (is_system && members.rest().next().is_none()).then(|| SystemContext::new(text))
}

/// Reads one message: <https://docs.ollama.com/api/chat#body-messages>.
pub(super) fn read(raw: &RawValue, place: usize, origin: &Arc<Origin>) -> Result<Message, ApiError> {
    let fault = |what| BodyFault::new(API, &format!("messages[{place}]"), what);
    let mut members = Record::read(raw.get()).map_err(|_| fault("is not an object"))?;
    let role = members.text("role").ok_or_else(|| fault("has no role"))?;
    let mut message = match role.as_str() {
        "user" => Message::new(Role::User, said(&mut members)),
        "system" => Message::new(Role::System, said(&mut members)),
        "assistant" => {
            let thinking = members.text("thinking").map(|text| Part::Thinking(Thinking::new(text)));
            let mut parts: Vec<Part> = thinking.into_iter().collect();
            parts.extend(said(&mut members));
            parts.extend(calls(&mut members));
            Message::new(Role::Assistant, parts)
        }
        "tool" => Message::tool(result(&mut members)),
        // A message of a role that has no type here.
        _ => {
            let opaque = Opaque::new(API, role.as_str(), RawJson::from_raw(raw.to_owned()));
            Message::new(Role::User, vec![Part::Opaque(opaque)])
        }
    };
    if matches!(message.role, Role::Assistant) || matches!(message.parts.as_slice(), [Part::Opaque(_)]) {
        for part in &mut message.parts {
            part.meta_mut().origin = Some(Arc::clone(origin));
        }
    }
    message.extra = members.into_extra();
    message.extra_api = message.extra.as_ref().map(|_| API.to_owned());
    Ok(message)
}

fn said(members: &mut Record<'_>) -> Vec<Part> {
    let text = members.text("content").filter(|text| !text.is_empty()).map(Part::text);
    text.into_iter().chain(images(members).into_iter().map(Part::from)).collect()
}

/// <https://docs.ollama.com/capabilities/vision>
fn images(members: &mut Record<'_>) -> Vec<Media> {
    members.lenient::<Vec<String>>("images").unwrap_or_default().iter().map(|data| image(data)).collect()
}

/// What is not base64, such as the mark of data that was left out of a log, stays as it is in a data URL.
fn image(data: &str) -> Media {
    match MediaSource::from_base64(data) {
        Some(MediaSource::Bytes(bytes)) => Media::from_bytes(bytes.clone())
            .ok()
            .filter(|media| media.kind == MediaKind::Image)
            .unwrap_or_else(|| Media::new(MediaKind::Image, MediaSource::Bytes(bytes))),
        _ => Media::new(MediaKind::Image, MediaSource::Url(format!("data:;base64,{data}"))),
    }
}

/// <https://docs.ollama.com/capabilities/tool-calling>
fn calls(members: &mut Record<'_>) -> Vec<Part> {
    let calls: Option<Vec<&RawValue>> =
        members.get("tool_calls").and_then(|raw| serde_json::from_str(raw.get()).ok());
    let Some(calls) = calls else { return Vec::new() };
    let _ = members.take("tool_calls");
    calls.into_iter().map(call).collect()
}

fn call(raw: &RawValue) -> Part {
    match read_call(raw) {
        Ok((mut part, arguments)) => {
            if let Part::ToolCall(part) = &mut part {
                part.call.input = ToolInput::Json(arguments);
            }
            part
        }
        Err(_) => Part::Opaque(Opaque::new(API, "tool_call", RawJson::from_raw(raw.to_owned()))),
    }
}

fn result(members: &mut Record<'_>) -> ToolResult {
    let text = members.text("content").map(ToolResultContent::text);
    let images = images(members).into_iter().map(ToolResultContent::Media);
    let content = text.into_iter().chain(images).collect();
    let mut result = ToolResult::new(members.text("tool_call_id").unwrap_or_default(), content);
    result.name = members.text("tool_name");
    result
}
