use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use serde::de::IgnoredAny;
use steer_tools::{Media, MediaSource, ToolInput};

use super::broken;
use crate::error::ApiError;
use crate::json::RawJson;
use crate::message::{Citation, Part, Seal, ThinkingForm, ThinkingSection, ToolCallPart};
use crate::model::Origin;
use crate::stream::SealOp;

/// One part while it is being filled.
#[derive(Debug)]
pub(super) struct Block {
    index: u32,
    part: Part,
    open: bool,
    /// Sound is gathered here, since the part's own bytes are shared and cannot grow.
    audio: BytesMut,
}

impl Block {
    pub(super) fn new(index: u32, part: Part) -> Self {
        Self { index, part, open: true, audio: BytesMut::new() }
    }

    pub(super) fn index(&self) -> u32 {
        self.index
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn close(&mut self, whole: Option<&Part>) {
        self.open = false;
        if let Some(whole) = whole {
            self.part = whole.clone();
        }
    }

    pub(super) fn append_text(&mut self, text: &str) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Text(part) => part.text.push_str(text),
            _ => return Err(self.misfit("text")),
        }
        Ok(())
    }

    pub(super) fn take_text(&mut self, text: String) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Text(part) if part.text.is_empty() => part.text = text,
            _ => return self.append_text(&text),
        }
        Ok(())
    }

    pub(super) fn append_refusal(&mut self, text: &str) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Refusal(part) => part.text.push_str(text),
            _ => return Err(self.misfit("refusal")),
        }
        Ok(())
    }

    pub(super) fn append_thinking(&mut self, text: &str) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Thinking(part) => match part.sections.last_mut() {
                Some(section) => section.text.push_str(text),
                None => part.sections.push(ThinkingSection::new(ThinkingForm::default(), text)),
            },
            _ => return Err(self.misfit("thinking")),
        }
        Ok(())
    }

    pub(super) fn begin_section(&mut self, form: ThinkingForm) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Thinking(part) => part.sections.push(ThinkingSection::new(form, "")),
            _ => return Err(self.misfit("thinking")),
        }
        Ok(())
    }

    pub(super) fn seal(&mut self, seal: &Seal, op: SealOp) -> Result<(), ApiError> {
        let place = match &mut self.part {
            Part::Thinking(part) => &mut part.seal,
            Part::Text(part) => &mut part.seal,
            Part::ToolCall(part) => &mut part.seal,
            Part::Media(part) => &mut part.seal,
            _ => return Err(self.misfit("a signature")),
        };
        match (place, op) {
            (Some(there), SealOp::Append) if there.kind == seal.kind => there.data.push_str(&seal.data),
            (place, _) => *place = Some(seal.clone()),
        }
        Ok(())
    }

    pub(super) fn append_input(&mut self, delta: &str) -> Result<(), ApiError> {
        match &mut self.call()?.call.input {
            ToolInput::Json(raw) | ToolInput::Text(raw) => raw.push_str(delta),
        }
        Ok(())
    }

    pub(super) fn replace_input(&mut self, input: &ToolInput) -> Result<(), ApiError> {
        self.call()?.call.input = input.clone();
        Ok(())
    }

    pub(super) fn revise_call(&mut self, id: Option<&str>, name: Option<&str>) -> Result<(), ApiError> {
        let call = &mut self.call()?.call;
        if let Some(id) = id {
            call.id = id.to_owned();
        }
        if let Some(name) = name {
            call.name = name.to_owned();
        }
        Ok(())
    }

    pub(super) fn set_status(&mut self, status: &str) -> Result<(), ApiError> {
        self.call()?.status = Some(status.to_owned());
        Ok(())
    }

    pub(super) fn cite(&mut self, citation: &Citation) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Text(part) => part.citations.push(citation.clone()),
            _ => return Err(self.misfit("a citation")),
        }
        Ok(())
    }

    pub(super) fn add_logprobs(&mut self, json: &RawJson) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Text(part) => part.logprobs.push(json.clone()),
            // The log probabilities of anything but text have no place of their own; the frame holds them.
            _ => return Ok(()),
        }
        Ok(())
    }

    pub(super) fn set_replay(&mut self, json: &RawJson) {
        self.part.meta_mut().replay = Some(json.clone());
    }

    pub(super) fn append_audio(&mut self, audio: &Bytes) -> Result<(), ApiError> {
        match &self.part {
            Part::Media(_) => self.audio.put_slice(audio),
            _ => return Err(self.misfit("sound")),
        }
        Ok(())
    }

    pub(super) fn append_transcript(&mut self, text: &str) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Media(part) => {
                part.generated.get_or_insert_default().transcript.get_or_insert_default().push_str(text);
            }
            _ => return Err(self.misfit("a transcript")),
        }
        Ok(())
    }

    pub(super) fn replace_media(&mut self, media: &Media) -> Result<(), ApiError> {
        match &mut self.part {
            Part::Media(part) => part.media = media.clone(),
            _ => return Err(self.misfit("a medium")),
        }
        Ok(())
    }

    /// Marks a call as incomplete where not even the start of its arguments came.
    pub(super) fn cut_if_empty(&mut self) {
        if let Part::ToolCall(part) = &mut self.part {
            part.call.complete &= !part.call.raw().trim().is_empty();
        }
    }

    /// The part; `cut` says that the answer ended before the model had said all.
    pub(super) fn into_part(mut self, cut: bool, origin: Option<&Arc<Origin>>) -> Part {
        let unfinished = self.open;
        match &mut self.part {
            Part::ToolCall(part) => {
                part.call.complete &= !unfinished || !cut;
                // Vendors close the block of a call that a token limit cut; its arguments give it away.
                if let (true, ToolInput::Json(raw)) = (cut, &part.call.input) {
                    let valid = raw.trim().is_empty() || serde_json::from_str::<IgnoredAny>(raw).is_ok();
                    part.call.complete &= valid;
                }
            }
            Part::Media(part) if !self.audio.is_empty() => {
                part.media.source = MediaSource::Bytes(self.audio.freeze());
            }
            _ => {}
        }
        if self.part.meta().origin.is_none() {
            self.part.meta_mut().origin = origin.cloned();
        }
        self.part
    }

    fn call(&mut self) -> Result<&mut ToolCallPart, ApiError> {
        let misfit = self.misfit("a tool call");
        match &mut self.part {
            Part::ToolCall(part) => Ok(part),
            _ => Err(misfit),
        }
    }

    fn misfit(&self, what: &str) -> ApiError {
        broken(&format!("{what} was sent for a block of another kind"), self.index)
    }
}
