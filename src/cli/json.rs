//! The answer as JSON, for programs.
//!
//! `--json` prints one object:
//!
//! ```json
//! {
//!   "text": "…",                     "all visible text, joined"
//!   "thinking": "…" | null,
//!   "refusal": "…" | null,           "the model's refusal, or the vendor's explanation of it"
//!   "tool_calls": [{"id": "…", "name": "…", "arguments": {…} | "raw text", "complete": true}],
//!   "stop_reason": "end_turn" | … | null,
//!   "stop_reason_raw": "…" | null,   "the vendor's own word"
//!   "proof": "confirmed" | "inferred" | null,
//!   "usage": {"input_tokens": 12, "output_tokens": 34, …} | null,
//!   "cost": "0.0012" | null,         "US dollars, as a decimal"
//!   "prices": {"version": "…", "as_of": "…"} | null,   "whose prices they are"
//!   "response_id": "…" | null,
//!   "request_id": "…" | null,
//!   "model": "…" | null,
//!   "warnings": [{"kind": "…", "subject": "…", "message": "…"}],
//!   "error": {"kind": "…", "message": "…", "status": 429 | null, "code": "…" | null,
//!             "request_id": "…" | null, "retry_after_ms": 3000 | null}
//! }
//! ```
//!
//! `error` is there only where the call failed; the rest is then what had come until that. Arguments are text
//! where they are not JSON or were cut off. `--events` prints each chunk of the stream as one line of JSON; a
//! stream that fails ends with a line `{"type": "error", "error": {…}}`.

use serde::Serialize;
use serde_json::Value;
use steer::{
    CompletionResponse, EndProof, Part, StopReason, StreamChunk, TokenUsage, ToolCall, Usd, Warning,
};

use super::exit::Exit;
use super::failure::Failure;
use super::terminal::Terminal;

/// The answer, or as much of it as came before the failure, as one line of JSON.
pub(crate) fn answer(response: &CompletionResponse, failure: Option<&Failure>) -> Result<String, Failure> {
    line(&Answer {
        text: &response.extract_text(),
        thinking: Some(response.extract_thinking()).filter(|text| !text.is_empty()),
        refusal: refusal(response),
        tool_calls: response.tool_calls().map(Call::of).collect(),
        stop_reason: response.stop_reason.as_ref().and_then(word),
        stop_reason_raw: response.stop_reason_raw.as_deref(),
        proof: response.proof,
        // The vendor's own JSON is for programs that read events; here it would only say the same twice.
        usage: response.usage.clone().map(|usage| {
            let mut usage = usage;
            usage.raw = None;
            usage
        }),
        cost: response.cost().map(|cost| cost.amount),
        prices: response
            .cost()
            .map(|cost| Prices { version: cost.version.as_deref(), as_of: cost.as_of.as_deref() }),
        response_id: response.response_id.as_deref(),
        request_id: response.request_id.as_deref(),
        model: response.model.as_deref(),
        warnings: &response.warnings,
        error: failure.map(Error::of),
    })
}

/// A chunk as one line of JSON.
pub(crate) fn event(chunk: &StreamChunk) -> Result<String, Failure> {
    line(chunk)
}

/// The last line of a stream that failed.
pub(crate) fn error_event(failure: &Failure) -> Result<String, Failure> {
    line(&serde_json::json!({"type": "error", "error": Error::of(failure)}))
}

/// Any value as one line of JSON.
pub(crate) fn object<T: Serialize>(value: &T) -> Result<String, Failure> {
    line(value)
}

/// Tells of the failure of a command whose answer comes at once, to a program as `{"error": …}`, and gives the exit
/// code.
pub(crate) fn report(result: Result<(), Failure>, for_a_program: bool, terminal: Terminal) -> Exit {
    let Err(failure) = result else { return Exit::Success };
    if for_a_program {
        // The exit code says more of the first failure than of this one.
        let told = line(&serde_json::json!({"error": Error::of(&failure)}));
        let _ = told.and_then(|text| terminal.write(&text));
    }
    terminal.fail(&failure);
    failure.exit()
}

#[derive(Serialize)]
struct Answer<'a> {
    text: &'a str,
    thinking: Option<String>,
    refusal: Option<String>,
    tool_calls: Vec<Call<'a>>,
    stop_reason: Option<String>,
    stop_reason_raw: Option<&'a str>,
    proof: Option<EndProof>,
    usage: Option<TokenUsage>,
    cost: Option<Usd>,
    prices: Option<Prices<'a>>,
    response_id: Option<&'a str>,
    request_id: Option<&'a str>,
    model: Option<&'a str>,
    warnings: &'a [Warning],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

#[derive(Serialize)]
struct Prices<'a> {
    version: Option<&'a str>,
    as_of: Option<&'a str>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    name: &'a str,
    arguments: Value,
    complete: bool,
}

