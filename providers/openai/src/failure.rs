//! What the errors and rate-limit headers of this vendor say beyond the common table. Both of its wire formats say the
//! same, so that the headers are read as those of Chat Completions.

use http::{HeaderMap, StatusCode};
use steer_core::{ApiError, ErrorKind, Failure, Protocol, RateLimits, StreamError};
use steer_openai_compatible::Chat;

use crate::DIALECT;

/// Reads an error response: <https://platform.openai.com/docs/guides/error-codes>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    sorted(Failure::from_response(status, body).heeding(headers))
}

/// Reads the rate limits: <https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers>.
pub(crate) fn rate_limits(headers: &HeaderMap) -> Option<RateLimits> {
    Chat::new(DIALECT).rate_limits(headers)
}

/// The error that an event, a response or a body tells of, its code at the top or in `error`:
/// <https://platform.openai.com/docs/api-reference/responses-streaming/error>.
pub(crate) fn within(json: &str) -> StreamError {
    match Failure::from_body(json) {
        Some(failure) => ApiError::from(sorted(failure)).into(),
        None => ApiError::parsing("the server reported an error that cannot be read").into(),
    }
}

/// A failure of which nothing is said.
pub(crate) fn unexplained() -> StreamError {
    ApiError::new(ErrorKind::Unknown, "the server says that the response failed, and not why").into()
}

/// The codes of a response that failed: <https://platform.openai.com/docs/api-reference/responses/object#error>.
fn sorted(mut failure: Failure) -> Failure {
    match failure.code.as_deref() {
        Some("bio_policy" | "misalignment_policy_violation" | "image_content_policy_violation") => {
            failure.kind = ErrorKind::RequestBlocked;
        }
        Some("vector_store_timeout") => failure.kind = ErrorKind::Timeout,
        // Inside a success there is no status to say whose fault it is.
        Some(code) if failure.kind == ErrorKind::Unknown && REFUSALS.contains(&code) => {
            failure.kind = ErrorKind::InvalidRequest;
        }
        _ => {}
    }
    failure
}

/// What this vendor cannot take, by its code alone.
const REFUSALS: [&str; 15] = [
    "data_residency_mismatch",
    "empty_image_file",
    "failed_to_download_image",
    "image_file_not_found",
    "image_file_too_large",
    "image_parse_error",
    "image_too_large",
    "image_too_small",
    "invalid_base64_image",
    "invalid_image",
    "invalid_image_format",
    "invalid_image_mode",
    "invalid_image_url",
    "invalid_prompt",
    "unsupported_image_media_type",
];
