use serde_json::value::RawValue;
use smallvec::SmallVec;
use steer_core::json::{JsonText, Record};
use steer_core::message::{Opaque, Seal, Text, Thinking, ToolCallPart};
use steer_core::stream::SealOp;
use steer_core::{ChunkSink, Part, RawJson, StreamChunk, StreamError, ToolCall};

use super::arguments::Arguments;
use super::media::{self, Inline};
use super::repeat::{self, Added};
use super::{broken, code};
use crate::API;
use crate::names::Names;

/// `Parts` makes blocks of the parts of a candidate: <https://ai.google.dev/api/caching#Part>.
///
/// Texts that follow each other are one block, unless one is signed: a signature belongs to its own part, which goes
/// back as it came. Blocks of text stay open until the end, since what they rest on is told last.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The number of the next block.
    next: u32,
    /// How many parts came.
    came: u32,
    texts: SmallVec<[TextBlock; 1]>,
    growing: Growing,
    call: Option<OpenCall>,
    has_calls: bool,
    has_content: bool,
}

/// A block of text, for what points into it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextBlock {
    pub(super) index: u32,
    /// Which part of the wire's it began with.
    pub(super) part: u32,
    pub(super) length: u64,
}

/// The block that the next part may continue.
#[derive(Debug, Default)]
enum Growing {
    #[default]
    Nothing,
    Text(u32),
    Thinking(u32),
    Audio(u32, String),
}

/// The part that something stands in, and whether it has members without a type.
#[derive(Clone, Copy)]
struct Whole<'a> {
    raw: &'a RawValue,
    is_odd: bool,
}

/// A call whose arguments come in pieces.
#[derive(Debug)]
struct OpenCall {
    block: u32,
    arguments: Arguments,
}

impl Parts {
    pub(super) fn has_calls(&self) -> bool {
        self.has_calls
    }

    pub(super) fn has_content(&self) -> bool {
        self.has_content
    }

    pub(super) fn texts(&self) -> &[TextBlock] {
        &self.texts
    }

    pub(super) fn last_text(&self) -> Option<u32> {
        self.texts.last().map(|text| text.index)
    }

    /// The text that grows has grown.
    pub(super) fn grow(&mut self, length: usize) {
        self.has_content = true;
        if let (Growing::Text(_), Some(text)) = (&self.growing, self.texts.last_mut()) {
            text.length = text.length.saturating_add(length as u64);
        }
    }

