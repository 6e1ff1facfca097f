use serde_json::value::RawValue;
use steer_core::ToolCall;
use steer_core::json::{JsonText, Record};
use steer_core::message::{Executor, ToolCallPart, ToolCaller};
use steer_core::tools::ToolInput;

use super::strict;

/// Reads a call of the program's functions: <https://platform.openai.com/docs/guides/function-calling>.
pub(super) fn function(members: &mut Record<'_>) -> Result<ToolCallPart, serde_json::Error> {
    let input = ToolInput::Json(arguments(members.take("arguments"))?);
    Ok(of_program(members, input))
}

/// Reads a call with free text: <https://platform.openai.com/docs/guides/function-calling#custom-tools>.
pub(super) fn custom(members: &mut Record<'_>) -> Result<ToolCallPart, serde_json::Error> {
    let input = ToolInput::Text(strict(members, "input")?.into_owned());
    let mut part = of_program(members, input);
    part.kind = Some("custom_tool_call".to_owned());
    Ok(part)
}

/// Reads a call of a tool that the vendor defines; `None` where this is the call of no known tool. What else
/// such a call says differs from tool to tool, and its result often stands in it too.
/// <https://platform.openai.com/docs/guides/tools>
pub(super) fn built_in(
    kind: &str,
    members: &mut Record<'_>,
) -> Result<Option<ToolCallPart>, serde_json::Error> {
    let (executor, input) = match kind {
        "web_search_call" => (Executor::Provider, "action"),
        "file_search_call" => (Executor::Provider, "queries"),
        "code_interpreter_call" => (Executor::Provider, "code"),
        "mcp_call" => (Executor::Provider, "arguments"),
        // xAI's own: <https://docs.x.ai/developers/tools/overview>.
        "x_search_call"
        | "code_execution_call"
        | "view_image_call"
        | "view_x_video_call"
        | "document_search_call"
        | "collections_search_call" => (Executor::Provider, "arguments"),
        "computer_call" if members.get("action").is_some() => (Executor::Client, "action"),
        "computer_call" => (Executor::Client, "actions"),
        "local_shell_call" => (Executor::Client, "action"),
        "shell_call" => (shell(members), "action"),
        "apply_patch_call" => (Executor::Client, "operation"),
        "tool_search_call" => (search(members), "arguments"),
        "image_generation_call" => (Executor::Provider, "revised_prompt"),
        "program" => (Executor::Provider, "code"),
        _ => return Ok(None),
    };
    // One vendor writes the arguments of its own tools as those of a function.
    let given = members.take(input).or_else(|| members.take("arguments"));
    let input = match given {
        Some(given) if matches!(input, "code" | "revised_prompt") && given.get().starts_with('"') => {
            ToolInput::Text(JsonText::read(given)?.into_owned())
        }
        given => ToolInput::Json(arguments(given)?),
    };
    let item_id = members.text("id").filter(|id| !id.is_empty());
    let call_id = members.text("call_id").filter(|id| !id.is_empty());
    let name = members.text("name").unwrap_or_else(|| kind.trim_end_matches("_call").to_owned());
    let id = call_id.or_else(|| item_id.clone()).unwrap_or_default();
    let mut part = ToolCallPart::new(ToolCall::new(id, name, ""));
    part.call.input = input;
    part.item_id = item_id;
    part.executor = executor;
    part.kind = Some(kind.to_owned());
    part.server_label = members.text("server_label");
    part.status = members.text("status");
    part.caller = caller(members);
    Ok(Some(part))
}

/// The arguments: a string that holds JSON, or, for some tools, the JSON itself.
pub(super) fn arguments(raw: Option<&RawValue>) -> Result<String, serde_json::Error> {
    match raw {
        None => Ok(String::new()),
        Some(raw) if raw.get().starts_with('"') => JsonText::read(raw).map(JsonText::into_owned),
        Some(raw) => Ok(raw.get().to_owned()),
    }
}

fn of_program(members: &mut Record<'_>, input: ToolInput) -> ToolCallPart {
    let (id, name) = (members.text("call_id").unwrap_or_default(), members.text("name").unwrap_or_default());
    let mut part = ToolCallPart::new(ToolCall::new(id, name, ""));
    part.call.input = input;
    part.item_id = members.text("id").filter(|id| !id.is_empty());
    part.namespace = members.text("namespace");
    part.status = members.text("status");
    part.caller = caller(members);
    part
}

/// Who made a call: the model itself, or a program that the vendor runs for it.
fn caller(members: &mut Record<'_>) -> Option<ToolCaller> {
    let mut inner = Record::read(members.get("caller")?.get()).ok()?;
    let caller = match inner.text("type")?.as_str() {
        "direct" => ToolCaller::Direct,
        kind => ToolCaller::Program { kind: kind.to_owned(), call_id: inner.text("caller_id") },
    };
    members.take("caller");
    Some(caller)
}

/// A shell in one of the vendor's containers is run by the vendor: <https://platform.openai.com/docs/guides/tools-shell>.
fn shell(members: &Record<'_>) -> Executor {
    let environment = members.get("environment").and_then(|raw| Record::read(raw.get()).ok());
    let kind = environment.and_then(|mut environment| environment.text("type")).unwrap_or_default();
    if kind.starts_with("container") { Executor::Provider } else { Executor::Client }
}

/// <https://platform.openai.com/docs/guides/tools-tool-search>
fn search(members: &Record<'_>) -> Executor {
    let is_client = members.get("execution").is_some_and(|raw| raw.get() == "\"client\"");
    if is_client { Executor::Client } else { Executor::Provider }
}
