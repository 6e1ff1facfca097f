//! Frames into chunks. A stream sends pieces of one response, each as a response of its own, so streams and whole bodies
//! are read by the same state machine: <https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse>.

mod answer;
mod arguments;
mod candidate;
mod citations;
mod code;
mod events;
mod known;
mod media;
mod other;
mod part;
mod piece;
mod repeat;
mod whole;

pub(crate) use code::read_back as read_code;
pub(crate) use events::EventDecoder;
pub(crate) use whole::WholeDecoder;

use steer_core::{ApiError, StreamError};

/// The payload of something known is broken. The parser's own words are left out, since they may quote content.
fn broken(what: &str, error: &serde_json::Error) -> StreamError {
    let place = format!("line {}, column {}", error.line(), error.column());
    malformed(&format!("`{what}` is not the JSON that it should be ({place})"))
}

fn malformed(what: &str) -> StreamError {
    ApiError::parsing(what).into()
}
