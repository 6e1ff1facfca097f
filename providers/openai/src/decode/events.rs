use std::borrow::Cow;

use serde_json::value::RawValue;
use steer_core::json::{JsonText, Record};
use steer_core::response::RawFrame;
use steer_core::tools::ToolInput;
use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, Failure, Frame, RawJson, StreamChunk, StreamError,
    Warning, WarningKind,
};

use super::asked::Asked;
use super::items::{Items, Settled};
use super::repeat::{Repeat, chunk};
use super::response::Response;
use super::slot::Kind;
use super::told::Told;
use super::{broken, citation, end, image, item, message, number, parallel, strict};
use crate::failure;
use crate::wire::{Event, Target};

/// `EventDecoder` reads the events of a stream:
/// <https://platform.openai.com/docs/api-reference/responses-streaming>.
#[derive(Debug)]
pub(crate) struct EventDecoder {
    asked: Asked,
    has_started: bool,
    has_ended: bool,
    items: Items,
    repeat: Repeat,
}

impl EventDecoder {
    /// For the answer to what was asked.
    pub(crate) fn new(asked: Asked) -> Self {
        Self {
            asked,
            has_started: false,
            has_ended: false,
            items: Items::default(),
            repeat: Repeat::default(),
        }
    }
}

impl Decoder for EventDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.repeat.read(frame.data, out) {
            return Ok(());
        }
        // Servers that speak several formats end a stream with this; the end of this one is an event.
        if frame.is_done() || self.has_ended {
            return Ok(());
        }
        self.settle_repeat();
        let mut told = Told::new(self.has_started);
        told.read(frame.data).map_err(|error| broken("event", &error))?;
        let event = &mut told.members;
        let has_come = self.repeat.has_come(event);
        // Some proxies lose the type and some the event's name; either will do.
        let name = event.borrowed_text("type").filter(|kind| !kind.is_empty());
        let is_named = name.is_none();
        let kind = name.unwrap_or(Cow::Borrowed(frame.name));
        match Event::of(&kind) {
            Event::Delta(_) if has_come => Ok(()),
            Event::Delta(target) => self.delta(target, event, frame.data, is_named, out),
            Event::Done(target, key) => {
                let text = strict(event, key).map_err(|error| broken(key, &error))?;
                self.done(target, &text, event, out);
                Ok(())
            }
            Event::ItemAdded => self.item_added(event, out),
            Event::ItemDone => self.item_done(event, out),
            Event::ContentAdded => self.content_added(event, out),
            Event::ContentDone => self.content_done(event, out),
            Event::Annotation => self.annotation(event, out),
            Event::Picture => {
                self.picture(event, out);
                Ok(())
            }
            Event::Status(status) => {
                self.status(status, event, out);
                Ok(())
            }
            Event::Started => self.start(&mut told, out),
            Event::Ended(status) => self.ended(status, &mut told, frame, out),
            Event::Failed => Err(self.failed(&mut told, frame, out)),
            Event::Error => Err(failure::within(frame.data)),
            Event::Alive => {
                out.push(StreamChunk::Heartbeat);
                Ok(())
            }
            Event::Unknown => unknown(&kind, event, frame, out),
        }
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

impl EventDecoder {
    fn delta(
        &mut self,
        target: Target,
        event: &Record<'_>,
        data: &str,
        is_named: bool,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        // Some gateways send null where there is nothing to add.
        let Some(raw) = event.get("delta") else { return Ok(()) };
        let delta = JsonText::read(raw).map_err(|error| broken("delta", &error))?;
        let logprobs = event.get("logprobs").filter(|raw| raw.get() != "[]");
        let place = place(target, event);
        let (item, next) = self.items.named(event);
        let Some(slot) = item.target(target, place, next, out) else { return Ok(()) };
        let index = slot.block;
        // What the event's name says is not in the data, so the data alone would not tell the next one's kind.
        if logprobs.is_none() && !is_named && !delta.is_empty() {
            self.repeat.learn(data, raw, event, (index, chunk(target)));
        }
        if !delta.is_empty() {
            slot.told = slot.told.saturating_add(delta.len());
            out.push(chunk(target)(index, delta.into_owned()));
        }
        if let Some(json) = logprobs {
            out.push(StreamChunk::Logprobs { index, json: RawJson::from_raw(json.to_owned()) });
        }
        Ok(())
    }

