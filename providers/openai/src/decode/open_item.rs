use steer_core::message::ThinkingForm;
use steer_core::{ChunkSink, Part, StreamChunk};

use super::item::Item;
use super::meaning;
use super::push;
use super::slot::{Kind, Slot, part_for};
use crate::wire::Target;

/// `OpenItem` is what must be known of an item until the answer is over.
#[derive(Debug, Default)]
pub(super) struct OpenItem {
    /// Its place in the output. Some servers give an item another id in every event, so this is what it is known by.
    pub(super) place: Option<u32>,
    pub(super) id: String,
    phase: Option<String>,
    /// Once it is whole: what the vendor wrote and what it means.
    pub(super) whole: Option<Whole>,
    /// Whether nothing is told of it before it is whole.
    pub(super) is_silent: bool,
    pub(super) slots: Vec<Slot>,
    /// The sections of thinking that were told, the last one being open.
    sections: Vec<(ThinkingForm, u32)>,
}

/// `Whole` is what tells whether the final output says the same of an item as its own events did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) json: u64,
    /// None where the blocks that were told are not those of the item.
    pub(super) meaning: Option<u64>,
}

impl OpenItem {
    pub(super) fn new(place: Option<u32>, id: &str) -> Self {
        Self { place, id: id.to_owned(), ..Self::default() }
    }

    /// Takes what is said of an item when it begins.
    pub(super) fn begin(&mut self, item: Item<'_>, next: &mut u32, out: &mut ChunkSink) {
        self.phase = item.phase;
        // The contents of a message are announced one by one.
        if !item.is_message && !self.is_silent {
            for (content, part) in (0..).zip(item.parts) {
                self.open(content, part, next, out);
            }
        }
    }

    /// Opens the block of a content that begins here, unless it is there.
    pub(super) fn begin_content(&mut self, content: u32, part: Part, next: &mut u32, out: &mut ChunkSink) {
        if self.whole.is_none() && self.slot(content).is_none() {
            self.open(content, part, next, out);
        }
    }

    /// The block that something is added to; `None` where the content is of another kind, or closed.
    pub(super) fn target(
        &mut self,
        target: Target,
        place: u32,
        next: &mut u32,
        out: &mut ChunkSink,
    ) -> Option<&mut Slot> {
        if self.is_silent {
            return None;
        }
        let section = match target {
            Target::Summary => Some((ThinkingForm::Summary, place)),
            Target::Thought => Some((ThinkingForm::Raw, place)),
            _ => None,
        };
        let content = if section.is_some() { 0 } else { place };
        if self.slot(content).is_none() && self.whole.is_none() {
            self.open(content, part_for(target)?, next, out);
        }
        let slot = self.slots.iter_mut().find(|slot| slot.content == content)?;
        if !slot.is_open || !slot.kind.takes(target) {
            return None;
        }
        if let Some(section) = section.filter(|section| self.sections.last() != Some(section)) {
            self.sections.push(section);
            out.push(StreamChunk::ThinkingSection { index: slot.block, form: section.0 });
        }
        Some(slot)
    }

    /// Whether a section of the thinking was told before.
    pub(super) fn has_section(&self, target: Target, place: u32) -> bool {
        let form = match target {
            Target::Summary => ThinkingForm::Summary,
            Target::Thought => ThinkingForm::Raw,
            _ => return false,
        };
        self.sections.contains(&(form, place))
    }

    /// The open block of a content that is a call, or a medium.
    pub(super) fn open_slot(&self, is_wanted: fn(Kind) -> bool) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.is_open && is_wanted(slot.kind))
    }

    /// Whether the whole item is what its open blocks began.
    pub(super) fn fits(&self, parts: &[Part]) -> bool {
        self.slots.iter().all(|slot| {
            let part = usize::try_from(slot.content).ok().and_then(|content| parts.get(content));
            part.is_some_and(|part| Kind::of(part) == slot.kind)
        })
    }

    /// Closes the item with its whole parts; those that had not begun come now.
    pub(super) fn finish(&mut self, item: Item<'_>, json: u64, next: &mut u32, out: &mut ChunkSink) {
        let meaning = meaning::of(&item.parts);
        // A server that leaves out what it told before has not taken it back.
        let is_left_out = item.parts.is_empty();
        let mut is_in_order = true;
        for (content, part) in (0..).zip(item.parts) {
            match self.slots.iter_mut().find(|slot| slot.content == content && slot.is_open) {
                Some(slot) => slot.close(part, out),
                None => {
                    // A later content that nothing announced before this one stands before it.
                    is_in_order &= self.slots.iter().all(|slot| slot.content < content);
                    push::whole(take(next), part, out);
                }
            }
        }
        let has_more = self.slots.iter().any(|slot| slot.is_open) && !is_left_out || !is_in_order;
        self.abandon(out);
        self.whole = Some(Whole { json, meaning: (!has_more).then_some(meaning) });
    }

    /// Closes what is open with what was told.
    pub(super) fn abandon(&mut self, out: &mut ChunkSink) {
        for slot in &mut self.slots {
            slot.abandon(out);
        }
    }

    fn slot(&self, content: u32) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.content == content)
    }

    fn open(&mut self, content: u32, mut part: Part, next: &mut u32, out: &mut ChunkSink) {
        if let Part::Text(text) = &mut part {
            text.id = Some(self.id.clone()).filter(|id| !id.is_empty());
            text.phase.clone_from(&self.phase);
        }
        self.slots.push(Slot::open(content, take(next), part, out));
    }
}

/// The number of a new block.
pub(super) fn take(next: &mut u32) -> u32 {
    let block = *next;
    *next = next.saturating_add(1);
    block
}
