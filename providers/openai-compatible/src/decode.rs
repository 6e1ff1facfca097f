//! Frames into chunks. What is read is the union of what the servers of this format send, whatever the vendor: which
//! member holds what differs, and no two of the members contradict each other.

mod calls;
mod chat;
mod choice;
mod chunk;
mod content;
mod delta;
mod echo;
mod finish;
mod head;
mod known;
mod reasoning;
mod repeat;
mod usage;
mod whole;

pub(crate) use chat::ChunkDecoder;
pub(crate) use echo::last_own_text;
pub(crate) use whole::WholeDecoder;

use steer_core::{ApiError, StreamError};

/// The payload of something known is broken. The parser's own words are left out, since they may quote content.
fn broken(what: &str, error: &serde_json::Error) -> StreamError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ApiError::parsing(format!("`{what}` is not the JSON that it should be ({place})")).into()
}
