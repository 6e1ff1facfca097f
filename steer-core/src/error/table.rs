//! The table from a status and a common error body to a kind. What only one vendor says stands in its provider.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::failure::clean;
use super::{ErrorKind, Failure};

/// Reads an error response.
pub(super) fn from_response(status: StatusCode, body: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(body);
    let found = Said::read(text.trim()).unwrap_or_default();
    let kind = found.kind(Some(status));
    // A text of blanks and control characters says nothing.
    let message = found.message.as_deref().map(clean).filter(|message| !message.trim().is_empty());
    let message = message.unwrap_or_else(|| describe(status, &text));
    let retryable = passes(Some(status.as_u16()));
    Failure { message, status: Some(status.as_u16()), retryable, ..found.into_failure(kind) }
}

/// Reads an error inside a successful response.
pub(super) fn from_body(json: &str) -> Option<Failure> {
    let found = Said::read(json)?;
    let status = found.status.and_then(|status| StatusCode::from_u16(status).ok());
    let kind = found.kind(status);
    let message = found.message.as_deref().map(clean).unwrap_or_default();
    // The vendor's own time is over, as with 504, and not ours.
    let retryable = passes(found.status).or((kind == ErrorKind::Timeout).then_some(true));
    Some(Failure { message, status: found.status, retryable, ..found.into_failure(kind) })
}

/// Whether a status says nothing of the request itself, whatever its kind: it may be sent again.
fn passes(status: Option<u16>) -> Option<bool> {
    matches!(status?, 408 | 409 | 504).then_some(true)
}

/// What an error body says, whatever its shape.
#[derive(Default)]
struct Said {
    message: Option<String>,
    /// Codes and types, the most telling first.
    codes: Vec<String>,
    status: Option<u16>,
    request_id: Option<String>,
}

impl Said {
    fn read(text: &str) -> Option<Self> {
        let mut body: Value = serde_json::from_str(text).ok()?;
        // Some servers wrap the error in a list of one.
        if let Value::Array(list) = body {
            body = list.into_iter().next()?;
        }
        let body = body.as_object()?;
        let mut said = Self { request_id: string(body.get("request_id")), ..Self::default() };
        match body.get("error").or_else(|| body.get("errors").and_then(|errors| errors.get(0))) {
            Some(Value::String(message)) => said.message = Some(message.clone()),
            Some(Value::Object(error)) => {
                said.message = string(error.get("message")).or_else(|| string(error.get("detail")));
                said.take_codes(error);
            }
            _ => {}
        }
        if said.message.is_none() {
            said.message = string(body.get("message")).or_else(|| match body.get("detail") {
                Some(Value::String(detail)) => Some(detail.clone()),
                // A list of validation errors: the words, and never the input that they quote.
                Some(Value::Array(list)) => list.iter().find_map(|item| string(item.get("msg"))),
                _ => None,
            });
        }
        said.take_codes(body);
        (said.message.is_some() || !said.codes.is_empty()).then_some(said)
    }

    fn take_codes(&mut self, object: &serde_json::Map<String, Value>) {
        for key in ["code", "type", "status", "status_code"] {
            match object.get(key) {
                Some(Value::String(code)) if !code.is_empty() && code != "error" => {
                    self.codes.push(code.clone());
                }
                Some(Value::Number(number)) => {
                    let status = number.as_u64().and_then(|n| u16::try_from(n).ok());
                    self.status = self.status.or(status.filter(|n| (400..600).contains(n)));
                }
                _ => {}
            }
        }
    }

    fn kind(&self, status: Option<StatusCode>) -> ErrorKind {
        self.codes
            .iter()
            .find_map(|code| by_code(code))
            .or_else(|| self.message.iter().chain(&self.codes).find_map(|text| by_phrase(text, status)))
            .or_else(|| status.map(by_status))
            .or_else(|| {
                self.codes
                    .iter()
                    .any(|code| code == "invalid_request_error")
                    .then_some(ErrorKind::InvalidRequest)
            })
            .unwrap_or(ErrorKind::Unknown)
    }

