//! What Anthropic's errors and rate-limit headers say beyond the common table.

use http::{HeaderMap, StatusCode};
use steer_core::{Failure, RateLimit, RateLimits};

/// Reads an error response: <https://docs.claude.com/en/api/errors>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    Failure::from_response(status, body).heeding(headers)
}

/// Reads the rate limits: <https://docs.claude.com/en/api/rate-limits#response-headers>.
pub(crate) fn rate_limits(headers: &HeaderMap) -> Option<RateLimits> {
    // Most gateways send none, and to look for each costs more than to look for any.
    if !headers.keys().any(|name| name.as_str().starts_with("anthropic-ratelimit-")) {
        return None;
    }
    let limit = |what: &str| {
        let name = |field: &str| format!("anthropic-ratelimit-{what}-{field}");
        RateLimit::from_headers(headers, &name("limit"), &name("remaining"), &name("reset"))
    };
    let mut limits = RateLimits::default();
    limits.requests = limit("requests");
    limits.tokens = limit("tokens");
    limits.input_tokens = limit("input-tokens");
    limits.output_tokens = limit("output-tokens");
    (!limits.is_empty()).then_some(limits)
}
