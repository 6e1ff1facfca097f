use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use smallvec::SmallVec;

/// `List` is the entries of one JSON list, in their order and unread. `null` is the empty list.
///
/// The first few of them take no memory of their own.
///
/// Its `Debug` hides the entries.
#[derive(Default)]
pub struct List<'a>(SmallVec<[&'a RawValue; 4]>);

impl<'a> List<'a> {
    /// Reads a value.
    ///
    /// # Errors
    /// The value is neither a list nor null.
    pub fn read(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        serde_json::from_str(raw.get())
    }
}

impl<'a> Deref for List<'a> {
    type Target = [&'a RawValue];

    fn deref(&self) -> &[&'a RawValue] {
        &self.0
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("List").field(&self.len()).finish()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entries(PhantomData))
    }
}

struct Entries<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for Entries<'a> {
    type Value = List<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = SmallVec::new();
        while let Some(raw) = list.next_element()? {
            entries.push(raw);
        }
        Ok(List(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    fn entries(json: &str) -> Option<Vec<&str>> {
        let list: List<'_> = serde_json::from_str(json).ok()?;
        Some(list.iter().map(|raw| raw.get()).collect())
    }

    #[test]
    fn entries_come_in_their_order_and_as_they_are_written() {
        let written = ["1", r#"{"a": [2]}"#, "null", "\"x\"", "[ ]", "6"];
        assert_eq!(entries(&format!("[{}]", written.join(" , "))).unwrap(), written);
        assert_eq!(entries("null").unwrap(), Vec::<&str>::new());
        for other in ["{}", "1", "true", "\"x\"", "[1", "[1,]"] {
            assert_eq!(entries(other), None, "{other}");
        }
    }

    #[test]
    fn debug_hides_the_entries() {
        let list: List<'_> = serde_json::from_str("[\"secret\"]").unwrap();
        assert_eq!(format!("{list:?}"), "List(1)");
    }
}
