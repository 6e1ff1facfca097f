use serde::de::{DeserializeSeed, MapAccess};
use serde_json::value::RawValue;
use steer_core::json::{Fill, JsonText, Record, fill};

use super::response::Response;

/// `Told` is an event as it came, read in one pass: to take the response out of it and then apart would read each of its
/// bytes twice. It is filled where it stands, since it is large, and most of it mostly empty.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    /// The members but for the response, unless that cannot be read or is of no use.
    pub(super) members: Record<'a>,
    response: Option<Response<'a>>,
    has_started: bool,
}

impl<'a> Told<'a> {
    /// An event of an answer that has started or not.
    pub(super) fn new(has_started: bool) -> Self {
        Self { has_started, ..Self::default() }
    }

    /// Reads a frame.
    pub(super) fn read(&mut self, json: &'a str) -> Result<(), serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_str(json);
        let read = fill(self).deserialize(&mut parser).and_then(|()| parser.end());
        if read.is_err() {
            // Whether it matters that the response cannot be read, the event's kind says.
            *self = Self { members: Record::read(json)?, ..Self::default() };
        }
        Ok(())
    }

    /// Takes the response, if there is one.
    pub(super) fn take_response(&mut self) -> Result<Option<Response<'a>>, serde_json::Error> {
        match self.response.take() {
            Some(response) => Ok(Some(response)),
            None => self.members.take("response").map(|raw| Response::read(raw.get())).transpose(),
        }
    }

    /// Whether the response says nothing that was not told.
    fn is_alive(&self) -> bool {
        self.has_started
            && self.members.get("type").is_some_and(|kind| kind.get() == "\"response.in_progress\"")
    }
}

impl<'de: 'a, 'a> Fill<'de> for Told<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        if &*name == "response" && self.response.is_none() && !self.is_alive() {
            self.response = map.next_value()?;
        } else {
            self.members.push(name, map.next_value::<&'a RawValue>()?);
        }
        Ok(())
    }
}
