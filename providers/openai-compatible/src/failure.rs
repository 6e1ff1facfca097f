//! What the errors and rate-limit headers of this format say beyond the common table.

use http::{HeaderMap, StatusCode};
use steer_core::{Failure, RateLimit, RateLimits};

/// Reads an error response: <https://platform.openai.com/docs/guides/error-codes>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    Failure::from_response(status, body).heeding(headers)
}

/// Reads the rate limits: <https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers>.
pub(crate) fn rate_limits(headers: &HeaderMap) -> Option<RateLimits> {
    let limit = |what: &str| {
        let name = |field: &str| format!("x-ratelimit-{field}-{what}");
        RateLimit::from_headers(headers, &name("limit"), &name("remaining"), &name("reset"))
    };
    let mut limits = RateLimits::default();
    limits.requests = limit("requests");
    limits.tokens = limit("tokens");
    (!limits.is_empty()).then_some(limits)
}
