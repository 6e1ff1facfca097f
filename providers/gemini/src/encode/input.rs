use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::ToolCall;
use steer_core::tools::ToolInput;

/// `Input` is the arguments of a call as they are sent back; the API takes only objects there.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// An object, byte for byte as the model wrote it.
    Object(&'a RawValue),
    /// An object in which the model left half of a character.
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

/// Replaces escapes such as `\ud83d` that stand without their other half, which the API refuses.
fn without_half_characters(json: &str) -> Cow<'_, str> {
    if !json.contains("\\ud") && !json.contains("\\uD") {
        return Cow::Borrowed(json);
    }
    let mut repaired = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('\\') {
        repaired.push_str(before);
        let (escape, unit) = (after.get(..1).unwrap_or_default(), code_unit(after));
        let length = match unit {
            Some(0xd800..=0xdbff) if after.get(5..).and_then(low_half).is_some() => 11,
            Some(0xd800..=0xdfff) => {
                repaired.push_str("\\ufffd");
                rest = after.get(5..).unwrap_or_default();
                continue;
            }
            Some(_) => 5,
            None => escape.len(),
        };
        let (kept, next) = after.split_at_checked(length).unwrap_or((after, ""));
        repaired.push('\\');
        repaired.push_str(kept);
        rest = next;
    }
    repaired.push_str(rest);
    if repaired == json { Cow::Borrowed(json) } else { Cow::Owned(repaired) }
}

fn low_half(text: &str) -> Option<u16> {
    code_unit(text.strip_prefix('\\')?).filter(|unit| (0xdc00..=0xdfff).contains(unit))
}

/// The number in an escape such as `u00e9`.
fn code_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok()
}
