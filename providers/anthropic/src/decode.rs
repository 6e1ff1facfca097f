//! Frames into chunks: a small state machine for events, and the decoder of a whole body, over the same pieces.

mod block;
mod citation;
mod end;
mod events;
mod open_block;
mod push;
mod start;
mod usage;
mod whole;

pub(crate) use block::read as read_block;
pub(crate) use events::EventDecoder;
pub(crate) use whole::WholeDecoder;

use steer_core::{ApiError, StreamError};

/// The payload of something known is broken. The parser's own words are left out, since they may quote content.
fn broken(what: &str, error: &serde_json::Error) -> StreamError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ApiError::parsing(format!("`{what}` is not the JSON that it should be ({place})")).into()
}
