use serde_json::value::RawValue;
use steer_core::json::{JsonText, Record};
use steer_core::message::{GeneratedMedia, MediaPart, Text, Thinking};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{ApiError, ChunkSink, Media, Part, RawJson, StreamChunk, StreamError};

use super::known::report;
use super::repeat::{self, Added};
use super::{broken, call};

/// `Blocks` makes blocks of the messages of an answer: <https://docs.ollama.com/api/chat#response-message>. What a model
/// thinks, says, shows and calls comes in this order, and what continues the text before it is part of it.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// The number of the next block.
    next: u32,
    growing: Growing,
    last_text: Option<u32>,
    has_calls: bool,
}

/// The block that the next line may continue.
#[derive(Debug, Default, PartialEq, Eq)]
enum Growing {
    #[default]
    Nothing,
    Text(u32),
    Thinking(u32),
}

impl Blocks {
    pub(super) fn has_calls(&self) -> bool {
        self.has_calls
    }

    pub(super) fn has_content(&self) -> bool {
        self.next > 0
    }

    /// Reads a message. If all it did was to add to a text, it says so.
    pub(super) fn message<'a>(
        &mut self,
        raw: &'a RawValue,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let mut members = Record::read(raw.get()).map_err(|error| broken("message", &error))?;
        members.borrowed_text("role");
        let thought = self.grow("thinking", &mut members, out)?;
        let said = self.grow("content", &mut members, out)?;
        let mut is_more = false;
        for raw in list(&mut members, "images")? {
            is_more = true;
            self.image(raw, out)?;
        }
        for raw in list(&mut members, "tool_calls")? {
            is_more = true;
            self.call(raw, out)?;
        }
        for (key, raw) in members.rest() {
            is_more = true;
            report(key, raw, out);
        }
        Ok(match (thought, said) {
            (Some(added), None) | (None, Some(added)) if !is_more => Some(added),
            _ => None,
        })
    }

    /// Log probabilities stand beside the text that they are of; where there is none, beside the answer.
    /// <https://docs.ollama.com/api/chat#response-logprobs>
    pub(super) fn logprobs(&mut self, raw: &RawValue, out: &mut ChunkSink) {
        match self.last_text {
            Some(index) if self.growing == Growing::Text(index) => {
                out.push(StreamChunk::Logprobs { index, json: RawJson::from_raw(raw.to_owned()) });
            }
            _ => report("logprobs", raw, out),
        }
    }

    /// Ends what a later line could have continued.
    pub(super) fn settle(&mut self, out: &mut ChunkSink) {
        match std::mem::take(&mut self.growing) {
            Growing::Nothing => {}
            Growing::Text(index) | Growing::Thinking(index) => {
                out.push(StreamChunk::ContentBlockStop { index, part: None });
            }
        }
    }

    /// Adds to the text or the thinking that grows, or begins one.
    fn grow<'a>(
        &mut self,
        key: &'static str,
        members: &mut Record<'a>,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let Some(raw) = members.take(key) else { return Ok(None) };
        let text = JsonText::read(raw).map_err(|error| broken(key, &error))?;
        if text.is_empty() {
            return Ok(None);
        }
        let is_thinking = key == "thinking";
        let block = match (&self.growing, is_thinking) {
            (Growing::Text(block), false) | (Growing::Thinking(block), true) => *block,
            (_, true) => {
                let block = self.open(Part::Thinking(Thinking::default()), out);
                self.growing = Growing::Thinking(block);
                block
            }
            (_, false) => {
                let block = self.open(Part::Text(Text::default()), out);
                (self.growing, self.last_text) = (Growing::Text(block), Some(block));
                block
            }
        };
        let chunk = if is_thinking { repeat::thinking } else { repeat::text };
        out.push(chunk(block, text.into_owned()));
        Ok(repeat::body(raw.get()).map(|written| Added { written, block, chunk }))
    }

    /// An image that the model made, as base64 without a type.
    fn image(&mut self, raw: &RawValue, out: &mut ChunkSink) -> Result<(), StreamError> {
        let text = JsonText::read(raw).map_err(|error| broken("images", &error))?;
        let Some(MediaSource::Bytes(bytes)) = MediaSource::from_base64(&text) else {
            return Err(ApiError::parsing("an image of the answer is not base64").into());
        };
        let media = Media::from_bytes(bytes.clone())
            .unwrap_or_else(|_| Media::new(MediaKind::Image, MediaSource::Bytes(bytes)));
        let mut part = MediaPart::new(media);
        part.generated = Some(GeneratedMedia::default());
        self.whole(Part::Media(part), out);
        Ok(())
    }

    fn call(&mut self, raw: &RawValue, out: &mut ChunkSink) -> Result<(), StreamError> {
        let (part, arguments) = call::read(raw)?;
        self.has_calls |= matches!(part, Part::ToolCall(_));
        let index = self.open(part, out);
        if !arguments.is_empty() {
            out.push(StreamChunk::ToolInputDelta { index, delta: arguments });
        }
        out.push(StreamChunk::ContentBlockStop { index, part: None });
        Ok(())
    }

    /// Adds a part that is whole at once.
    fn whole(&mut self, part: Part, out: &mut ChunkSink) {
        let index = self.open(part, out);
        out.push(StreamChunk::ContentBlockStop { index, part: None });
    }

    /// Opens a block, behind all that came before.
    fn open(&mut self, part: Part, out: &mut ChunkSink) -> u32 {
        self.settle(out);
        let index = self.next;
        self.next = self.next.saturating_add(1);
        out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
        index
    }
}

/// Takes the entries of a list.
fn list<'a>(members: &mut Record<'a>, key: &'static str) -> Result<Vec<&'a RawValue>, StreamError> {
    match members.take(key) {
        Some(raw) => serde_json::from_str(raw.get()).map_err(|error| broken(key, &error)),
        None => Ok(Vec::new()),
    }
}
