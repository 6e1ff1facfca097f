use steer_core::json::{Record, Template};
use steer_core::{ChunkSink, StreamChunk};

/// `Repeat` knows the last chunk if all it did was to add to an open block, and if it would do no more a second time:
/// the next one mostly differs from it in that text alone. Any other chunk makes it forget.
#[derive(Debug)]
pub(super) struct Repeat {
    template: Template,
    block: u32,
    chunk: MakeChunk,
}

/// Makes the chunk that adds to a block.
pub(super) type MakeChunk = fn(u32, String) -> StreamChunk;

/// `Added` is the only thing that a delta did: it added a text, borrowed from the frame as it is written there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Added<'a> {
    pub(super) written: &'a str,
    pub(super) block: u32,
    pub(super) chunk: MakeChunk,
}

/// `Tally` counts what a delta did.
#[derive(Debug, Default)]
pub(super) struct Tally<'a> {
    done: u32,
    last: Option<Added<'a>>,
}

impl<'a> Tally<'a> {
    /// Counts one thing more; `added` tells what it was, if it was no more than to add a text.
    pub(super) fn push(&mut self, added: Option<Added<'a>>) {
        self.done = self.done.saturating_add(1);
        self.last = added;
    }

    /// What was added, if nothing else was done.
    pub(super) fn only(self) -> Option<Added<'a>> {
        self.last.filter(|_| self.done == 1)
    }
}

impl Default for Repeat {
    fn default() -> Self {
        Self { template: Template::default(), block: 0, chunk: text }
    }
}

impl Repeat {
    /// Reads a frame that differs from the last one in its text alone.
    pub(super) fn read(&mut self, data: &str, out: &mut ChunkSink) -> bool {
        let Some(text) = self.template.find(data) else {
            self.template.forget();
            return false;
        };
        if !text.is_empty() {
            out.push((self.chunk)(self.block, text.into_owned()));
        }
        true
    }

    pub(super) fn learn(&mut self, data: &str, added: Added<'_>, members: &Record<'_>) {
        // Padding differs in every chunk, and says nothing.
        let noise = ["obfuscation", "p"].map(|key| members.get_json(key).and_then(|json| body(json.get())));
        let [one, two] = noise.map(|body| body.unwrap_or_default());
        self.template.learn(data, added.written, &[one, two]);
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
