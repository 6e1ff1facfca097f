use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use steer_core::StreamError;
use steer_core::json::{Fill, JsonText, List, Record, fill, fill_or_null};

use super::broken;
use crate::failure;

/// `Piece` is a piece of a response or all of it, read in one pass down to the parts of its candidates: to take it apart
/// level by level would read each inner byte once for each level. It is filled where it stands, since it is large, and
/// most of it mostly empty.
#[derive(Debug, Default)]
pub(super) struct Piece<'a> {
    /// The members but for the candidates.
    pub(super) members: Record<'a>,
    pub(super) candidates: Candidates<'a>,
    /// What is wrong with the candidates, where they cannot be read.
    pub(super) fault: Option<serde_json::Error>,
}

/// `Candidates` are the entries of `candidates`. There is mostly one, which takes no memory of its own.
#[derive(Debug, Default)]
pub(super) struct Candidates<'a> {
    /// How many entries there are.
    pub(super) count: usize,
    first: Entry<'a>,
    others: Vec<Entry<'a>>,
}

/// `Entry` is one of them.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    /// The members but for the content.
    pub(super) members: Record<'a>,
    pub(super) content: Content<'a>,
}

/// `Content` is what a candidate says, where it says anything.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    /// The members but for the parts.
    pub(super) members: Record<'a>,
    pub(super) parts: List<'a>,
}

impl<'a> Piece<'a> {
    /// Reads a frame, unless it is the server's report of a failure, which may come at any time.
    pub(super) fn read(&mut self, json: &'a str) -> Result<(), StreamError> {
        let mut parser = serde_json::Deserializer::from_str(json);
        match fill(self).deserialize(&mut parser).and_then(|()| parser.end()) {
            Ok(()) => check_error(&mut self.members, json),
            Err(error) => {
                // Beside an error anything may stand.
                let mut members = Record::read(json).map_err(|error| broken("response", &error))?;
                check_error(&mut members, json)?;
                *self = Self { members, fault: Some(error), ..Self::default() };
                Ok(())
            }
        }
    }
}

impl<'a> Candidates<'a> {
    /// The entries, in their order.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut Entry<'a>> {
        Some(&mut self.first).filter(|_| self.count > 0).into_iter().chain(&mut self.others)
    }
}

impl Content<'_> {
    fn is_there(&self) -> bool {
        self.members.len() > 0 || !self.parts.is_empty()
    }
}

fn check_error(members: &mut Record<'_>, json: &str) -> Result<(), StreamError> {
    match members.take("error").map(RawValue::get) {
        None | Some("{}" | "\"\"" | "false") => Ok(()),
        Some(_) => Err(failure::inside(json)),
    }
}

impl<'de: 'a, 'a> Fill<'de> for Piece<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        match &*name {
            // Of members of one name the first counts, as everywhere.
            "candidates" if self.candidates.count == 0 => map.next_value_seed(&mut self.candidates)?,
            _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for &mut Candidates<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for &mut Candidates<'a> {
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
        if list.next_element_seed(fill(&mut self.first))?.is_none() {
            return Ok(());
        }
        self.count = 1;
        loop {
            let mut entry = Entry::default();
            if list.next_element_seed(fill(&mut entry))?.is_none() {
                return Ok(());
            }
            self.count = self.count.saturating_add(1);
            self.others.push(entry);
        }
    }
}

impl<'de: 'a, 'a> Fill<'de> for Entry<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        match &*name {
            "content" if !self.content.is_there() => map.next_value_seed(fill_or_null(&mut self.content))?,
            _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Fill<'de> for Content<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        match &*name {
            "parts" if self.parts.is_empty() => self.parts = map.next_value()?,
            _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
        }
        Ok(())
    }
}
