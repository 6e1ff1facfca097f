//! What the errors and rate-limit headers of this format say beyond the common table.

use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use steer_core::{ErrorKind, Failure, RateLimit, RateLimits};

/// Reads an error response: <https://platform.openai.com/docs/guides/error-codes>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let failure = known(Failure::from_response(status, body).heeding(headers));
    match std::str::from_utf8(body) {
        Ok(json) => with_upstream(failure, json),
        Err(_) => failure,
    }
}

/// Adds what the server behind a router said, which says more than that it refused:
/// <https://openrouter.ai/docs/api/reference/errors-and-debugging>.
pub(crate) fn with_upstream(mut failure: Failure, json: &str) -> Failure {
    let Some(upstream) = upstream(json) else { return failure };
    if !upstream.message.is_empty() && !failure.message.contains(&upstream.message) {
        failure.message = format!("{}: {}", failure.message, upstream.message);
    }
    if matches!(upstream.kind, ErrorKind::ContextLength | ErrorKind::RequestBlocked) {
        failure.kind = upstream.kind;
    }
    failure
}

/// The error of the server behind a router: JSON, or a text that holds JSON. Another text may quote the request.
fn upstream(json: &str) -> Option<Failure> {
    #[derive(Deserialize)]
    struct Body {
        error: Routed,
    }
    #[derive(Deserialize)]
    struct Routed {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        raw: serde_json::Value,
    }
    let raw = serde_json::from_str::<Body>(json).ok()?.error.metadata.raw;
    Failure::from_body(raw.as_str().map_or_else(|| raw.to_string(), str::to_owned).as_str())
}

/// Adds what is known of a code. A model that wrote a broken call may write a good one the next time:
/// <https://console.groq.com/docs/tool-use/local-tool-calling#error-handling>.
pub(crate) fn known(mut failure: Failure) -> Failure {
    if failure.code.as_deref() == Some("tool_use_failed") {
        failure.retryable = failure.retryable.or(Some(true));
    }
    failure
}

/// Reads the rate limits: <https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers>.
pub(crate) fn rate_limits(headers: &HeaderMap) -> Option<RateLimits> {
    // Many servers send none, and to look for each costs more than to look for any.
    if !headers.keys().any(|name| name.as_str().starts_with("x-ratelimit-")) {
        return None;
    }
    let mut limits = RateLimits::default();
    limits.requests = RateLimit::from_headers(
        headers,
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-reset-requests",
    );
    limits.tokens = RateLimit::from_headers(
        headers,
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-tokens",
    );
    (!limits.is_empty()).then_some(limits)
}
