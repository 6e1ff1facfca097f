use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess};
use serde_json::value::RawValue;
use steer_core::json::{Fill, JsonText, List, Record, fill};

/// `Fields` are the members of an item, with the contents of a message taken apart in the same pass.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    /// The members, the contents of a message among them if they are no list.
    pub(super) members: Record<'a>,
    contents: Option<List<'a>>,
}

impl<'a> Fields<'a> {
    pub(super) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        // Some servers write one text in place of a list.
        serde_json::from_str(json).or_else(|_| Ok(Self { members: Record::read(json)?, contents: None }))
    }

    /// Takes the contents of a message, if they are a list.
    pub(super) fn take_contents(&mut self) -> Option<List<'a>> {
        self.contents.take()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Self::default();
        fill(&mut fields).deserialize(deserializer)?;
        Ok(fields)
    }
}

impl<'de: 'a, 'a> Fill<'de> for Fields<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        let is_message = self.members.get("type").is_some_and(|kind| kind.get() == "\"message\"");
        if is_message && &*name == "content" && self.contents.is_none() {
            self.contents = map.next_value()?;
        } else {
            self.members.push(name, map.next_value::<&'a RawValue>()?);
        }
        Ok(())
    }
}