impl<'a> Call<'a> {
    fn of(call: &'a ToolCall) -> Self {
        let arguments = call.value().unwrap_or_else(|_| Value::String(call.raw().to_owned()));
        Self { id: &call.id, name: &call.name, arguments, complete: call.complete }
    }
}

#[derive(Serialize)]
struct Error {
    kind: Value,
    message: String,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    retry_after_ms: Option<u64>,
}

impl Error {
    fn of(failure: &Failure) -> Self {
        let Failure::Api(error) = failure else {
            let kind = if matches!(failure, Failure::Usage(_)) { "usage" } else { "system" };
            let message = failure.to_string();
            return Self {
                kind: kind.into(),
                message,
                status: None,
                code: None,
                request_id: None,
                retry_after_ms: None,
            };
        };
        Self {
            kind: serde_json::to_value(error.kind()).unwrap_or_default(),
            message: error.message().to_owned(),
            status: error.status(),
            code: error.code().map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
            retry_after_ms: error
                .retry_after()
                .map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

fn refusal(response: &CompletionResponse) -> Option<String> {
    let said: String = response
        .content
        .iter()
        .filter_map(|part| match part {
            Part::Refusal(refusal) => Some(refusal.text.as_str()),
            _ => None,
        })
        .collect();
    match &response.stop_reason {
        _ if !said.is_empty() => Some(said),
        Some(StopReason::Refused { explanation, .. }) => explanation.clone(),
        _ => None,
    }
}

/// The reason's name alone; what else it holds stands in `stop_reason_raw` and `refusal`.
fn word(reason: &StopReason) -> Option<String> {
    match serde_json::to_value(reason).ok()? {
        Value::String(word) => Some(word),
        Value::Object(object) => object.into_iter().next().map(|(word, _)| word),
        _ => None,
    }
}

fn line<T: Serialize>(value: &T) -> Result<String, Failure> {
    match serde_json::to_string(value) {
        Ok(mut text) => {
            text.push('\n');
            Ok(text)
        }
        Err(error) => Err(Failure::System(format!("the answer has no JSON form: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};
    use steer::{ApiError, CompletionResponse, ErrorKind, Part, StopReason, ToolCall};

    use super::{Failure, answer, error_event};

    fn parsed(response: &CompletionResponse, failure: Option<&Failure>) -> Value {
        serde_json::from_str(&answer(response, failure).unwrap()).unwrap()
    }

    #[test]
    fn an_empty_answer_has_every_member_but_an_error() {
        let expected = json!({
            "text": "", "thinking": null, "refusal": null, "tool_calls": [], "stop_reason": null,
            "stop_reason_raw": null, "proof": null, "usage": null, "cost": null, "prices": null, "response_id": null,
            "request_id": null, "model": null, "warnings": [],
        });
        assert_eq!(parsed(&CompletionResponse::default(), None), expected);
    }

    #[test]
    fn arguments_are_json_where_they_can_be_and_text_where_not() {
        let mut response = CompletionResponse::default();
        response.content = vec![
            Part::text("a"),
            ToolCall::new("1", "f", r#"{"x":1}"#).into(),
            ToolCall::new("2", "g", r#"{"x":"#).incomplete().into(),
            ToolCall::free_text("3", "h", "free").into(),
        ];
        let json = parsed(&response, None);
        assert_eq!(json["text"], "a");
        assert_eq!(
            json["tool_calls"],
            json!([
                {"id": "1", "name": "f", "arguments": {"x": 1}, "complete": true},
                {"id": "2", "name": "g", "arguments": "{\"x\":", "complete": false},
                {"id": "3", "name": "h", "arguments": "free", "complete": true},
            ])
        );
    }

    #[test]
    fn a_stop_reason_is_one_word_and_a_refusal_says_why() {
        let mut response = CompletionResponse::default();
        response.stop_reason =
            Some(StopReason::Refused { category: None, explanation: Some("not this".into()) });
        let json = parsed(&response, None);
        assert_eq!((&json["stop_reason"], &json["refusal"]), (&json!("refused"), &json!("not this")));
        response.stop_reason = Some(StopReason::EndTurn);
        assert_eq!(parsed(&response, None)["stop_reason"], "end_turn");
    }

    #[test]
    fn an_error_tells_what_the_vendor_said_of_it() {
        let error = ApiError::new(ErrorKind::RateLimited, "slow down")
            .with_status(429)
            .with_code("rate_limit_error")
            .with_request_id(Some("req_1".into()))
            .with_retry_after(Some(Duration::from_secs(3)));
        let expected = json!({
            "kind": "rate_limited", "message": "slow down", "status": 429, "code": "rate_limit_error",
            "request_id": "req_1", "retry_after_ms": 3000,
        });
        let failure = Failure::Api(error);
        assert_eq!(parsed(&CompletionResponse::default(), Some(&failure))["error"], expected);
        let event: Value = serde_json::from_str(&error_event(&failure).unwrap()).unwrap();
        assert_eq!(event, json!({"type": "error", "error": expected}));
    }
}