    fn into_failure(self, kind: ErrorKind) -> Failure {
        Failure {
            kind,
            message: String::new(),
            code: self.codes.into_iter().next(),
            status: None,
            retry_after: None,
            retryable: None,
            request_id: self.request_id,
            overflow: None,
        }
    }
}

/// What a code or type says. Codes are compared whole, since parts of them mean other things elsewhere.
fn by_code(code: &str) -> Option<ErrorKind> {
    Some(match code.to_ascii_lowercase().as_str() {
        "authentication_error"
        | "invalid_api_key"
        | "api_key_invalid"
        | "unauthenticated"
        | "unauthorized"
        | "invalid_authentication"
        | "missing_api_key" => ErrorKind::AuthenticationFailed,
        "permission_error" | "permission_denied" | "forbidden" | "access_denied" => {
            ErrorKind::PermissionDenied
        }
        "not_found_error" | "model_not_found" | "not_found" | "model_not_found_error" => ErrorKind::NotFound,
        "context_length_exceeded"
        | "exceed_context_size_error"
        | "request_too_large"
        | "context_exceeded"
        | "context_window_exceeded"
        | "model_max_prompt_tokens_exceeded" => ErrorKind::ContextLength,
        "insufficient_quota"
        | "billing_error"
        | "billing_hard_limit_reached"
        | "billing_not_active"
        | "quota_exceeded"
        | "insufficient_balance"
        | "payment_required"
        | "insufficient_credits" => ErrorKind::QuotaExhausted,
        "rate_limit_error"
        | "rate_limit_exceeded"
        | "rate_limited"
        | "too_many_requests"
        | "resource_exhausted"
        | "rate_limit" => ErrorKind::RateLimited,
        "overloaded_error"
        | "overloaded"
        | "service_unavailable"
        | "service_unavailable_error"
        | "unavailable"
        | "engine_overloaded"
        | "engine_overloaded_error"
        | "capacity_exceeded"
        | "server_is_overloaded"
        | "slow_down" => ErrorKind::Overloaded,
        "api_error" | "server_error" | "internal_server_error" | "internal" | "internal_error" => {
            ErrorKind::ServerError
        }
        "timeout_error" | "deadline_exceeded" | "timeout" | "request_timeout" => ErrorKind::Timeout,
        "content_filter" | "content_policy_violation" | "responsibleaipolicyviolation" => {
            ErrorKind::RequestBlocked
        }
        _ => return None,
    })
}

/// What well-known phrases say, for vendors whose codes say less. A phrase never turns a failure of the server into
/// one of the request.
fn by_phrase(message: &str, status: Option<StatusCode>) -> Option<ErrorKind> {
    if status.is_some_and(|status| status.is_server_error()) {
        return None;
    }
    let message = message.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    // Echoes such as "string_above_max_length" are no overflow of the context.
    if says(&[
        "prompt is too long",
        "maximum context length",
        "context length exceeded",
        "context window",
        "exceeds the context",
        "exceed context limit",
        "input is too long",
        "input token count",
        "too many input tokens",
        "reduce the length of the messages",
        "maximum prompt length",
        "exceeds the available context size",
        "greater than the context length",
        "exceeded model token limit",
        "prompt token count of",
        "too large for model with",
        "request exceeds the maximum size",
        "prompt token count of",
        "tokens in the prompt cannot exceed",
        "`inputs` tokens",
        "exceeded max context length",
        "loaded with context length of only",
    ]) {
        return Some(ErrorKind::ContextLength);
    }
    if says(&[
        "insufficient_quota",
        "exceeded your current quota",
        "credit balance is too low",
        "insufficient balance",
        "used all available credits",
    ]) {
        return Some(ErrorKind::QuotaExhausted);
    }
    if says(&["service is currently unavailable", "service temporarily unavailable", "server busy"]) {
        return Some(ErrorKind::Overloaded);
    }
    if says(&["incorrect api key", "invalid api key", "api key not valid", "invalid x-api-key"]) {
        return Some(ErrorKind::AuthenticationFailed);
    }
    if says(&["your input was flagged", "content exists risk", "result of our safety system"]) {
        return Some(ErrorKind::RequestBlocked);
    }
    if says(&["model not found", "model does not exist", "no such model"]) {
        return Some(ErrorKind::NotFound);
    }
    None
}

