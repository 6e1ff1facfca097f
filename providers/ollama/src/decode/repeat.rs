use serde_json::value::RawValue;
use steer_core::json::Template;
use steer_core::{ChunkSink, StreamChunk};

/// `Repeat` knows the last line if all it did was to add to an open block, and if it would do no more a second time:
/// the next one mostly differs from it in that text and in its time alone. Any other line makes it forget.
#[derive(Debug)]
pub(super) struct Repeat {
    template: Template,
    block: u32,
    chunk: MakeChunk,
}

/// Makes the chunk that adds to a block.
pub(super) type MakeChunk = fn(u32, String) -> StreamChunk;

/// `Added` is the only thing that a line did: it added a text, borrowed from the line as it is written there.
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
    /// Reads a line that differs from the last one in its text and its time alone.
    pub(super) fn read(&mut self, json: &str, out: &mut ChunkSink) -> bool {
        let Some(text) = self.template.find(json) else {
            self.template.forget();
            return false;
        };
        if !text.is_empty() {
            out.push((self.chunk)(self.block, text.into_owned()));
        }
        true
    }

    pub(super) fn learn(&mut self, json: &str, added: Added<'_>, created: Option<&RawValue>) {
        let created = created.and_then(|raw| body(raw.get())).unwrap_or_default();
        self.template.learn(json, added.written, &[created]);
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
