use std::fmt;

use serde::ser::{Serialize, Serializer};

/// `Joined` is texts as one, behind a first one; written without a copy.
pub(super) struct Joined<'s, T>(pub(super) &'static str, pub(super) &'s [T]);

impl<T: AsRef<str>> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        self.1.iter().try_for_each(|text| f.write_str(text.as_ref()))
    }
}

impl<T: AsRef<str>> Serialize for Joined<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            ("", [one]) => serializer.serialize_str(one.as_ref()),
            _ => serializer.collect_str(self),
        }
    }
}
