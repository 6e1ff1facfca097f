use std::borrow::Cow;
use std::fmt;

use super::{JsonText, RawJson};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// `Members` are the members of one JSON object, in their order and unread. Those that are taken are known; the rest
/// is what the vendor added since.
///
/// Its `Debug` hides the values.
#[derive(Default)]
pub struct Members<'a>(Vec<(JsonText<'a>, &'a RawValue)>);

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| &*name.0)).finish()
    }
}

impl<'a> Members<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// The text is no JSON object.
    pub fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Takes a member, unless it is missing or null.
    pub fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        let place = self.0.iter().position(|(name, _)| &**name == key)?;
        let (_, raw) = self.0.remove(place);
        (raw.get() != "null").then_some(raw)
    }

    /// Takes a member that is a string; one of another type is left where it is, so that it is kept as unknown.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.lenient::<String>(key)
    }

    /// Takes a member that is a string, and borrows it where it has no escapes; one of another type is left where it
    /// is, so that it is kept as unknown.
    pub fn borrowed_text(&mut self, key: &str) -> Option<Cow<'a, str>> {
        let JsonText(text) = self.read_member(key)?;
        Some(text)
    }

    /// Takes a member of a type; one of another type is left where it is, so that it is kept as unknown.
    pub fn lenient<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        self.read_member(key)
    }

    fn read_member<T: Deserialize<'a>>(&mut self, key: &str) -> Option<T> {
        let place = self.0.iter().position(|(name, _)| &**name == key)?;
        // To have a parser refuse what is often there costs more than to read it.
        let raw = self.0.get(place)?.1.get();
        let value = (raw != "null").then(|| serde_json::from_str(raw).ok()).flatten()?;
        self.0.remove(place);
        Some(value)
    }

    /// Looks at a member that stays.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(name, _)| &**name == key).map(|(_, raw)| *raw).filter(|raw| raw.get() != "null")
    }

    /// What is left and not null.
    pub fn rest(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().filter(|(_, raw)| raw.get() != "null").map(|(name, raw)| (&**name, *raw))
    }

    /// What is left and not null, as one JSON object.
    pub fn into_extra(self) -> Option<RawJson> {
        self.rest().next()?;
        let rest: serde_json::Map<String, serde_json::Value> = self
            .rest()
            .filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw.get()).ok()?)))
            .collect();
        RawJson::of(&rest).ok()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

/// More than most objects have, so that their list seldom has to grow.
const MEMBERS: usize = 12;

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(map.size_hint().unwrap_or(MEMBERS));
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
