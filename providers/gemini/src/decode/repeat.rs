use steer_core::json::{Found, Template};
use steer_core::{ChunkSink, StreamChunk};

/// `Repeat` knows the last piece if all it did was to add to an open block, and if it would do no more a second time:
/// the next one mostly differs from it in that text and in its counters alone. Any other piece makes it forget.
#[derive(Debug)]
pub(super) struct Repeat {
    template: Template,
    block: u32,
    chunk: MakeChunk,
}

/// Makes the chunk that adds to a block.
pub(super) type MakeChunk = fn(u32, String) -> StreamChunk;

/// `Added` is the only thing that a piece did: it added a text, borrowed from the frame as it is written there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Added<'a> {
    pub(super) written: &'a str,
    pub(super) block: u32,
    pub(super) chunk: MakeChunk,
}

impl Default for Repeat {
    fn default() -> Self {
        Self { template: Template::default(), block: 0, chunk: text }
    }
}

impl Repeat {
    /// Finds the text of a frame that differs from the last one in its text and its counters alone.
    pub(super) fn find<'a>(&self, json: &'a str) -> Option<Found<'a>> {
        self.template.find_counted(json)
    }

    /// Hands out the text that was found.
    pub(super) fn push(&self, text: String, out: &mut ChunkSink) {
        out.push((self.chunk)(self.block, text));
    }

    pub(super) fn forget(&mut self) {
        self.template.forget();
    }

    pub(super) fn learn(&mut self, json: &str, added: Added<'_>, usage: Option<&str>) {
        self.template.learn_counted(json, added.written, &[], usage.unwrap_or_default());
        (self.block, self.chunk) = (added.block, added.chunk);
    }
}

/// The body of a JSON string as it is written.
pub(super) fn body(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"')
}

pub(super) fn text(index: u32, text: String) -> StreamChunk {
    StreamChunk::TextDelta { index, text }
}

pub(super) fn thinking(index: u32, text: String) -> StreamChunk {
    StreamChunk::ThinkingDelta { index, text }
}
