//! Lines into chunks. A stream is one response a line, each with what is new in it, and the last one says that it is
//! done; a whole body is a last line alone, so both are read by the same state machine:
//! <https://docs.ollama.com/api/streaming>.

mod answer;
mod blocks;
mod call;
mod known;
mod lines;
mod repeat;
mod whole;

pub(crate) use call::read as read_call;
pub(crate) use lines::LineDecoder;
pub(crate) use whole::WholeDecoder;

use steer_core::{ApiError, StreamError};

/// The payload of something known is broken. The parser's own words are left out, since they may quote content.
fn broken(what: &str, error: &serde_json::Error) -> StreamError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ApiError::parsing(format!("`{what}` is not the JSON that it should be ({place})")).into()
}
