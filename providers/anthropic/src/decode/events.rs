use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::{Json, Record, Template};
use steer_core::message::{Seal, Text, Thinking, ToolCallPart};
use steer_core::response::RawFrame;
use steer_core::stream::SealOp;
use steer_core::tools::ToolInput;
use steer_core::usage::UsageProvenance;
use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, Failure, Frame, Part, StreamChunk, StreamError,
    ToolCall, Warning, WarningKind,
};

use super::block::{self, Block};
use super::open_block::{Kind, OpenBlock};
use super::usage::UsageState;
use super::{broken, citation, end, push, start};
use crate::wire::{Delta, Event};

/// `EventDecoder` reads the events of a stream:
/// <https://docs.claude.com/en/docs/build-with-claude/streaming#event-types>.
#[derive(Debug, Default)]
pub(crate) struct EventDecoder {
    started: bool,
    open: Vec<OpenBlock>,
    usage: UsageState,
    repeat: Repeat,
}

impl Decoder for EventDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        // Servers that speak several formats end a stream with this; the end of this one is `message_stop`.
        if frame.is_done() {
            return Ok(());
        }
        if let Some(text) = self.repeat.template.find(frame.data) {
            if !text.is_empty() {
                out.push((self.repeat.chunk)(self.repeat.index, text.into_owned()));
            }
            return Ok(());
        }
        self.repeat.template.forget();
        let event = Event::read(frame.data).map_err(|error| broken("event", &error))?;
        // Some proxies lose the type and some the event's name; either will do.
        let named = event.kind.is_empty();
        let kind = if named { Cow::Borrowed(frame.name) } else { event.kind.0 };
        match (&*kind, event.delta) {
            ("content_block_delta", Some(delta)) => {
                let result = self.delta(event.index, delta, frame, out);
                // What the name says is not in the data, so the data alone would not tell the next event's kind.
                if named {
                    self.repeat.template.forget();
                }
                result
            }
            ("content_block_start", _) => self.block_start(event.index, event.content_block, out),
            ("content_block_stop", _) => self.block_stop(event.index, out),
            ("message_start", _) => self.message_start(event.message, out),
            ("message_delta", _) => self.message_delta(frame, out),
            ("message_stop", _) => self.message_stop(out),
            ("ping", _) => {
                out.push(StreamChunk::Heartbeat);
                Ok(())
            }
            ("error", _) => Err(failure(frame)),
            // Servers of another house put their own error envelope into this format's streams.
            ("", _) if Failure::from_body(frame.data).is_some() => Err(failure(frame)),
            _ => {
                unknown(&kind, "the server sent an event of a kind that is not known", frame, out);
                Ok(())
            }
        }
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

/// `Repeat` knows the last event if all it did was to add to an open block: the next one mostly differs from it in
/// the text alone, and then does the same. Any other event makes it forget.
#[derive(Debug)]
struct Repeat {
    template: Template,
    index: u32,
    chunk: fn(u32, String) -> StreamChunk,
}

impl Default for Repeat {
    fn default() -> Self {
        Self { template: Template::default(), index: 0, chunk: text_chunk }
    }
}

impl Repeat {
    fn learn(&mut self, frame: Frame<'_>, index: u32, text: &str, chunk: fn(u32, String) -> StreamChunk) {
        self.template.learn(frame.data, text, &[]);
        (self.index, self.chunk) = (index, chunk);
    }
}

fn text_chunk(index: u32, text: String) -> StreamChunk {
    StreamChunk::TextDelta { index, text }
}

fn thinking_chunk(index: u32, text: String) -> StreamChunk {
    StreamChunk::ThinkingDelta { index, text }
}

fn input_chunk(index: u32, delta: String) -> StreamChunk {
    StreamChunk::ToolInputDelta { index, delta }
}

impl EventDecoder {
    fn message_start(&mut self, message: Option<Json<'_>>, out: &mut ChunkSink) -> Result<(), StreamError> {
        // Some gateways repeat the start; the first one counts.
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let message = message.ok_or_else(|| lacking("message"))?;
        let mut members = Record::scan(message.get()).map_err(|error| broken("message", &error))?;
        start::take_start(&mut members, out);
        let content =
            start::take_content(&mut members).transpose().map_err(|error| broken("message", &error))?;
        if let Some(usage) = members.take_json("usage") {
            self.usage.take(usage, UsageProvenance::Partial, out);
        }
        end::take_stop(&mut members, out);
        end::report_rest(&members, out);
        for (index, raw) in (0..).zip(content.unwrap_or_default()) {
            self.open_block(index, raw.into(), out)?;
        }
        Ok(())
    }

    fn block_start(
        &mut self,
        index: u32,
        block: Option<Json<'_>>,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        self.open_block(index, block.ok_or_else(|| lacking("content_block"))?, out)
    }

    fn open_block(&mut self, index: u32, json: Json<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let block = block::read(json).map_err(|error| broken("content_block", &error))?;
        self.start(index, block, out);
        Ok(())
    }

    fn start(&mut self, index: u32, block: Block, out: &mut ChunkSink) {
        // A number that is used again without a stop is a new block.
        self.close(index, out);
        self.open.push(OpenBlock::of(index, &block));
        push::open(index, block, out);
    }

