use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{Executor, Seal, ToolCallPart, ToolResultPart};
use steer_core::tools::{ToolOutcome, ToolResultContent};
use steer_core::{Part, RawJson, StreamError, ToolCall, ToolResult};

use super::broken;

/// `Read` is a part of a tool that the vendor runs.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) part: Part,
    /// The arguments of a call.
    pub(super) input: String,
}

/// The name of the tool whose calls are code.
const CODE: &str = "code_execution";

/// Reads the calls and results of tools that the vendor runs, and keeps the part as it came:
/// <https://ai.google.dev/api/caching#ExecutableCode>, <https://ai.google.dev/gemini-api/docs/tool-combination>.
pub(super) fn read(
    members: &mut Record<'_>,
    seal: Option<Seal>,
    raw: &RawValue,
) -> Result<Option<Read>, StreamError> {
    let mut take = |kind: &'static str| members.take(kind).map(|value| (kind, value));
    let found = take("executableCode")
        .or_else(|| take("codeExecutionResult"))
        .or_else(|| take("toolCall"))
        .or_else(|| take("toolResponse"));
    let Some((kind, value)) = found else { return Ok(None) };
    let mut inner = Record::read(value.get()).map_err(|error| broken(kind, &error))?;
    let id = inner.text("id").unwrap_or_default();
    let mut read = match kind {
        "executableCode" => call(id, CODE.to_owned(), value.get().to_owned(), seal),
        "toolCall" => {
            let input = inner.take("args").map_or("", RawValue::get).to_owned();
            call(id, inner.text("toolType").unwrap_or_default(), input, seal)
        }
        "codeExecutionResult" => {
            let outcome = match inner.text("outcome").as_deref() {
                Some("OUTCOME_OK") | None => ToolOutcome::Ok,
                Some(_) => ToolOutcome::Error,
            };
            let content = inner.text("output").map(ToolResultContent::text);
            result(id, CODE.to_owned(), content, outcome)
        }
        _ => {
            let value = inner.take("response").and_then(|raw| serde_json::from_str(raw.get()).ok());
            let name = inner.text("toolType").unwrap_or_default();
            result(id, name, value.map(ToolResultContent::json), ToolOutcome::Ok)
        }
    };
    match &mut read.part {
        Part::ToolCall(part) => part.kind = Some(kind.to_owned()),
        Part::ToolResult(part) => part.kind = Some(kind.to_owned()),
        _ => {}
    }
    read.part.meta_mut().replay = Some(RawJson::from_raw(raw.to_owned()));
    Ok(Some(read))
}

/// Reads one that stands in a request; `None` where it is none, or broken. The arguments of a call are beside it.
pub(crate) fn read_back(
    members: &mut Record<'_>,
    seal: Option<Seal>,
    raw: &RawValue,
) -> Option<(Part, String)> {
    let read = read(members, seal, raw).ok()??;
    Some((read.part, read.input))
}

fn call(id: String, name: String, input: String, seal: Option<Seal>) -> Read {
    let mut part = ToolCallPart::new(ToolCall::new(id, name, ""));
    part.executor = Executor::Provider;
    part.seal = seal;
    Read { part: Part::ToolCall(part), input }
}

fn result(id: String, name: String, content: Option<ToolResultContent>, outcome: ToolOutcome) -> Read {
    let result = ToolResult::new(id, content.into_iter().collect()).for_tool(name).outcome(outcome);
    let mut part = ToolResultPart::new(result);
    part.executor = Executor::Provider;
    Read { part: Part::ToolResult(part), input: String::new() }
}
