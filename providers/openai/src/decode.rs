//! Frames into chunks: a small state machine for events, and the decoder of a whole body, over the same pieces. What is
//! read is the union of what the servers of this format send, whatever the vendor.

mod asked;
mod call;
mod citation;
mod end;
mod events;
mod fields;
mod image;
mod item;
mod items;
mod meaning;
mod message;
mod open_item;
mod parallel;
mod push;
mod reasoning;
mod repeat;
mod response;
mod slot;
mod told;
mod usage;
mod whole;

pub(crate) use asked::{Asked, Nothing};
pub(crate) use events::EventDecoder;
pub(crate) use whole::WholeDecoder;

use serde_json::value::RawValue;
use steer_core::json::{JsonText, List, Record};
use steer_core::{ApiError, Part, StreamError};

/// The parts of an item of the output, which later stands in the input of a request.
pub(crate) fn item(raw: &RawValue) -> Result<Vec<Part>, serde_json::Error> {
    item::read(raw, Asked::NOTHING).map(|item| item.parts)
}

/// Takes the contents of a message of the model's.
pub(crate) fn message(members: &mut Record<'_>) -> Result<Vec<Part>, serde_json::Error> {
    message::read(members, None).map(|(parts, _)| parts)
}

/// The payload of something known is broken. The parser's own words are left out, since they may quote content.
fn broken(what: &str, error: &serde_json::Error) -> StreamError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ApiError::parsing(format!("`{what}` is not the JSON that it should be ({place})")).into()
}

/// A member that is the content itself: missing and null are empty, another type is an error.
fn strict<'a>(members: &mut Record<'a>, key: &str) -> Result<JsonText<'a>, serde_json::Error> {
    members.take(key).map_or_else(|| Ok(JsonText::default()), JsonText::read)
}

/// A member that is a list; its entries stay unread.
fn list<'a>(members: &mut Record<'a>, key: &str) -> Result<List<'a>, serde_json::Error> {
    members.take(key).map_or_else(|| Ok(List::default()), List::read)
}

/// A member that is a number.
fn number(members: &Record<'_>, key: &str) -> Option<u32> {
    members.get(key).map(RawValue::get)?.parse().ok()
}
