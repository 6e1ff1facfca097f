use steer_core::message::{Executor, Refusal, Text, Thinking, ToolCallPart};
use steer_core::tools::ToolInput;
use steer_core::{ChunkSink, Part, StreamChunk, ToolCall};

use super::push::{self, Held};
use crate::wire::Target;

/// `Slot` is the block of one content of an item.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) content: u32,
    pub(super) block: u32,
    pub(super) kind: Kind,
    pub(super) is_open: bool,
    /// How many bytes of it deltas told.
    pub(super) told: usize,
    /// How many citations were told.
    pub(super) cited: usize,
    /// Id and name of a call as they were told.
    call: Option<(String, String)>,
    /// What its beginning held already, which mostly comes again.
    held: Option<Part>,
}

/// `Kind` is what can be added to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Refusal,
    Thinking,
    /// Arguments, which are JSON.
    Json,
    /// Input that is free text.
    FreeText,
    Media,
    Other,
}

impl Slot {
    /// Opens a block. What its part holds already comes again, as deltas or at the end.
    pub(super) fn open(content: u32, block: u32, mut part: Part, out: &mut ChunkSink) -> Self {
        let kind = Kind::of(&part);
        let call = match &part {
            Part::ToolCall(part) => Some((part.call.id.clone(), part.call.name.clone())),
            _ => None,
        };
        let held = push::has_deltas(&part).then(|| part.clone());
        Held::take(&mut part);
        // What the vendor has not finished must not go back to it as it is.
        part.meta_mut().replay = None;
        out.push(StreamChunk::ContentBlockStart { index: block, part: Box::new(part) });
        Self { content, block, kind, is_open: true, told: 0, cited: 0, call, held }
    }

    /// Closes the block with its whole part, and tells first what no delta told.
    pub(super) fn close(&mut self, part: Part, out: &mut ChunkSink) {
        self.revise(&part, out);
        if self.told == 0 {
            Held::take(&mut part.clone()).send(self.block, out);
        } else if let Part::Text(text) = &part {
            for citation in text.citations.iter().skip(self.cited) {
                let citation = Box::new(citation.clone());
                out.push(StreamChunk::CitationAdded { index: self.block, citation });
            }
        }
        self.is_open = false;
        // Some servers leave out of the whole what its deltas told.
        let is_whole = self.told == 0 || push::has_deltas(&part);
        let part = is_whole.then(|| Box::new(part));
        out.push(StreamChunk::ContentBlockStop { index: self.block, part });
    }

    /// Closes the block with what was told.
    pub(super) fn abandon(&mut self, out: &mut ChunkSink) {
        if std::mem::replace(&mut self.is_open, false) {
            let held = self.held.take().filter(|_| self.told == 0).map(Box::new);
            if let Some(held) = &held {
                Held::take(&mut Part::clone(held)).send(self.block, out);
            }
            out.push(StreamChunk::ContentBlockStop { index: self.block, part: held });
        }
    }

    /// Takes an id or a name of a call that came late or changed.
    fn revise(&mut self, part: &Part, out: &mut ChunkSink) {
        let (Part::ToolCall(part), Some((id, name))) = (part, &self.call) else { return };
        let new = |told: &String, now: &String| (told != now && !now.is_empty()).then(|| now.clone());
        let (id, name) = (new(id, &part.call.id), new(name, &part.call.name));
        if id.is_some() || name.is_some() {
            out.push(StreamChunk::ToolCallRevised { index: self.block, id, name });
        }
    }
}

impl Kind {
    pub(super) fn of(part: &Part) -> Self {
        match part {
            Part::Text(_) => Self::Text,
            Part::Refusal(_) => Self::Refusal,
            Part::Thinking(_) => Self::Thinking,
            Part::ToolCall(part) => match part.call.input {
                ToolInput::Json(_) => Self::Json,
                ToolInput::Text(_) => Self::FreeText,
            },
            Part::Media(_) => Self::Media,
            _ => Self::Other,
        }
    }

    /// Whether a delta for this may be added.
    pub(super) fn takes(self, target: Target) -> bool {
        match target {
            Target::Text => self == Self::Text,
            Target::Refusal => self == Self::Refusal,
            Target::Summary | Target::Thought => self == Self::Thinking,
            Target::Arguments | Target::FreeText | Target::VendorInput => {
                matches!(self, Self::Json | Self::FreeText)
            }
        }
    }
}

/// The part that a delta begins which nothing announced; what a vendor's tool is given does not tell which one it is.
pub(super) fn part_for(target: Target) -> Option<Part> {
    Some(match target {
        Target::Text => Part::Text(Text::default()),
        Target::Refusal => Part::Refusal(Refusal::default()),
        Target::Summary | Target::Thought => Part::Thinking(Thinking::default()),
        Target::Arguments => Part::ToolCall(ToolCallPart::new(ToolCall::new("", "", ""))),
        Target::FreeText => {
            let mut part = ToolCallPart::new(ToolCall::free_text("", "", ""));
            part.executor = Executor::Client;
            part.kind = Some("custom_tool_call".to_owned());
            Part::ToolCall(part)
        }
        Target::VendorInput => return None,
    })
}
