use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// `Members` are those of a JSON object, in their order, their values as they were written. Nothing of them is copied,
/// so that what held the text is the one place where a secret lies.
#[derive(Default)]
pub(in crate::auth::store) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The value of a member; the last one where there are several.
    pub(in crate::auth::store) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// Takes a member in place of those of its name.
    pub(in crate::auth::store) fn set(&mut self, name: &'a str, value: &'a RawValue) {
        match self.0.iter_mut().find(|(member, _)| member == name) {
            Some(member) => member.1 = value,
            None => self.0.push((Cow::Borrowed(name), value)),
        }
        let mut first = true;
        self.0.retain(|(member, _)| member != name || std::mem::take(&mut first));
    }

    /// Takes a member away; says whether there was one.
    pub(in crate::auth::store) fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(member, _)| member != name);
        self.0.len() != before
    }

    /// Names and values.
    pub(in crate::auth::store) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, *value))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members<'de>, M::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A name that is copied only where it holds escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stay_in_their_order_and_as_they_were_written() {
        let text = r#"{"b":  1.0e0,"a\u0041":{"x" :[ ]}}"#;
        let members: Members<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(members.get("aA").unwrap().get(), r#"{"x" :[ ]}"#);
        assert_eq!(serde_json::to_string(&members).unwrap(), r#"{"b":1.0e0,"aA":{"x" :[ ]}}"#);
    }

    #[test]
    fn a_member_stands_once_after_it_was_set_and_not_after_it_was_removed() {
        let mut members: Members<'_> = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(members.get("a").unwrap().get(), "3");
        members.set("a", serde_json::from_str("4").unwrap());
        assert_eq!(serde_json::to_string(&members).unwrap(), r#"{"a":4,"b":2}"#);
        assert!(members.remove("a") && !members.remove("a"));
        assert_eq!(serde_json::to_string(&members).unwrap(), r#"{"b":2}"#);
    }
}
