use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::JsonText;
use steer_core::{ChunkSink, RawJson, StreamChunk, StreamError};

use super::broken;
use super::citations::Rested;
use super::known::report;
use super::part::Parts;
use super::piece::{Content, Entry};
use super::repeat::Added;
use crate::names::Names;
use crate::wire::{Rating, read_finish};

/// `Candidate` is one answer while it is put together: <https://ai.google.dev/api/generate-content#candidate>.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    parts: Parts,
    rested: Rested,
    finish: Option<String>,
    is_success: bool,
    went_on: bool,
    /// The categories in which a filter blocked it.
    categories: Vec<String>,
}

impl Candidate {
    /// Whether the vendor has said why it ended.
    pub(super) fn is_finished(&self) -> bool {
        self.finish.as_deref().is_some_and(|reason| !reason.is_empty())
    }

    /// Whether content came after a reason.
    pub(super) fn went_on(&self) -> bool {
        self.went_on
    }

    /// Whether it ended well, and nothing was said.
    pub(super) fn is_empty_success(&self) -> bool {
        self.is_success && !self.parts.has_content()
    }

    /// The text that grows has grown.
    pub(super) fn grow(&mut self, length: usize) {
        self.parts.grow(length);
    }

    /// Reads a piece of it. If all that did was to add a text, and it would do no more a second time, it says so.
    pub(super) fn take<'a>(
        &mut self,
        entry: &mut Entry<'a>,
        names: &Names,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let Entry { members, content } = entry;
        let added = self.content(content, names, out)?;
        if members.rest().next().is_none() {
            return Ok(added);
        }
        if let Some(raw) = members.take("finishReason") {
            let reason = JsonText::read(raw).map_err(|error| broken("finishReason", &error))?;
            if !reason.is_empty() {
                self.is_success = &*reason == "STOP";
                self.finish = Some(reason.into_owned());
            }
        }
        if let Some(raw) = members.take("safetyRatings") {
            self.ratings(raw, out);
        }
        if let Some(raw) = members.take("logprobsResult") {
            let json = RawJson::from_raw(raw.to_owned());
            match self.parts.last_text() {
                Some(index) => out.push(StreamChunk::Logprobs { index, json }),
                None => out.push(StreamChunk::Metadata { key: "logprobsResult".to_owned(), json }),
            }
        }
        self.rested.take(members);
        for (key, raw) in members.rest() {
            report(key, raw, out);
        }
        Ok(None)
    }

    /// Closes the blocks, and says why the answer ended where the vendor has said it.
    pub(super) fn finish(&mut self, out: &mut ChunkSink) {
        self.parts.settle(out);
        self.rested.cite(&self.parts, out);
        self.parts.close(out);
        self.rested.report(&mut self.parts, out);
        if let Some(raw) = self.finish.take() {
            let categories = std::mem::take(&mut self.categories);
            let reason = read_finish(&raw, self.parts.has_calls(), categories);
            out.push(StreamChunk::Stop { reason, raw });
        }
    }

    fn content<'a>(
        &mut self,
        content: &mut Content<'a>,
        names: &Names,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let Content { members, parts } = content;
        members.borrowed_text("role");
        let alone = parts.len() == 1 && members.rest().next().is_none();
        self.went_on |= self.is_finished() && !parts.is_empty();
        let mut added = None;
        for raw in parts.iter() {
            added = self.parts.take(raw, names, out)?;
        }
        for (key, raw) in members.rest() {
            report(key, raw, out);
        }
        Ok(added.filter(|_| alone))
    }

    /// <https://ai.google.dev/gemini-api/docs/safety-settings>
    fn ratings(&mut self, raw: &RawValue, out: &mut ChunkSink) {
        if let Ok(ratings) = Vec::<Rating<'_>>::deserialize(raw) {
            let blocked = ratings.into_iter().filter(|rating| rating.blocked == Some(true));
            self.categories = blocked.map(|rating| rating.category.into_owned()).collect();
        }
        out.push(StreamChunk::Safety { json: RawJson::from_raw(raw.to_owned()) });
    }
}
