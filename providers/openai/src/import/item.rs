use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::importing::BodyFault;
use steer_core::json::Record;
use steer_core::message::{ApprovalResponse, Authority, Executor, Opaque, Role, ToolCaller, ToolResultPart};
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, Origin, Part, RawJson};

use super::{content, object};
use crate::{API, decode};

/// Reads one item as a message: <https://platform.openai.com/docs/api-reference/responses/create>.
pub(super) fn read(raw: &RawValue, place: usize, origin: &Arc<Origin>) -> Result<Message, ApiError> {
    let fault = |what| BodyFault::new(API, &format!("input[{place}]"), what);
    let mut members = Record::read(raw.get()).map_err(|_| fault("is not an object"))?;
    let kind = members.get("type").map_or("\"message\"", RawValue::get).trim_matches('"').to_owned();
    let mut message = match kind.as_str() {
        "message" => said(&mut members, raw),
        "function_call_output" | "custom_tool_call_output" => output(members),
        "mcp_approval_response" => approval(members, raw),
        kind => Message::new(role(kind, &members), made(kind, raw)),
    };
    for part in &mut message.parts {
        let is_vendors = message.role == Role::Assistant;
        let meta = part.meta_mut();
        if is_vendors || meta.extra.is_some() || meta.replay.is_some() {
            meta.origin = Some(Arc::clone(origin));
        }
    }
    message.extra_api = message.extra.as_ref().map(|_| API.to_owned());
    Ok(message)
}

fn said(members: &mut Record<'_>, raw: &RawValue) -> Message {
    let role = members.text("role").unwrap_or_default();
    let mut message = match role.as_str() {
        "user" => Message::new(Role::User, content::read(members, "content")),
        "system" | "developer" => {
            let mut note = Message::new(Role::System, content::read(members, "content"));
            let is_system = role == "system";
            note.authority = Some(if is_system { Authority::System } else { Authority::Developer });
            note
        }
        "assistant" => {
            let parts = decode::message(members).unwrap_or_else(|_| vec![opaque("message", raw)]);
            Message::new(Role::Assistant, parts)
        }
        _ => return Message::new(Role::User, vec![opaque("message", raw)]),
    };
    message.extra = std::mem::take(members).into_extra();
    message
}

/// What answers a call: <https://platform.openai.com/docs/guides/function-calling>.
fn output(mut members: Record<'_>) -> Message {
    let _ = members.take("type");
    let call_id = members.text("call_id").unwrap_or_default();
    let content = content::result(&mut members, "output");
    let mut part = ToolResultPart::new(ToolResult::new(call_id, content));
    part.caller = caller(&mut members);
    part.meta.extra = members.into_extra();
    Message::new(Role::Tool, vec![Part::ToolResult(part)])
}

fn caller(members: &mut Record<'_>) -> Option<ToolCaller> {
    let mut inner = object(members.get("caller"))?;
    let caller = match inner.text("type")?.as_str() {
        "direct" => ToolCaller::Direct,
        kind => ToolCaller::Program { kind: kind.to_owned(), call_id: inner.text("caller_id") },
    };
    let _ = members.take("caller");
    Some(caller)
}

/// <https://platform.openai.com/docs/guides/tools-connectors-mcp#approvals>
fn approval(mut members: Record<'_>, raw: &RawValue) -> Message {
    let id = members.text("approval_request_id");
    let (Some(id), Some(approved)) = (id, members.lenient("approve")) else {
        return Message::new(Role::User, vec![opaque("mcp_approval_response", raw)]);
    };
    let _ = members.take("type");
    let mut part = ApprovalResponse::new(id, approved);
    part.reason = members.text("reason");
    part.meta.extra = members.into_extra();
    Message::user(Part::ApprovalResponse(part))
}

/// Who says an item of a kind.
fn role(kind: &str, members: &Record<'_>) -> Role {
    let has_role = members.get("role").is_some();
    match kind {
        "program_output" => Role::Assistant,
        kind if kind.ends_with("_output") => Role::Tool,
        "item_reference" | "compaction_trigger" => Role::User,
        // What a program adds says in which role.
        _ if has_role => Role::System,
        _ => Role::Assistant,
    }
}

/// The parts of any other item, which the model made, or a tool of the vendor's that the program ran.
fn made(kind: &str, raw: &RawValue) -> Vec<Part> {
    let mut parts = decode::item(raw).unwrap_or_else(|_| vec![opaque(kind, raw)]);
    for part in &mut parts {
        if let Part::ToolResult(part) = part
            && kind != "program_output"
        {
            part.executor = Executor::Client;
        }
    }
    parts
}

fn opaque(kind: &str, raw: &RawValue) -> Part {
    Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
}