    /// The whole of a content after its deltas. Some servers send nothing else. Where deltas of a text came, the item
    /// says it all again; arguments count as they are told here.
    fn done(&mut self, target: Target, text: &str, event: &Record<'_>, out: &mut ChunkSink) {
        let place = place(target, event);
        let (item, next) = self.items.named(event);
        let has_section = item.has_section(target, place);
        let is_thinking = matches!(target, Target::Summary | Target::Thought);
        if text.is_empty() || has_section {
            return;
        }
        let Some(slot) = item.target(target, place, next, out) else { return };
        let told = std::mem::replace(&mut slot.told, text.len());
        let index = slot.block;
        if told == 0 || is_thinking {
            out.push(chunk(target)(index, text.to_owned()));
        } else if told != text.len() && matches!(slot.kind, Kind::Json | Kind::FreeText) {
            let input = match slot.kind {
                Kind::FreeText => ToolInput::Text(text.to_owned()),
                _ => ToolInput::Json(text.to_owned()),
            };
            out.push(StreamChunk::ToolInputReplace { index, input });
        }
    }

    fn item_added(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let Some(raw) = event.take("item") else { return Ok(()) };
        let item = item::read(raw, &self.asked).map_err(|error| broken("item", &error))?;
        let name = item.parts.first().and_then(item::name).unwrap_or_default();
        let is_silent = parallel::is_wrapper(name, self.asked.tools());
        self.items.begin(number(event, "output_index"), item, is_silent, out);
        Ok(())
    }

    fn item_done(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let Some(raw) = event.take("item") else { return Ok(()) };
        let item = item::read(raw, &self.asked).map_err(|error| broken("item", &error))?;
        self.items.finish(number(event, "output_index"), item, raw, out);
        Ok(())
    }

    fn content_added(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let Some(raw) = event.take("part") else { return Ok(()) };
        let part = message::content(raw).map_err(|error| broken("part", &error))?;
        let (item, next) = self.items.named(event);
        // The contents of a reasoning item are sections of one block.
        if item.open_slot(|kind| kind == Kind::Thinking).is_some() {
            return Ok(());
        }
        item.begin_content(number(event, "content_index").unwrap_or_default(), part, next, out);
        Ok(())
    }

    fn content_done(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let Some(raw) = event.take("part") else { return Ok(()) };
        let mut part = Record::read(raw.get()).map_err(|error| broken("part", &error))?;
        let kind = part.borrowed_text("type").unwrap_or_default();
        let (target, key) = match &*kind {
            "output_text" | "text" => (Target::Text, "text"),
            "refusal" => (Target::Refusal, "refusal"),
            "reasoning_text" => (Target::Thought, "text"),
            _ => return Ok(()),
        };
        let text = strict(&mut part, key).map_err(|error| broken(key, &error))?;
        self.done(target, &text, event, out);
        Ok(())
    }

    fn annotation(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let Some(raw) = event.take("annotation") else { return Ok(()) };
        let (item, next) = self.items.named(event);
        if let Some(slot) = item.target(Target::Text, place(Target::Text, event), next, out) {
            slot.cited = slot.cited.saturating_add(1);
            let citation = Box::new(citation::read(raw));
            out.push(StreamChunk::CitationAdded { index: slot.block, citation });
        }
        Ok(())
    }

    /// An early picture is a courtesy: one that cannot be read, or of an item that is not there, is none.
    fn picture(&mut self, event: &mut Record<'_>, out: &mut ChunkSink) {
        let number = number(event, "partial_image_index").unwrap_or_default();
        let media = image::picture(event, "partial_image_b64").map(Box::new);
        let slot = self.items.of(event).and_then(|item| item.open_slot(|kind| kind == Kind::Media));
        out.push(match (slot, media) {
            (Some(slot), Some(media)) => StreamChunk::MediaPartial { index: slot.block, number, media },
            _ => StreamChunk::Heartbeat,
        });
    }

