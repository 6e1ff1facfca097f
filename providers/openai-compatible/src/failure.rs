//! What the errors and rate-limit headers of this format say beyond the common table.

use http::{HeaderMap, StatusCode};
use steer_core::{Failure, RateLimit, RateLimits};

/// Reads an error response: <https://platform.openai.com/docs/guides/error-codes>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    known(Failure::from_response(status, body).heeding(headers))
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
