use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::{ChunkSink, StreamChunk, StreamError, Warning, WarningKind};

use super::asked::Asked;
use super::end::Seen;
use super::item::{self, Item};
use super::open_item::{self, OpenItem};
use super::slot::Slot;
use super::{broken, meaning, number, push};

/// `Items` are the items of an answer, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Items {
    items: Vec<OpenItem>,
    /// The number of the next block.
    pub(super) next: u32,
    pub(super) seen: Seen,
}

impl Items {
    /// Begins an item. A place that is used again is that of a new item.
    pub(super) fn begin(&mut self, place: Option<u32>, item: Item<'_>, is_silent: bool, out: &mut ChunkSink) {
        let before = place.and_then(|place| position(&self.items, Some(place), ""));
        if let Some(before) = before.and_then(|at| self.items.get_mut(at)) {
            before.abandon(out);
        }
        let mut new = OpenItem::new(place, item.id);
        new.is_silent = is_silent;
        new.begin(item, &mut self.next, out);
        self.items.push(new);
    }

    /// Takes a whole item of an answer that came in one piece.
    pub(super) fn push(&mut self, item: Item<'_>, out: &mut ChunkSink) {
        self.seen.take(&item.parts);
        for part in item.parts {
            push::whole(open_item::take(&mut self.next), part, out);
        }
    }

    /// Takes a whole item.
    pub(super) fn finish(&mut self, place: Option<u32>, item: Item<'_>, raw: &RawValue, out: &mut ChunkSink) {
        let json = meaning::of_json(raw.get());
        let Self { items, next, seen } = self;
        let open = match position(items, place, item.id) {
            Some(at) => items.get_mut(at),
            None => None,
        };
        match open {
            // An item that is told twice is one item all the same.
            Some(open) if open.whole.is_some_and(|whole| whole.json == json) => {}
            Some(open) if open.whole.is_none() => {
                seen.take(&item.parts);
                open.finish(item, json, next, out);
            }
            _ => {
                let mut new = OpenItem::new(place, item.id);
                seen.take(&item.parts);
                new.finish(item, json, next, out);
                items.push(new);
            }
        }
    }

    /// The item that an event names, if it has begun.
    pub(super) fn of(&self, event: &Record<'_>) -> Option<&OpenItem> {
        let (place, id) = name(event);
        self.items.get(position(&self.items, place, id)?)
    }

    /// The item that an event names; a new one where nothing announced it.
    pub(super) fn named(&mut self, event: &Record<'_>) -> (&mut OpenItem, &mut u32) {
        let (place, id) = name(event);
        let at = position(&self.items, place, id).unwrap_or_else(|| {
            self.items.push(OpenItem::new(place, id));
            self.items.len().saturating_sub(1)
        });
        // The place was found, or is that of the item just added.
        #[allow(clippy::indexing_slicing)]
        let item = &mut self.items[at];
        (item, &mut self.next)
    }

    /// The slot of a block.
    pub(super) fn slot(&mut self, block: u32) -> Option<&mut Slot> {
        let slots = self.items.iter_mut().rev().flat_map(|item| &mut item.slots);
        slots.into_iter().find(|slot| slot.block == block)
    }

    /// Takes the final output, which is the last word: what it adds is told, and where it says anything else than the
    /// events did, all of the answer is told again.
    pub(super) fn settle(
        &mut self,
        output: &[&RawValue],
        asked: &Asked,
        out: &mut ChunkSink,
    ) -> Result<Settled, StreamError> {
        let mut items = output.iter();
        let mut fits = output.len() >= self.items.len();
        for open in &mut self.items {
            let Some(raw) = items.next().filter(|_| fits) else { break };
            let json = meaning::of_json(raw.get());
            if open.whole.is_some_and(|whole| whole.json == json && whole.meaning.is_some()) {
                continue;
            }
            let item = read(raw, asked)?;
            match open.whole {
                Some(whole) => fits = whole.meaning == Some(meaning::of(&item.parts)),
                None if open.fits(&item.parts) => {
                    self.seen.take(&item.parts);
                    open.finish(item, json, &mut self.next, out);
                }
                None => fits = false,
            }
        }
        if !fits {
            return self.restart(output, asked, out);
        }
        for raw in items {
            let item = read(raw, asked)?;
            self.finish(None, item, raw, out);
        }
        Ok(Settled::Same)
    }

    /// Closes what is open with what was told.
    pub(super) fn abandon(&mut self, out: &mut ChunkSink) {
        for item in &mut self.items {
            item.abandon(out);
        }
    }

    fn restart(
        &mut self,
        output: &[&RawValue],
        asked: &Asked,
        out: &mut ChunkSink,
    ) -> Result<Settled, StreamError> {
        self.abandon(out);
        let what = "the final output differs from what the events told, and is what counts";
        out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "output", what)));
        out.push(StreamChunk::Reset { head: None });
        (self.items, self.seen) = (Vec::new(), Seen::default());
        for raw in output {
            let item = read(raw, asked)?;
            self.finish(None, item, raw, out);
        }
        Ok(Settled::Again)
    }
}

/// `Settled` says whether the final output is what was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    Same,
    Again,
}

fn read<'a>(raw: &'a RawValue, asked: &Asked) -> Result<Item<'a>, StreamError> {
    item::read(raw, asked).map_err(|error| broken("output", &error))
}

/// The place and the id that an event gives of its item.
fn name<'a>(event: &Record<'a>) -> (Option<u32>, &'a str) {
    let id = event.get("item_id").map(RawValue::get).unwrap_or_default();
    (number(event, "output_index"), id.trim_matches('"'))
}

fn position(items: &[OpenItem], place: Option<u32>, id: &str) -> Option<usize> {
    match place {
        Some(_) => items.iter().rposition(|item| item.place == place),
        None if id.is_empty() => items.iter().rposition(|item| item.whole.is_none()),
        None => items.iter().rposition(|item| item.id == id),
    }
}
