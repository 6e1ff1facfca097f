use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{ApprovalRequest, Compaction, Executor, Opaque, ToolAvailability, ToolResultPart};
use steer_core::tools::{ToolOutcome, ToolResultContent};
use steer_core::{Part, RawJson, ToolCall, ToolResult};

use super::asked::Asked;
use super::call::{self, arguments};
use super::fields::Fields;
use super::{image, list, message, parallel, reasoning, strict};
use crate::API;

/// `Item` is one item of the output: <https://platform.openai.com/docs/api-reference/responses/object>. A message has
/// a part for each of its contents, and any other item is one part.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    pub(super) id: &'a str,
    /// Where a message stands in the answer, in the vendor's word.
    pub(super) phase: Option<String>,
    pub(super) parts: Vec<Part>,
    pub(super) is_message: bool,
}

/// Reads an item of the answer to what was asked. What has no known type becomes an opaque part.
pub(super) fn read<'a>(raw: &'a RawValue, asked: &Asked) -> Result<Item<'a>, serde_json::Error> {
    let mut fields = Fields::read(raw.get())?;
    let contents = fields.take_contents();
    let mut members = fields.members;
    let id = members.get("id").map(RawValue::get).unwrap_or_default().trim_matches('"');
    let kind = members.borrowed_text("type").unwrap_or_default();
    let part = match &*kind {
        "message" => {
            let (parts, phase) = message::read(&mut members, contents)?;
            return Ok(Item { id, phase, parts, is_message: true });
        }
        "function_call" => {
            let call = call::function(&mut members)?;
            let calls = Some(&call).filter(|call| parallel::is_wrapper(&call.call.name, asked.tools()));
            if let Some(calls) = calls.and_then(|call| parallel::expand(call, asked.tools())) {
                let parts = calls.into_iter().map(Part::ToolCall).collect();
                return Ok(Item { id, parts, ..Item::default() });
            }
            extended(Part::ToolCall(call), members)
        }
        "custom_tool_call" => {
            let mut call = call::custom(&mut members)?;
            if asked.runs_custom(&call.call.name) {
                extended(Part::ToolCall(call), members)
            } else {
                call.executor = Executor::Provider;
                replayed(Part::ToolCall(call), raw)
            }
        }
        "reasoning" => replayed(Part::Thinking(reasoning::read(&mut members)?), raw),
        "mcp_approval_request" => replayed(Part::ApprovalRequest(approval(&mut members)?), raw),
        "compaction" | "compaction_summary" if members.get("encrypted_content").is_some() => {
            let mut part = Compaction::default();
            part.encrypted = Some(strict(&mut members, "encrypted_content")?.into_owned());
            replayed(Part::Compaction(part), raw)
        }
        "image_generation_call" if image::may_come(&members) => match image::read(&mut members) {
            Some(part) => replayed(Part::Media(part), raw),
            None => Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned()))),
        },
        "tool_search_output" | "additional_tools" | "mcp_list_tools" => {
            replayed(Part::ToolAvailability(availability(&mut members)?), raw)
        }
        kind if kind.ends_with("_output") && members.get("call_id").is_some() => {
            replayed(Part::ToolResult(result(kind, &mut members)), raw)
        }
        kind => match call::built_in(kind, &mut members)? {
            Some(call) => replayed(Part::ToolCall(call), raw),
            None => Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned()))),
        },
    };
    Ok(Item { id, parts: vec![part], ..Item::default() })
}

/// The name of the function that a part calls.
pub(super) fn name(part: &Part) -> Option<&str> {
    match part {
        Part::ToolCall(part) => Some(&part.call.name),
        _ => None,
    }
}

/// The part, with the members that have no typed field.
fn extended(mut part: Part, members: Record<'_>) -> Part {
    part.meta_mut().extra = members.into_extra();
    part
}

/// The part, with the vendor's JSON, which goes back as it is.
fn replayed(mut part: Part, raw: &RawValue) -> Part {
    part.meta_mut().replay = Some(RawJson::from_raw(raw.to_owned()));
    part
}

/// <https://platform.openai.com/docs/guides/tools-connectors-mcp#approvals>
fn approval(members: &mut Record<'_>) -> Result<ApprovalRequest, serde_json::Error> {
    let id = members.text("id").unwrap_or_default();
    let name = members.text("name").unwrap_or_default();
    let input = arguments(members.take("arguments"))?;
    let mut part = ApprovalRequest::new(id.clone(), ToolCall::new(id, name, input));
    part.server_label = members.text("server_label");
    Ok(part)
}

/// Tools that are there from now on: <https://platform.openai.com/docs/guides/tools-tool-search>.
fn availability(members: &mut Record<'_>) -> Result<ToolAvailability, serde_json::Error> {
    let mut part = ToolAvailability::default();
    for raw in list(members, "tools")?.iter() {
        let name = Record::read(raw.get()).ok().and_then(|mut tool| tool.text("name"));
        part.add.extend(name);
    }
    Ok(part)
}

/// The result of a call that the vendor ran; it is kept as it is.
fn result(kind: &str, members: &mut Record<'_>) -> ToolResultPart {
    let call_id = members.text("call_id").unwrap_or_default();
    let is_failed = members.get("status").is_some_and(|raw| raw.get() == "\"failed\"");
    let output = members.take("output").or_else(|| members.take("result"));
    let content = output.map(|raw| ToolResultContent::Opaque {
        api: API.to_owned(),
        kind: kind.to_owned(),
        json: raw.get().to_owned(),
    });
    let outcome = if is_failed { ToolOutcome::Error } else { ToolOutcome::Ok };
    let result = ToolResult::new(call_id, content.into_iter().collect()).outcome(outcome);
    let mut part = ToolResultPart::new(result);
    part.executor = Executor::Provider;
    part.kind = Some(kind.to_owned());
    part
}
