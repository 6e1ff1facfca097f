use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use steer_core::RawJson;
use steer_core::json::Members;

use super::block::Block;
use super::extra;

/// `Side` is who says a block: the API knows the user, who also brings the results of tools, and the assistant;
/// the program may add a note after what the user says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    User,
    Assistant,
    System,
}

/// `Turn` is all that one side says before the other one answers, as one message.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) side: Side,
    /// The results of the calls of the turn before; they come first.
    pub(super) results: Vec<Block<'a>>,
    pub(super) blocks: Vec<Block<'a>>,
    /// The calls that the next turn must answer.
    pub(super) calls: Vec<OpenCall<'a>>,
    /// Members of the message itself.
    pub(super) extra: Members<'a>,
    /// The message as it stood in the body that the request was read from, in place of blocks.
    pub(super) kept: Option<&'a RawJson>,
    /// How many cache points it has.
    pub(super) kept_points: usize,
}

/// `OpenCall` is a call that the program runs.
#[derive(Debug)]
pub(super) struct OpenCall<'a> {
    pub(super) wire_id: Cow<'a, str>,
    pub(super) toolset: Option<&'a str>,
    pub(super) answered: bool,
}

impl<'a> Turn<'a> {
    pub(super) fn of(side: Side) -> Self {
        Self {
            side,
            results: Vec::new(),
            blocks: Vec::new(),
            calls: Vec::new(),
            extra: Members::default(),
            kept: None,
            kept_points: 0,
        }
    }

    /// A turn of nothing but results.
    pub(super) fn of_results(results: Vec<Block<'a>>) -> Self {
        Self { results, ..Self::of(Side::User) }
    }

    pub(super) fn size(&self) -> usize {
        self.blocks().map(Block::size).chain(self.kept.map(|raw| raw.get().len())).sum()
    }

    fn blocks(&self) -> impl Iterator<Item = &Block<'a>> {
        self.results.iter().chain(&self.blocks)
    }
}

impl Serialize for Turn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(raw) = self.kept {
            return raw.nested().serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        let role = match self.side {
            Side::User => "user",
            Side::Assistant => "assistant",
            Side::System => "system",
        };
        map.serialize_entry("role", role)?;
        match (self.results.as_slice(), self.blocks.as_slice()) {
            ([], [one]) if one.plain_text().is_some() => map.serialize_entry("content", &one.plain_text())?,
            // A note may consist of its members alone.
            ([], []) => {}
            _ => map.serialize_entry("content", &Content(self))?,
        }
        for (name, value) in extra::beside(&self.extra, &["role", "content"]) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct Content<'x, 'a>(&'x Turn<'a>);

impl Serialize for Content<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.blocks())
    }
}
