//! The client's answers in the words of the recordings' expectations.

use serde::Serialize;
use serde_json::{Map, Value};
use steer::message::Executor;
use steer::tools::ToolInput;
use steer::{ApiError, CompletionResponse, ErrorKind, Part, StopReason, TokenUsage};

use super::recording::{Kind, Recording};

/// `Outcome` is what the client reported of one recording. Its JSON has the members of `expected.jsonl`, but for
/// those that are notes for people.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    id: String,
    api: String,
    kind: Kind,
    text: String,
    thinking: String,
    refusal: Option<String>,
    tool_calls: Vec<Call>,
    stop_reason: Option<&'static str>,
    stop_reason_raw: Option<String>,
    usage: Option<Usage>,
    pub(super) response_id: Option<String>,
    pub(super) model: Option<String>,
    error: Option<Failure>,
    /// The members below are there for what is beside completions alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) embeddings: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) models: Option<Vec<String>>,
}

#[derive(Clone, Debug, Serialize)]
struct Call {
    id: Option<String>,
    name: String,
    arguments: Value,
}

#[derive(Clone, Debug, Serialize)]
struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct Failure {
    status: Option<u16>,
    kind: &'static str,
    message: String,
}

impl Outcome {
    /// What a call reported; after an error, the part that had come.
    pub(super) fn new(recording: &Recording, result: &Result<CompletionResponse, ApiError>) -> Self {
        let nothing = CompletionResponse::default();
        match result {
            Ok(response) => Self::of_answer(recording, response, None),
            Err(error) => Self::of_answer(recording, error.partial().unwrap_or(&nothing), Some(error)),
        }
    }

    /// An answer, and the error that ended it.
    pub(super) fn of_answer(
        recording: &Recording,
        response: &CompletionResponse,
        error: Option<&ApiError>,
    ) -> Self {
        let tool_calls: Vec<Call> =
            response.content.iter().filter_map(|part| call(recording, part)).collect();
        Self {
            id: recording.id.clone(),
            api: recording.api.clone(),
            kind: recording.kind,
            text: response.extract_text().into_owned(),
            thinking: response.extract_thinking(),
            refusal: refusal(response),
            stop_reason: response.stop_reason.as_ref().map(|reason| match reason {
                StopReason::ToolUse if tool_calls.is_empty() => stop_word(&StopReason::EndTurn),
                reason => stop_word(reason),
            }),
            tool_calls,
            stop_reason_raw: response.stop_reason_raw.clone(),
            usage: response.usage.as_ref().map(Usage::of),
            response_id: response.response_id.clone(),
            model: response.model.clone(),
            error: error.map(|error| Failure {
                status: error.status(),
                kind: error_word(error.kind()),
                message: error.message().to_owned(),
            }),
            token_count: None,
            embeddings: None,
            models: None,
        }
    }

    /// The counters of an answer that is no completion.
    pub(super) fn usage_of(&mut self, usage: Option<&TokenUsage>) {
        self.usage = usage.map(Usage::of);
    }

    /// The outcome as JSON, to be compared.
    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Usage {
    fn of(usage: &TokenUsage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cache_read_tokens: usage.cache_read_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            reasoning_tokens: usage.reasoning_tokens,
        }
    }
}

/// The word for why an answer ended.
pub fn stop_word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::EndTurn => "end_turn",
        StopReason::StopSequence(_) => "stop_sequence",
        StopReason::ToolUse => "tool_use",
        StopReason::MaxOutputTokens | StopReason::ContextWindow => "max_tokens",
        StopReason::Paused => "pause",
        StopReason::Refused { .. } | StopReason::Filtered { .. } | StopReason::Recitation => "refusal",
        _ => "other",
    }
}

/// The word for a kind of error.
pub fn error_word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::AuthenticationFailed => "auth",
        ErrorKind::PermissionDenied => "permission",
        ErrorKind::NotFound => "not_found",
        ErrorKind::InvalidRequest => "invalid_request",
        ErrorKind::ContextLength => "context_length",
        ErrorKind::RateLimited => "rate_limited",
        ErrorKind::QuotaExhausted => "quota",
        ErrorKind::Overloaded => "overloaded",
        ErrorKind::ServerError => "server",
        ErrorKind::Timeout => "timeout",
        ErrorKind::RequestBlocked => "content_filter",
        _ => "other",
    }
}

/// Arguments as JSON where they are JSON, else as text; blank ones are an empty object.
pub fn arguments(input: &ToolInput) -> Value {
    match input {
        ToolInput::Json(raw) if raw.trim().is_empty() => Value::Object(Map::new()),
        ToolInput::Json(raw) => serde_json::from_str(raw).unwrap_or_else(|_| Value::from(raw.as_str())),
        ToolInput::Text(text) => Value::from(text.as_str()),
    }
}

/// A call that the program has to run. In one wire format the expectations count those of functions only, and neither
/// those with free text nor those of tools that the vendor defines and the program runs.
fn call(recording: &Recording, part: &Part) -> Option<Call> {
    let Part::ToolCall(part) = part else { return None };
    let is_counted = recording.api != "openai-responses" || part.kind.is_none();
    (part.executor == Executor::Client && is_counted).then(|| Call {
        id: Some(part.call.id.clone()).filter(|id| !id.is_empty()),
        name: part.call.name.clone(),
        arguments: arguments(&part.call.input),
    })
}

fn refusal(response: &CompletionResponse) -> Option<String> {
    let text: String = response
        .content
        .iter()
        .filter_map(|part| match part {
            Part::Refusal(refusal) => Some(refusal.text.as_str()),
            _ => None,
        })
        .collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_parsed_where_they_are_json() {
        let json = |raw: &str| arguments(&ToolInput::Json(raw.to_owned()));
        assert_eq!(json(r#"{"a":1}"#), json!({"a": 1}));
        assert_eq!(json(" \n"), json!({}));
        assert_eq!(json(r#"{"a":"#), json!(r#"{"a":"#));
        assert_eq!(arguments(&ToolInput::Text("1".to_owned())), json!("1"));
    }

    #[test]
    fn a_full_context_window_is_a_token_limit_and_a_broken_call_has_no_word() {
        assert_eq!(stop_word(&StopReason::ContextWindow), "max_tokens");
        assert_eq!(stop_word(&StopReason::Recitation), "refusal");
        assert_eq!(stop_word(&StopReason::MalformedToolCall), "other");
    }
}
