use serde_json::value::RawValue;
use steer_core::json::{Json, JsonText, Record};
use steer_core::message::{Refusal, Text, Thinking};
use steer_core::stream::SealOp;
use steer_core::{ChunkSink, Part, RawJson, StreamChunk, StreamError};

use super::broken;
use super::calls::Calls;
use super::chunk::Message;
use super::content::{self, Piece};
use super::delta::{Audio, read_annotations, read_citations};
use super::echo::Echo;
use super::finish::{self, Held};
use super::known;
use super::reasoning::{self, Details};
use super::repeat::{self, Added, Tally};

/// `Choice` is one answer while it is put together, from deltas or from a whole message.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// The number of the next block.
    next: u32,
    text: Option<OpenText>,
    thinking: Option<u32>,
    refusal: Option<u32>,
    audio: Option<u32>,
    details: Details,
    calls: Calls,
    held: Held,
    echo: Echo,
    /// What the whole answer rests on, as some vendors list it beside the answer.
    citations: String,
    finish: Option<String>,
}

/// A block of text; what comes after a later call is another one.
#[derive(Clone, Copy, Debug)]
struct OpenText {
    block: u32,
    calls: usize,
}

impl Choice {
    pub(super) fn new(echo: Echo) -> Self {
        Self { echo, ..Self::default() }
    }

    /// Whether the vendor has said why the answer ended.
    pub(super) fn is_finished(&self) -> bool {
        // Some servers write an empty reason into every chunk before the last.
        self.finish.as_deref().is_some_and(|reason| !reason.is_empty())
    }