    fn status(&mut self, status: &str, event: &Record<'_>, out: &mut ChunkSink) {
        let is_call = |kind| matches!(kind, Kind::Json | Kind::FreeText);
        out.push(match self.items.of(event).and_then(|item| item.open_slot(is_call)) {
            Some(slot) => StreamChunk::ServerToolStatus { index: slot.block, status: status.to_owned() },
            None => StreamChunk::Heartbeat,
        });
    }

    fn start(&mut self, told: &mut Told<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.has_started {
            out.push(StreamChunk::Heartbeat);
            return Ok(());
        }
        match told.take_response().map_err(|error| broken("response", &error))? {
            Some(mut response) => {
                self.has_started = true;
                end::take_start(&mut response.members, out);
            }
            None => out.push(StreamChunk::Heartbeat),
        }
        Ok(())
    }

    fn ended(
        &mut self,
        status: &str,
        told: &mut Told<'_>,
        frame: Frame<'_>,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        let response = told.take_response().map_err(|error| broken("response", &error))?;
        let mut response = response.ok_or_else(|| ApiError::parsing("an event lacks `response`"))?;
        // Some servers say by another event than `response.failed` that a response failed.
        if response.members.get("error").is_some() || response.is_failed() {
            return Err(self.report_failure(response, frame, out));
        }
        let output = response.take_output().map_err(|error| broken("output", &error))?;
        let settled = if output.is_empty() {
            self.items.abandon(out);
            Settled::Same
        } else {
            self.items.settle(&output, &self.asked, out)?
        };
        let members = &mut response.members;
        if !self.has_started || settled == Settled::Again {
            end::take_start(members, out);
        } else {
            end::leave_start(members);
        }
        end::report(members, &self.items.seen, Some(status), out);
        self.has_ended = true;
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn failed(&mut self, told: &mut Told<'_>, frame: Frame<'_>, out: &mut ChunkSink) -> StreamError {
        match told.take_response() {
            Ok(Some(response)) => self.report_failure(response, frame, out),
            Ok(None) => failure::within(frame.data),
            Err(error) => broken("response", &error),
        }
    }

    /// Reports what is known of a response that failed.
    fn report_failure(
        &mut self,
        mut response: Response<'_>,
        frame: Frame<'_>,
        out: &mut ChunkSink,
    ) -> StreamError {
        let members = &mut response.members;
        let has_error = members.get("error").is_some();
        if self.has_started {
            end::leave_start(members);
        } else {
            end::take_start(members, out);
        }
        end::report(members, &self.items.seen, Some("failed"), out);
        if !has_error {
            return failure::unexplained();
        }
        // The error stands in the response, and what else stands there may say more of it.
        let response = Record::read(frame.data).ok().and_then(|mut event| event.take("response"));
        failure::within(response.map_or(frame.data, RawValue::get))
    }

    /// Takes over what was added without a look at the event.
    fn settle_repeat(&mut self) {
        let Some((block, added)) = self.repeat.forget() else { return };
        if let Some(slot) = self.items.slot(block) {
            slot.told = slot.told.saturating_add(added);
        }
    }
}

/// Which content of an item, or section of its thinking, an event is about.
fn place(target: Target, event: &Record<'_>) -> u32 {
    target.place().and_then(|key| number(event, key)).unwrap_or_default()
}

/// Keeps an event that has no meaning here, unless it is a failure that is told in the words of another format.
fn unknown(kind: &str, event: &Record<'_>, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
    let is_error = event.get("error").is_some() || kind.is_empty() && event.get("message").is_some();
    if is_error && Failure::from_body(frame.data).is_some() {
        return Err(failure::within(frame.data));
    }
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(64).collect();
    let what = "the server sent an event of a kind that is not known";
    out.push(StreamChunk::Warning(Warning::new(WarningKind::UnknownEvent, kind, what)));
    out.push(StreamChunk::Raw(RawFrame::new(frame.name, frame.data)));
    Ok(())
}
