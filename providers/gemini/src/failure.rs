//! What Google's errors say beyond the common table.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use steer_core::json::JsonText;
use steer_core::{ApiError, ErrorKind, Failure, StreamError};

/// Reads an error response: <https://ai.google.dev/gemini-api/docs/troubleshooting>,
/// <https://google.aip.dev/193>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let failure = Failure::from_response(status, body).heeding(headers);
    detailed(failure, std::str::from_utf8(body).unwrap_or_default())
}

/// Reads an error that stands inside a successful response.
pub(crate) fn inside(json: &str) -> StreamError {
    match Failure::from_body(json) {
        Some(failure) => ApiError::from(detailed(failure, json)).into(),
        None => ApiError::parsing("the server reported an error that cannot be read").into(),
    }
}

/// Adds what the error's details say: <https://google.aip.dev/193#statusdetails>.
fn detailed(mut failure: Failure, json: &str) -> Failure {
    let details = details(json);
    if details.iter().any(|detail| &*detail.reason == "API_KEY_INVALID") {
        failure.kind = ErrorKind::AuthenticationFailed;
    }
    let delay = details.iter().find_map(|detail| seconds(&detail.retry_delay));
    failure.retry_after = delay.or_else(|| said_delay(&failure.message)).or(failure.retry_after);
    failure
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    error: Error<'a>,
}

#[derive(Deserialize)]
struct Error<'a> {
    #[serde(borrow, default)]
    details: Vec<Detail<'a>>,
}

#[derive(Deserialize)]
struct Detail<'a> {
    #[serde(borrow, default)]
    reason: JsonText<'a>,
    #[serde(borrow, default, rename = "retryDelay")]
    retry_delay: JsonText<'a>,
}

/// An error may stand alone in a list.
fn details(json: &str) -> Vec<Detail<'_>> {
    let body = if json.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<Body<'_>>>(json).ok().and_then(|list| list.into_iter().next())
    } else {
        serde_json::from_str::<Body<'_>>(json).ok()
    };
    body.map(|body| body.error.details).unwrap_or_default()
}

/// A duration such as `34.07s`.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

/// The delay in a sentence such as `Please retry in 34.07s.`, or in milliseconds.
fn said_delay(message: &str) -> Option<Duration> {
    let (_, rest) = message.split_once("lease retry in ")?;
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = rest.split_at_checked(length)?;
    let number: f64 = number.trim_end_matches('.').parse().ok()?;
    let number = if unit.starts_with("ms") {
        number / 1000.0
    } else if unit.starts_with('s') {
        number
    } else {
        return None;
    };
    Duration::try_from_secs_f64(number).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, StatusCode};
    use steer_core::ErrorKind;

    use super::read;

    fn failure(status: u16, body: &str) -> steer_core::Failure {
        read(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn quirk_113_the_delay_is_read_from_the_details_or_from_the_sentence() {
        let body = r#"{"error":{"code":429,"message":"Quota. Please retry in 12s.","status":"RESOURCE_EXHAUSTED",
            "details":[{"@type":"type.googleapis.com/google.rpc.Help","links":[]},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}}"#;
        let found = failure(429, body);
        assert_eq!(
            (found.kind, found.retry_after),
            (ErrorKind::RateLimited, Some(Duration::from_millis(34_070)))
        );
        assert_eq!(failure(429, &format!("[{body}]")).retry_after, Some(Duration::from_millis(34_070)));
        let said = |text: &str| failure(429, &format!(r#"{{"error":{{"message":"{text}"}}}}"#)).retry_after;
        assert_eq!(said("Please retry in 41.5s."), Some(Duration::from_millis(41_500)));
        assert_eq!(said("please retry in 250ms"), Some(Duration::from_millis(250)));
        for odd in ["Please retry in a while", "Please retry in 5 days", "Please retry in -1s", "no"] {
            assert_eq!(said(odd), None, "{odd}");
        }
        let endless =
            r#"{"error":{"details":[{"retryDelay":"1e99s"},{"retryDelay":"NaNs"},{"retryDelay":""}]}}"#;
        assert_eq!(failure(429, endless).retry_after, None);
    }

    #[test]
    fn an_invalid_key_is_told_from_other_bad_requests_by_its_reason() {
        let body = r#"{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT",
            "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#;
        assert_eq!(failure(400, body).kind, ErrorKind::AuthenticationFailed);
    }
}