    /// Reads a part. If all it did was to add to a text, it says so.
    pub(super) fn take<'a>(
        &mut self,
        raw: &'a RawValue,
        names: &Names,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let mut members = Record::read(raw.get()).map_err(|error| broken("parts", &error))?;
        let number = self.came;
        self.came = self.came.saturating_add(1);
        let thought = members.lenient::<bool>("thought").unwrap_or_default();
        let seal = members.text("thoughtSignature").filter(|data| !data.is_empty()).map(Seal::signature);
        if let Some(written) = members.take("text") {
            let text = JsonText::read(written).map_err(|error| broken("text", &error))?;
            let odd = members.rest().next().map(|_| raw);
            if seal.is_none() && odd.is_none() {
                return Ok(self.text(thought, text, written, number, out));
            }
            self.own_text(thought, text.into_owned(), seal, odd, number, out);
        } else if let Some(call) = members.take("functionCall") {
            let whole = Whole { raw, is_odd: thought || members.rest().next().is_some() };
            self.call(call, seal, whole, names, out)?;
        } else if let Some(data) = members.take("inlineData") {
            let odd = members.rest().next().map(|_| raw);
            self.media(Inline::read(data)?, thought, seal, odd, out);
        } else if let Some(data) = members.take("fileData") {
            let mut part = media::file(data)?;
            (part.seal, part.meta.replay) = (seal, Some(RawJson::from_raw(raw.to_owned())));
            part.generated.get_or_insert_default().in_thinking = thought;
            self.whole(Part::Media(part), out);
        } else if let Some(read) = code::read(&mut members, seal.clone(), raw)? {
            let index = self.open(read.part, out);
            if !read.input.is_empty() {
                out.push(StreamChunk::ToolInputDelta { index, delta: read.input });
            }
            out.push(StreamChunk::ContentBlockStop { index, part: None });
        } else if let Some(kind) = members.rest().next().map(|(kind, _)| kind.to_owned()) {
            let opaque = Opaque::new(API, kind, RawJson::from_raw(raw.to_owned()));
            self.whole(Part::Opaque(opaque), out);
        } else if seal.is_some() {
            self.own_text(thought, String::new(), seal, Some(raw), number, out);
        }
        Ok(None)
    }

    /// Ends what a later part could have continued; blocks of text stay open.
    pub(super) fn settle(&mut self, out: &mut ChunkSink) {
        if let Some(call) = self.call.take() {
            call.close(out);
        }
        match std::mem::take(&mut self.growing) {
            Growing::Thinking(index) | Growing::Audio(index, _) => {
                out.push(StreamChunk::ContentBlockStop { index, part: None });
            }
            Growing::Nothing | Growing::Text(_) => {}
        }
    }

    /// Closes the blocks of text.
    pub(super) fn close(&mut self, out: &mut ChunkSink) {
        for text in std::mem::take(&mut self.texts) {
            out.push(StreamChunk::ContentBlockStop { index: text.index, part: None });
        }
    }

    /// Adds a part that is whole at once.
    pub(super) fn whole(&mut self, part: Part, out: &mut ChunkSink) {
        let index = self.open(part, out);
        out.push(StreamChunk::ContentBlockStop { index, part: None });
    }

    /// Adds to the text or the thinking that grows, or begins one. A second part with the same words would only add
    /// them again.
    fn text<'a>(
        &mut self,
        thought: bool,
        text: JsonText<'_>,
        written: &'a RawValue,
        number: u32,
        out: &mut ChunkSink,
    ) -> Option<Added<'a>> {
        if text.is_empty() {
            return None;
        }
        let block = match (&self.growing, thought) {
            (Growing::Text(block), false) | (Growing::Thinking(block), true) => *block,
            (_, true) => {
                let block = self.open(Part::Thinking(Thinking::default()), out);
                self.growing = Growing::Thinking(block);
                block
            }
            (_, false) => {
                let block = self.open(Part::Text(Text::default()), out);
                self.texts.push(TextBlock { index: block, part: number, length: 0 });
                self.growing = Growing::Text(block);
                block
            }
        };
        self.grow(text.len());
        let chunk = if thought { repeat::thinking } else { repeat::text };
        out.push(chunk(block, text.into_owned()));
        repeat::body(written.get()).map(|written| Added { written, block, chunk })
    }

    /// Adds a text that goes back as it came.
    fn own_text(
        &mut self,
        thought: bool,
        text: String,
        seal: Option<Seal>,
        odd: Option<&RawValue>,
        number: u32,
        out: &mut ChunkSink,
    ) {
        self.has_content |= !text.is_empty();
        let part = if thought {
            let mut part = Thinking::default();
            part.seal = seal;
            Part::Thinking(part)
        } else {
            let mut part = Text::default();
            part.seal = seal;
            Part::Text(part)
        };
        let had_content = self.has_content;
        let index = self.open(with_replay(part, odd), out);
        // A signature alone says nothing.
        self.has_content = had_content;
        let length = text.len() as u64;
        if !text.is_empty() {
            let chunk = if thought { repeat::thinking } else { repeat::text };
            out.push(chunk(index, text));
        }
        if thought || length == 0 {
            out.push(StreamChunk::ContentBlockStop { index, part: None });
        } else {
            self.texts.push(TextBlock { index, part: number, length });
        }
    }

    /// <https://ai.google.dev/gemini-api/docs/function-calling>
    fn call(
        &mut self,
        raw: &RawValue,
        seal: Option<Seal>,
        around: Whole<'_>,
        names: &Names,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        let mut members = Record::read(raw.get()).map_err(|error| broken("functionCall", &error))?;
        let id = members.text("id").unwrap_or_default();
        let name = members.borrowed_text("name").unwrap_or_default();
        let whole = members.take("args").map(RawValue::get);
        let pieces = members.take("partialArgs");
        let goes_on = members.lenient::<bool>("willContinue").unwrap_or_default();
        let mut call = match self.call.take() {
            Some(call) if name.is_empty() => {
                if let Some(seal) = seal {
                    out.push(StreamChunk::SealDelta { index: call.block, seal, op: SealOp::Set });
                }
                call
            }
            before => {
                self.call = before;
                let mut part = ToolCallPart::new(ToolCall::new(id, names.received(&name), ""));
                part.seal = seal;
                let is_renamed = part.call.name != *name;
                // Pieces cannot be sent back; the call that they make can.
                let is_whole = pieces.is_none() && !goes_on && !is_renamed;
                if is_whole && (around.is_odd || members.rest().next().is_some()) {
                    part.meta.replay = Some(RawJson::from_raw(around.raw.to_owned()));
                }
                let block = self.open(Part::ToolCall(part), out);
                self.has_calls = true;
                OpenCall { block, arguments: Arguments::default() }
            }
        };
        if let Some(pieces) = pieces {
            call.arguments.take(pieces)?;
        }
        if let Some(whole) = whole {
            call.arguments.replace(whole);
        }
        if goes_on {
            self.call = Some(call);
        } else {
            call.close(out);
        }
        Ok(())
    }

    fn media(
        &mut self,
        inline: Inline,
        thought: bool,
        seal: Option<Seal>,
        odd: Option<&RawValue>,
        out: &mut ChunkSink,
    ) {
        let is_plain = seal.is_none() && odd.is_none() && !thought && inline.is_samples();
        if let Growing::Audio(index, media_type) = &self.growing
            && is_plain
            && *media_type == inline.media_type
        {
            out.push(StreamChunk::AudioDelta { index: *index, audio: inline.bytes });
            return;
        }
        let mut part = inline.part(thought, is_plain);
        part.seal = seal;
        let index = self.open(with_replay(Part::Media(part), odd), out);
        if is_plain {
            out.push(StreamChunk::AudioDelta { index, audio: inline.bytes });
            self.growing = Growing::Audio(index, inline.media_type);
        } else {
            out.push(StreamChunk::ContentBlockStop { index, part: None });
        }
    }

    /// Opens a block, behind all that came before.
    fn open(&mut self, part: Part, out: &mut ChunkSink) -> u32 {
        self.settle(out);
        self.has_content = true;
        let index = self.next;
        self.next = self.next.saturating_add(1);
        out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
        index
    }
}

impl OpenCall {
    fn close(self, out: &mut ChunkSink) {
        let delta = self.arguments.into_text();
        if !delta.is_empty() {
            out.push(StreamChunk::ToolInputDelta { index: self.block, delta });
        }
        out.push(StreamChunk::ContentBlockStop { index: self.block, part: None });
    }
}

/// A part with members that have no type goes back as it came.
fn with_replay(mut part: Part, odd: Option<&RawValue>) -> Part {
    part.meta_mut().replay = odd.map(|raw| RawJson::from_raw(raw.to_owned()));
    part
}
