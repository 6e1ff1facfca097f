use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::ToolCall;
use steer_core::json::without_half_characters;
use steer_core::tools::ToolInput;

/// `Input` is the arguments of a call as they are sent back; the API takes only objects there.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// An object, byte for byte as the model wrote it.
    Object(&'a RawValue),
    /// An object in which the model left half of a character, which not every reader of JSON takes.
    Repaired(Box<RawValue>),
    /// No arguments.
    Empty,
    /// Something that is no object, kept so that the model sees what it wrote.
    Wrapped(&'a str),
}

impl<'a> Input<'a> {
    pub(super) fn of(call: &'a ToolCall) -> Self {
        let text = call.raw();
        match &call.input {
            ToolInput::Json(_) if text.trim().is_empty() => Self::Empty,
            ToolInput::Json(_) if call.complete => object(text).unwrap_or(Self::Wrapped(text)),
            _ => Self::Wrapped(text),
        }
    }

    pub(super) fn is_wrapped(&self) -> bool {
        matches!(self, Self::Wrapped(_))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Object(raw) => raw.get().len(),
            Self::Repaired(raw) => raw.get().len(),
            Self::Empty => 0,
            Self::Wrapped(text) => text.len(),
        }
    }
}

impl Serialize for Input<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(raw) => raw.serialize(serializer),
            Self::Repaired(raw) => raw.serialize(serializer),
            Self::Empty => serializer.serialize_map(Some(0))?.end(),
            Self::Wrapped(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("raw", text)?;
                map.end()
            }
        }
    }
}

fn object(text: &str) -> Option<Input<'_>> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    if !raw.get().starts_with('{') {
        return None;
    }
    match without_half_characters(raw.get()) {
        Cow::Borrowed(_) => Some(Input::Object(raw)),
        Cow::Owned(repaired) => RawValue::from_string(repaired).ok().map(Input::Repaired),
    }
}
