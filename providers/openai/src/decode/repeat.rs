use serde_json::value::RawValue;
use steer_core::json::{Found, Json, Record, Template};
use steer_core::{ChunkSink, StreamChunk};

use crate::wire::Target;

/// `Repeat` knows the last event if all it did was to add to an open block: the next one mostly differs from it in its
/// text, its number and its padding alone, and then does the same. Any other event makes it forget.
#[derive(Debug, Default)]
pub(super) struct Repeat {
    template: Template,
    /// The block that was added to, and what adds to it.
    known: Option<(u32, MakeChunk)>,
    /// How many bytes were added without a look at the event.
    added: usize,
    numbers: Numbers,
}

/// `Numbers` are those of the events, by which one that comes twice is known. Some servers number nothing, or give every
/// event the same number: those tell nothing.
#[derive(Debug, Default)]
struct Numbers {
    last: Option<u64>,
    rise: bool,
}

/// Makes the chunk that adds to a block.
pub(super) type MakeChunk = fn(u32, String) -> StreamChunk;

impl Repeat {
    /// Reads an event that differs from the last one in nothing that matters.
    pub(super) fn read(&mut self, data: &str, out: &mut ChunkSink) -> bool {
        let Some((block, chunk)) = self.known else { return false };
        let Some(Found { text, counted }) = self.template.find_counted(data) else { return false };
        if self.numbers.has_come(counted) {
            return true;
        }
        self.added = self.added.saturating_add(text.len());
        if !text.is_empty() {
            out.push(chunk(block, text.into_owned()));
        }
        true
    }

    /// Whether an event came before, as its number tells. It must be asked once for each event.
    pub(super) fn has_come(&mut self, event: &Record<'_>) -> bool {
        self.numbers.has_come(event.get_json("sequence_number").map(Json::get))
    }

    /// Learns an event that added the text `delta`, as it is written there, and nothing else.
    pub(super) fn learn(
        &mut self,
        data: &str,
        delta: &RawValue,
        event: &Record<'_>,
        known: (u32, MakeChunk),
    ) {
        let Some(delta) = body(delta.get()) else { return };
        // What stands in these says nothing. The id does where the place of the item is not told.
        let is_placed = event.get("output_index").is_some();
        let id = event.get("item_id").filter(|_| is_placed).map(RawValue::get).and_then(body);
        let padding = event.get("obfuscation").map(RawValue::get).and_then(body);
        let number = event.get("sequence_number").map(RawValue::get);
        let [id, padding, number] = [id, padding, number].map(Option::unwrap_or_default);
        self.template.learn_counted(data, delta, &[id, padding], number);
        self.known = Some(known);
    }

    /// Forgets the event; which block was added to without a look at the events, and how many bytes.
    pub(super) fn forget(&mut self) -> Option<(u32, usize)> {
        let (block, _) = self.known.take()?;
        self.template.forget();
        Some((block, std::mem::take(&mut self.added)))
    }
}

impl Numbers {
    fn has_come(&mut self, number: Option<&str>) -> bool {
        let Some(number) = number.and_then(|number| number.parse().ok()) else { return false };
        let last = self.last.replace(number);
        self.rise |= last.is_some_and(|last| last < number);
        self.rise && last == Some(number)
    }
}

/// What adds to a block.
pub(super) fn chunk(target: Target) -> MakeChunk {
    match target {
        Target::Text => |index, text| StreamChunk::TextDelta { index, text },
        Target::Refusal => |index, text| StreamChunk::RefusalDelta { index, text },
        Target::Summary | Target::Thought => |index, text| StreamChunk::ThinkingDelta { index, text },
        Target::Arguments | Target::FreeText | Target::VendorInput => {
            |index, delta| StreamChunk::ToolInputDelta { index, delta }
        }
    }
}

/// The body of a JSON string as it is written.
fn body(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"')
}
