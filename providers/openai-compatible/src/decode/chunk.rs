use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use steer_core::StreamError;
use steer_core::json::{JsonText, Record};

use super::broken;
use super::chat::check_error;

/// `Chunk` is a chunk of a stream or a whole answer, read in one pass down to the members of its messages: to take it
/// apart level by level would read each inner byte once for each level. It is filled where it stands, since it is
/// large, and most of it mostly empty.
#[derive(Debug, Default)]
pub(super) struct Chunk<'a> {
    /// The members but for the choices.
    pub(super) members: Record<'a>,
    pub(super) choices: Choices<'a>,
}

/// `Choices` are the entries of `choices`. There is mostly one, which takes no memory of its own.
#[derive(Debug, Default)]
pub(super) struct Choices<'a> {
    /// Whether there is such a list at all.
    is_there: bool,
    /// How many entries there are.
    pub(super) count: usize,
    pub(super) first: Entry<'a>,
    pub(super) others: Vec<Entry<'a>>,
}

/// `Entry` is one of them.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    /// The members but for the message and the delta.
    pub(super) members: Record<'a>,
    pub(super) message: Message<'a>,
    pub(super) delta: Message<'a>,
}

/// `Message` is what an answer says, whole or in part, where it says anything.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) is_there: bool,
    pub(super) members: Record<'a>,
}

impl<'a> Chunk<'a> {
    /// Reads a frame, unless it is the server's report of a failure.
    pub(super) fn read(&mut self, json: &'a str) -> Result<(), StreamError> {
        let mut parser = serde_json::Deserializer::from_str(json);
        match self.deserialize(&mut parser).and_then(|()| parser.end()) {
            Ok(()) => check_error(&mut self.members, self.choices.is_there, json),
            Err(error) => {
                // Beside an error anything may stand.
                let mut members = Record::read(json).map_err(|error| broken("chunk", &error))?;
                check_error(&mut members, false, json)?;
                Err(broken("choices", &error))
            }
        }
    }
}

impl<'a> Choices<'a> {
    /// The entries, in their order.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut Entry<'a>> {
        Some(&mut self.first).filter(|_| self.count > 0).into_iter().chain(&mut self.others)
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for &mut Chunk<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for &mut Chunk<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<JsonText<'a>>()? {
            match &*name {
                "choices" => map.next_value_seed(&mut self.choices)?,
                _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
            }
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for &mut Choices<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for &mut Choices<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.is_there = true;
        if list.next_element_seed(&mut self.first)?.is_none() {
            return Ok(());
        }
        self.count = 1;
        loop {
            let mut entry = Entry::default();
            if list.next_element_seed(&mut entry)?.is_none() {
                return Ok(());
            }
            self.count = self.count.saturating_add(1);
            self.others.push(entry);
        }
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for &mut Entry<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for &mut Entry<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<JsonText<'a>>()? {
            match &*name {
                "message" => map.next_value_seed(&mut self.message)?,
                "delta" => map.next_value_seed(&mut self.delta)?,
                _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
            }
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for &mut Message<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for &mut Message<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.is_there = true;
        while let Some(name) = map.next_key::<JsonText<'a>>()? {
            self.members.push(name, map.next_value::<&'a RawValue>()?);
        }
        Ok(())
    }
}
