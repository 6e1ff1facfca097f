use std::fmt;

use serde_json::value::RawValue;

use super::RawJson;
use crate::redact::Hidden;

/// `Json` is one JSON value, borrowed from its frame, checked and unread.
///
/// Its `Debug` hides the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(pub(super) &'a str);

impl<'a> Json<'a> {
    /// The text, as it was received, without white space around it.
    pub fn get(self) -> &'a str {
        self.0
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// A copy, to be kept.
    pub fn to_raw(self) -> Option<RawJson> {
        RawJson::new(self.0).ok()
    }

    /// The value as the parser's own type, which looks at each byte again.
    pub(super) fn parsed(self) -> Option<&'a RawValue> {
        serde_json::from_str(self.0).ok()
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self(raw.get())
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Json").field(&Hidden(&self.0)).finish()
    }
}