/// What the status alone says.
fn by_status(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::AuthenticationFailed,
        402 => ErrorKind::QuotaExhausted,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        413 => ErrorKind::ContextLength,
        429 => ErrorKind::RateLimited,
        503 | 529 => ErrorKind::Overloaded,
        500..=599 => ErrorKind::ServerError,
        400..=499 => ErrorKind::InvalidRequest,
        _ => ErrorKind::Unknown,
    }
}

/// A message for a body that says nothing readable: what it is, and never the markup itself.
fn describe(status: StatusCode, body: &str) -> String {
    let reason = status.canonical_reason().unwrap_or("no reason given");
    let body = body.trim();
    let shown = clean(body);
    if body.is_empty() {
        format!("{reason}; the server sent no body")
    } else if shown.trim().is_empty() {
        format!("{reason}; the server sent nothing that can be read")
    } else if body.starts_with('<') {
        format!("{reason}; the server, or a proxy before it, answered with a web page")
    } else {
        // A plain sentence is all some proxies say; it is short, or it is cut.
        shown
    }
}

fn string(value: Option<&Value>) -> Option<String> {
    String::deserialize(value?).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> ErrorKind {
        from_response(StatusCode::from_u16(status).unwrap(), body.as_bytes()).kind
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        assert_eq!(kind(429, r#"{"error":{"code":"insufficient_quota"}}"#), ErrorKind::QuotaExhausted);
        assert_eq!(kind(400, r#"{"error":{"type":"overloaded_error"}}"#), ErrorKind::Overloaded);
        assert_eq!(
            kind(400, r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid."}}"#),
            ErrorKind::AuthenticationFailed
        );
    }

    #[test]
    fn an_over_long_prompt_is_told_from_any_other_bad_request() {
        assert_eq!(
            kind(400, r#"{"error":{"message":"prompt is too long: 5 > 4"}}"#),
            ErrorKind::ContextLength
        );
        assert_eq!(kind(400, r#"{"error":{"code":"string_above_max_length"}}"#), ErrorKind::InvalidRequest);
        assert_eq!(kind(500, r#"{"error":{"message":"context window exploded"}}"#), ErrorKind::ServerError);
    }

    #[test]
    fn every_shape_of_body_gives_its_message() {
        for body in [
            r#"{"error":"no"}"#,
            r#"{"message":"no"}"#,
            r#"{"detail":"no"}"#,
            r#"{"detail":[{"msg":"no","input":"the prompt"}]}"#,
            r#"[{"error":{"message":"no"}}]"#,
            "no",
        ] {
            let failure = from_response(StatusCode::BAD_REQUEST, body.as_bytes());
            assert_eq!(failure.message, "no", "{body}");
            assert_eq!(failure.kind, ErrorKind::InvalidRequest);
        }
    }

    #[test]
    fn an_error_that_says_nothing_has_a_message_all_the_same() {
        for body in
            ["", " \n", "\u{1}\u{2}", r#"{"error":""}"#, r#"{"error":" \n"}"#, r#"{"message":"\u0007"}"#]
        {
            let failure = from_response(StatusCode::BAD_GATEWAY, body.as_bytes());
            assert!(!failure.message.trim().is_empty(), "{body:?}");
            assert_eq!(failure.kind, ErrorKind::ServerError);
        }
    }

    #[test]
    fn a_web_page_is_not_quoted() {
        let failure = from_response(StatusCode::BAD_GATEWAY, b"<html>bad \x1b[31m</html>");
        assert_eq!(failure.kind, ErrorKind::ServerError);
        assert!(!failure.message.contains('<'), "{}", failure.message);
    }

    #[test]
    fn an_error_inside_a_success_gives_the_status_that_it_names() {
        let failure = from_body(r#"{"error":{"code":529,"message":"busy"}}"#).unwrap();
        assert_eq!((failure.kind, failure.status), (ErrorKind::Overloaded, Some(529)));
        assert_eq!(from_body(r#"{"choices":[]}"#), None);
    }
}