    fn delta(
        &mut self,
        index: u32,
        delta: Delta<'_>,
        frame: Frame<'_>,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        if self.find(index).is_none() {
            let Some(part) = part_for(&delta.kind) else {
                unknown(&delta.kind, "the server sent a delta for a block that it did not start", frame, out);
                return Ok(());
            };
            self.start(index, Block::new(part), out);
        }
        let Self { open, repeat, .. } = self;
        let Some(block) = open.iter_mut().find(|block| block.index == index) else { return Ok(()) };
        let added = match (&*delta.kind, &mut block.kind) {
            (_, Kind::Opaque { text, input, .. }) => {
                text.push_str(&delta.text);
                input.push_str(&delta.partial_json);
                if delta.text.is_empty() && delta.partial_json.is_empty() {
                    out.push(StreamChunk::Raw(RawFrame::new(frame.name, frame.data)));
                }
                None
            }
            ("text_delta", Kind::Text) => Some((delta.text, text_chunk as fn(u32, String) -> StreamChunk)),
            ("thinking_delta", Kind::Thinking) => Some((delta.thinking, thinking_chunk as _)),
            ("input_json_delta", Kind::Call { whole_at_start: false }) => {
                Some((delta.partial_json, input_chunk as _))
            }
            ("input_json_delta", Kind::Call { whole_at_start }) => {
                if !delta.partial_json.is_empty() {
                    *whole_at_start = false;
                    let input = ToolInput::Json(delta.partial_json.into_owned());
                    out.push(StreamChunk::ToolInputReplace { index, input });
                }
                None
            }
            // The signature comes whole, and a second one replaces the first.
            ("signature_delta", Kind::Thinking) => {
                let seal = Seal::signature(delta.signature.into_owned());
                out.push(StreamChunk::SealDelta { index, seal, op: SealOp::Set });
                None
            }
            ("citations_delta", Kind::Text) => {
                let raw: CitationDelta<'_> = member(frame, "delta")?;
                push::cite(index, citation::read(raw.citation), out);
                None
            }
            ("compaction_delta", Kind::Compaction(_)) => {
                block.take_compaction(member(frame, "delta")?);
                None
            }
            _ => {
                unknown(&delta.kind, "the server sent a delta that does not fit its block", frame, out);
                None
            }
        };
        if let Some((text, chunk)) = added {
            repeat.learn(frame, index, &text, chunk);
            if !text.is_empty() {
                out.push(chunk(index, text.into_owned()));
            }
        }
        Ok(())
    }

    fn block_stop(&mut self, index: u32, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.close(index, out);
        Ok(())
    }

    fn message_delta(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut members = Record::scan(frame.data).map_err(|error| broken("message_delta", &error))?;
        members.take_json("type");
        if let Some(json) = members.take_json("delta") {
            let mut delta = Record::scan(json.get()).map_err(|error| broken("message_delta", &error))?;
            end::take_stop(&mut delta, out);
            end::report_rest(&delta, out);
        }
        if let Some(usage) = members.take_json("usage") {
            self.usage.take(usage, UsageProvenance::Final, out);
        }
        end::report_rest(&members, out);
        Ok(())
    }

    fn message_stop(&mut self, out: &mut ChunkSink) -> Result<(), StreamError> {
        while let Some(block) = self.open.first() {
            let index = block.index;
            self.close(index, out);
        }
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn find(&mut self, index: u32) -> Option<&mut OpenBlock> {
        self.open.iter_mut().find(|block| block.index == index)
    }

    fn close(&mut self, index: u32, out: &mut ChunkSink) {
        if let Some(place) = self.open.iter().position(|block| block.index == index) {
            let part = self.open.remove(place).into_whole().map(Box::new);
            out.push(StreamChunk::ContentBlockStop { index, part });
        }
    }
}

#[derive(Deserialize)]
struct CitationDelta<'a> {
    #[serde(borrow)]
    citation: &'a RawValue,
}

/// A member of an event that must be there.
fn member<'a, T: Deserialize<'a>>(frame: Frame<'a>, key: &str) -> Result<T, StreamError> {
    let mut members = Record::read(frame.data).map_err(|error| broken(key, &error))?;
    let raw = members.take(key).ok_or_else(|| lacking(key))?;
    serde_json::from_str(raw.get()).map_err(|error| broken(key, &error))
}

fn lacking(key: &str) -> ApiError {
    ApiError::parsing(format!("an event lacks `{key}`; is this the Messages format?"))
}

/// The part that a delta without a block belongs to, where the delta tells.
fn part_for(kind: &str) -> Option<Part> {
    Some(match kind {
        "text_delta" => Part::Text(Text::default()),
        "thinking_delta" | "signature_delta" => Part::Thinking(Thinking::default()),
        "input_json_delta" => Part::ToolCall(ToolCallPart::new(ToolCall::new("", "", ""))),
        _ => return None,
    })
}

/// Keeps a frame that has no meaning here, and says so.
fn unknown(kind: &str, what: &str, frame: Frame<'_>, out: &mut ChunkSink) {
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(64).collect();
    out.push(StreamChunk::Warning(Warning::new(WarningKind::UnknownEvent, kind, what)));
    out.push(StreamChunk::Raw(RawFrame::new(frame.name, frame.data)));
}

fn failure(frame: Frame<'_>) -> StreamError {
    match Failure::from_body(frame.data) {
        Some(failure) => ApiError::from(failure).into(),
        None => ApiError::parsing("the server reported an error that cannot be read").into(),
    }
}
