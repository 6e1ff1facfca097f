use std::borrow::Cow;
use std::fmt;

use super::Json;
use super::unescape::unescape;
use serde::de::{Deserialize, Deserializer, Visitor};

/// `JsonText` is a JSON string that is borrowed from its frame where it has no escapes. `null` is the empty text.
///
/// Its `Debug` hides the text.
#[derive(Default, PartialEq, Eq)]
pub struct JsonText<'a>(pub Cow<'a, str>);

impl fmt::Debug for JsonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::redact::Hidden(&self.0).fmt(f)
    }
}

impl<'a> JsonText<'a> {
    /// Reads a value. Escapes are resolved into memory of the right size, which a parser cannot know beforehand.
    ///
    /// # Errors
    /// The value is neither a string nor null, or it has an escape that stands for no character.
    pub fn read(value: impl Into<Json<'a>>) -> Result<Self, serde_json::Error> {
        let json = value.into().get();
        let body = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match body {
            Some(body) if memchr::memchr(b'\\', body.as_bytes()).is_none() => Ok(Self(Cow::Borrowed(body))),
            Some(body) => match unescape(body) {
                Some(text) => Ok(Self(Cow::Owned(text))),
                None => serde_json::from_str(json),
            },
            None => serde_json::from_str(json),
        }
    }

    /// The text, owned.
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl std::ops::Deref for JsonText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = JsonText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or null")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(JsonText(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(JsonText(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(JsonText(Cow::Owned(text)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(JsonText::default())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::value::RawValue;

    use super::JsonText;

    #[test]
    fn a_value_is_read_as_a_parser_reads_it() {
        for json in
            ["\"\"", "\"a\"", "\"a\\nb\"", "\"\\u00e9\"", "null", "\"\\ud800\"", "1", "[]", "{}", "true"]
        {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            let parsed = serde_json::from_str::<JsonText<'_>>(json).ok();
            assert_eq!(JsonText::read(raw).ok(), parsed, "{json}");
        }
    }

    #[test]
    fn a_text_without_escapes_is_borrowed() {
        let raw: &RawValue = serde_json::from_str("\"plain\"").unwrap();
        assert!(matches!(JsonText::read(raw).unwrap().0, Cow::Borrowed("plain")));
    }
}
