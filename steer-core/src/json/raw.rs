use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::redact::Hidden;

/// `RawJson` is one JSON value, kept byte for byte as it was received.
///
/// Serialised on its own it becomes a JSON *string* that holds the text, so that a conversation stored in a
/// database which sorts keys or drops white space still sends the same bytes. To write the value itself into a
/// request, serialise [`RawJson::nested`].
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Takes a JSON text.
    ///
    /// # Errors
    /// The text is not one JSON value.
    pub fn new(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text.into()).map(Self)
    }

    /// Keeps a value that was parsed as raw.
    pub fn from_raw(raw: Box<RawValue>) -> Self {
        Self(raw)
    }

    /// Writes a value as JSON text.
    ///
    /// # Errors
    /// The value has no JSON form, such as a map whose keys are not strings.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// The text, as it was received.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads the text into a type of your own.
    ///
    /// # Errors
    /// The value does not have the type's shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }

    /// The value itself for a serialiser, not the string that holds it.
    pub fn nested(&self) -> &RawValue {
        &self.0
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawJson").field(&Hidden(&self.get())).finish()
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.get())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).map_err(|_| D::Error::custom("a raw JSON text is not valid JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::RawJson;

    #[test]
    fn a_raw_value_survives_a_store_that_reformats_json() {
        let raw = RawJson::new(r#"{"b": 1.0,  "a":"\u00e9"}"#).unwrap();
        let stored = serde_json::to_value(&raw).unwrap();
        let loaded: RawJson = serde_json::from_value(stored).unwrap();
        assert_eq!(loaded.get(), r#"{"b": 1.0,  "a":"\u00e9"}"#);
    }

    #[test]
    fn debug_hides_the_text() {
        assert_eq!(format!("{:?}", RawJson::new("\"secret\"").unwrap()), "RawJson(<hidden>)");
    }
}