    /// Reads an entry of `choices` and its message or delta. If all it did was to add a text, and it would do no more a
    /// second time, it says so.
    pub(super) fn take<'a>(
        &mut self,
        members: &mut Record<'a>,
        message: &mut Message<'a>,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let mut added = None;
        if message.is_there {
            let inner = &mut message.members;
            added = self.take_message(inner, out)?;
            known::report_inner(inner, out);
        }
        if let Some(raw) = members.take("logprobs") {
            added = None;
            self.logprobs(raw, out);
        }
        if let Some(json) = members.take_json("finish_reason") {
            added = None;
            let reason = JsonText::read(json).map_err(|error| broken("finish_reason", &error))?;
            if !reason.is_empty() || self.finish.is_none() {
                self.finish = Some(reason.into_owned());
            }
        }
        // Outside the vendor's own error responses, what its filter says stands here.
        if let Some(raw) = members.take("content_filter_results") {
            added = None;
            out.push(StreamChunk::Safety { json: RawJson::from_raw(raw.to_owned()) });
        }
        known::report_inner(members, out);
        Ok(added.filter(|_| members.is_spent()))
    }

    /// Takes the list of citations beside the answer, which grows with the stream: <https://docs.x.ai/docs/guides/live-search>,
    /// <https://docs.perplexity.ai/api-reference/chat-completions-post>.
    pub(super) fn take_citations(&mut self, members: &Record<'_>) {
        if let Some(json) = members.get_json("citations").filter(|json| json.get() != self.citations) {
            self.citations.clear();
            self.citations.push_str(json.get());
        }
    }

    /// Closes the blocks, and says why the answer ended where the vendor has said it.
    pub(super) fn finish(&mut self, out: &mut ChunkSink) {
        self.close_thinking(out);
        let text = self.text.take().map(|text| text.block);
        for (index, citation) in text.into_iter().flat_map(|index| {
            read_citations(&self.citations).into_iter().map(move |citation| (index, citation))
        }) {
            out.push(StreamChunk::CitationAdded { index, citation: Box::new(citation) });
        }
        for index in [text, self.refusal.take(), self.audio.take()].into_iter().flatten() {
            out.push(StreamChunk::ContentBlockStop { index, part: None });
        }
        self.held.calls = !self.calls.is_empty();
        self.calls.close(out);
        if let Some(raw) = self.finish.take() {
            out.push(StreamChunk::Stop { reason: finish::read(&raw, self.held), raw });
        }
    }

    fn take_message<'a>(
        &mut self,
        members: &mut Record<'a>,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        // What of this is the only thing, if it is one.
        let mut added = Tally::default();
        members.borrowed_text("role");
        let thought = reasoning::take_text(members);
        let said = members.take("reasoning_details").map(|raw| self.take_details(raw, out)).transpose()?;
        match (thought, said) {
            (Some(json), said) => {
                let one = self.add_thinking(json, out)?;
                added.push(Some(one).filter(|_| said.is_none()));
            }
            (None, Some(text)) => {
                self.push_thinking(text, out);
                added.push(None);
            }
            (None, None) => {}
        }
        if let Some(json) = members.take_json("content") {
            added.push(self.content(json, out)?);
        }
        if let Some(text) = members.text("refusal").filter(|text| !text.is_empty()) {
            self.push_refusal(text, out);
            added.push(None);
        }
        if let Some(json) = members.take_json("tool_calls") {
            self.close_thinking(out);
            added.push(self.calls.take(json, &mut self.next, out)?);
        }
        if let Some(raw) = members.take("function_call") {
            self.calls.take_legacy(raw, &mut self.next, out)?;
            added.push(None);
        }
        if let Some(raw) = members.take("audio") {
            self.audio(Audio::read(raw)?, out)?;
            added.push(None);
        }
        if let Some(raw) = members.take("images") {
            let images: Vec<&RawValue> =
                serde_json::from_str(raw.get()).map_err(|error| broken("images", &error))?;
            for image in images {
                self.push_part(content::read_image(image), out);
            }
            added.push(None);
        }
        if let Some(raw) = members.take("annotations") {
            for citation in read_annotations(raw)? {
                let index = self.text_block(out);
                out.push(StreamChunk::CitationAdded { index, citation: Box::new(citation) });
            }
            added.push(None);
        }
        Ok(added.only().filter(|_| members.is_spent()))
    }

    fn content<'a>(&mut self, json: Json<'a>, out: &mut ChunkSink) -> Result<Option<Added<'a>>, StreamError> {
        if json.get().starts_with('[') {
            for piece in content::read_list(json)? {
                match piece {
                    Piece::Text(text) => self.push_text(text, out),
                    Piece::Thinking(text) => self.push_thinking(text, out),
                    Piece::Part(part) => self.push_part(*part, out),
                }
            }
            return Ok(None);
        }
        let text = JsonText::read(json).map_err(|error| broken("content", &error))?;
        if text.is_empty() || self.echo.swallows(&text, out) {
            return Ok(None);
        }
        let block = self.text_block(out);
        out.push(StreamChunk::TextDelta { index: block, text: text.into_owned() });
        Ok(repeat::body(json.get()).map(|written| Added { written, block, chunk: repeat::text }))
    }

    fn add_thinking<'a>(&mut self, json: Json<'a>, out: &mut ChunkSink) -> Result<Added<'a>, StreamError> {
        let text = JsonText::read(json).map_err(|error| broken("reasoning", &error))?.into_owned();
        let block = self.thinking_block(out);
        out.push(StreamChunk::ThinkingDelta { index: block, text });
        let written = repeat::body(json.get()).unwrap_or_default();
        Ok(Added { written, block, chunk: repeat::thinking })
    }

    fn take_details(&mut self, raw: &RawValue, out: &mut ChunkSink) -> Result<String, StreamError> {
        let said = self.details.take(raw)?;
        // An empty list says nothing; anything else belongs to a thinking part, shown or not.
        if raw.get() != "[]" {
            let index = self.thinking_block(out);
            if let Some(seal) = said.seal {
                out.push(StreamChunk::SealDelta { index, seal, op: SealOp::Set });
            }
        }
        Ok(said.text)
    }

    fn push_text(&mut self, text: String, out: &mut ChunkSink) {
        if !text.is_empty() {
            let index = self.text_block(out);
            out.push(StreamChunk::TextDelta { index, text });
        }
    }

    fn push_thinking(&mut self, text: String, out: &mut ChunkSink) {
        if !text.is_empty() {
            let index = self.thinking_block(out);
            out.push(StreamChunk::ThinkingDelta { index, text });
        }
    }

    fn push_refusal(&mut self, text: String, out: &mut ChunkSink) {
        self.held.refusal = true;
        let index = match self.refusal {
            Some(index) => index,
            None => {
                let index = self.open(Part::Refusal(Refusal::default()), out);
                self.refusal = Some(index);
                index
            }
        };
        out.push(StreamChunk::RefusalDelta { index, text });
    }

    fn push_part(&mut self, part: Part, out: &mut ChunkSink) {
        let index = self.open(part, out);
        out.push(StreamChunk::ContentBlockStop { index, part: None });
    }

    fn audio(&mut self, audio: Audio, out: &mut ChunkSink) -> Result<(), StreamError> {
        if audio.is_empty() && self.audio.is_none() {
            return Ok(());
        }
        let index = match self.audio {
            Some(index) => {
                audio.push_late(out);
                index
            }
            None => {
                let index = self.open(audio.part(), out);
                self.audio = Some(index);
                index
            }
        };
        audio.push(index, out)
    }

    fn logprobs(&mut self, raw: &RawValue, out: &mut ChunkSink) {
        let json = RawJson::from_raw(raw.to_owned());
        match self.text {
            Some(text) => out.push(StreamChunk::Logprobs { index: text.block, json }),
            None => out.push(StreamChunk::Metadata { key: "logprobs".to_owned(), json }),
        }
    }

    /// The block that text goes to. What comes after a call is another block than what came before it.
    fn text_block(&mut self, out: &mut ChunkSink) -> u32 {
        self.close_thinking(out);
        let calls = self.calls.len();
        if let Some(text) = self.text {
            if text.calls == calls {
                return text.block;
            }
            out.push(StreamChunk::ContentBlockStop { index: text.block, part: None });
        }
        let block = self.open(Part::Text(Text::default()), out);
        self.text = Some(OpenText { block, calls });
        block
    }

    fn thinking_block(&mut self, out: &mut ChunkSink) -> u32 {
        if let Some(index) = self.thinking {
            return index;
        }
        if let Some(text) = self.text.take() {
            out.push(StreamChunk::ContentBlockStop { index: text.block, part: None });
        }
        let index = self.open(Part::Thinking(Thinking::default()), out);
        self.thinking = Some(index);
        index
    }

    fn close_thinking(&mut self, out: &mut ChunkSink) {
        if let Some(index) = self.thinking.take() {
            if let Some(json) = self.details.finish() {
                out.push(StreamChunk::Replay { index, json });
            }
            out.push(StreamChunk::ContentBlockStop { index, part: None });
        }
    }

    fn open(&mut self, part: Part, out: &mut ChunkSink) -> u32 {
        let index = self.next;
        self.next = self.next.saturating_add(1);
        out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
        index
    }
}
