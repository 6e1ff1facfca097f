use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::RawJson;
use crate::redact::Hidden;

/// `Json` is one JSON value, borrowed from its frame, checked and unread.
///
/// Its `Debug` hides the text.
#[derive(Clone, Copy)]
pub struct Json<'a>(Checked<'a>);

/// Who has checked it.
#[derive(Clone, Copy)]
enum Checked<'a> {
    Scanned(&'a str),
    Parsed(&'a RawValue),
}

impl<'a> Json<'a> {
    /// A value that a scanner has found to be one.
    pub(super) fn scanned(text: &'a str) -> Self {
        Self(Checked::Scanned(text))
    }

    /// The text, as it was received, without white space around it.
    pub fn get(self) -> &'a str {
        match self.0 {
            Checked::Scanned(text) => text,
            Checked::Parsed(raw) => raw.get(),
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.get() == "null"
    }

    /// A copy, to be kept.
    ///
    /// # Errors
    /// The parser, which looks at a scanned value again, finds less in it than the scanner did.
    pub fn to_raw(self) -> Result<RawJson, serde_json::Error> {
        match self.0 {
            Checked::Scanned(text) => RawJson::new(text),
            Checked::Parsed(raw) => Ok(RawJson::from_raw(raw.to_owned())),
        }
    }

    /// The value as the parser's own type. The parser looks at it again unless it has read it before.
    pub(super) fn parsed(self) -> Option<&'a RawValue> {
        match self.0 {
            Checked::Scanned(text) => serde_json::from_str(text).ok(),
            Checked::Parsed(raw) => Some(raw),
        }
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self(Checked::Parsed(raw))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Json").field(&Hidden(&self.get())).finish()
    }
}
