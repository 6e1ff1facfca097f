//! What Ollama says of failures: a text under `error`, with a status or as a line of a stream.

use http::{HeaderMap, StatusCode};
use steer_core::{ApiError, Failure, StreamError};

/// Reads an error response: <https://docs.ollama.com/api/errors>.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    Failure::from_response(status, body).heeding(headers)
}

/// Reads an error that stands inside a successful response:
/// <https://docs.ollama.com/api/errors#errors-that-occur-while-streaming>.
pub(crate) fn inside(json: &str) -> StreamError {
    match Failure::from_body(json) {
        Some(failure) => ApiError::from(failure).into(),
        None => ApiError::parsing("the server reported an error that cannot be read").into(),
    }
}
