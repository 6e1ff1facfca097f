use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::response::FilterPlace;
use steer_core::usage::UsageProvenance;
use steer_core::{ChunkSink, EndProof, RawJson, StopReason, StreamChunk, StreamError, Warning, WarningKind};

use super::broken;
use super::candidate::Candidate;
use super::known::Known;
use super::other::{Other, other};
use super::repeat::{Added, Repeat};
use crate::failure;
use crate::names::Names;
use crate::wire::Usage;

/// `Answer` is a response while it is put together from its pieces, of which a whole body is the only one.
#[derive(Debug)]
pub(super) struct Answer {
    names: Names,
    known: Known,
    first: Candidate,
    others: Vec<Other>,
    has_candidates: bool,
    /// Why the prompt was refused.
    blocked: Option<String>,
    /// The counters as they came last, unread: each piece repeats them.
    usage: String,
    repeat: Repeat,
}

impl Answer {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            known: Known::default(),
            first: Candidate::default(),
            others: Vec::new(),
            has_candidates: false,
            blocked: None,
            usage: String::new(),
            repeat: Repeat::default(),
        }
    }

    /// Reads a piece.
    pub(super) fn event(&mut self, json: &str, out: &mut ChunkSink) -> Result<(), StreamError> {
        if let Some(found) = self.repeat.find(json) {
            if let Some(usage) = found.counted {
                keep(&mut self.usage, usage);
            }
            if !found.text.is_empty() {
                self.first.grow(found.text.len());
                self.repeat.push(found.text.into_owned(), out);
            }
            return Ok(());
        }
        self.repeat.forget();
        let mut members = Record::read(json).map_err(|error| broken("response", &error))?;
        // An error may come at any time, also as the first thing of a stream.
        if members.take("error").is_some_and(|raw| !matches!(raw.get(), "{}" | "\"\"" | "false")) {
            return Err(failure::inside(json));
        }
        self.known.take_start(&mut members, out);
        let mut added = match members.take("candidates") {
            Some(raw) => self.candidates(raw, out)?,
            None => None,
        };
        if let Some(raw) = members.take("promptFeedback") {
            added = None;
            self.feedback(raw, out);
        }
        let usage = members.take("usageMetadata").map(RawValue::get);
        if let Some(usage) = usage {
            keep(&mut self.usage, usage);
        }
        if let Some(added) = added {
            self.repeat.learn(json, added, usage);
        }
        self.known.report_rest(&members, out);
        Ok(())
    }

    /// Whether there is something that answers the request.
    pub(super) fn has_answer(&self) -> bool {
        self.has_candidates || self.blocked.is_some()
    }

    /// Whether the vendor has said of each candidate why it ended, or why there is none.
    pub(super) fn is_finished(&self) -> bool {
        if !self.has_candidates {
            return self.blocked.is_some();
        }
        self.first.is_finished() && self.others.iter().all(Other::is_finished)
    }

    /// Whether content came after a reason.
    pub(super) fn went_on(&self) -> bool {
        self.first.went_on()
    }

    /// Closes what is open, and ends the answer.
    pub(super) fn finish(&mut self, proof: EndProof, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.first.finish(out);
        for other in std::mem::take(&mut self.others) {
            other.finish(out)?;
        }
        if let Some(raw) = self.blocked.take().filter(|_| !self.has_candidates) {
            let reason = StopReason::Filtered { place: FilterPlace::Prompt, categories: vec![raw.clone()] };
            out.push(StreamChunk::Stop { reason, raw });
        }
        if self.first.is_empty_success() {
            let message = "the model ended its turn without a word or a call; asking again may help";
            out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "finishReason", message)));
        }
        self.report_usage(UsageProvenance::Final, out);
        out.push(StreamChunk::MessageEnd { proof });
        Ok(())
    }

    /// Reports the counters: those that came last, whole. A later piece counts again what an earlier one counted.
    pub(super) fn report_usage(&mut self, provenance: UsageProvenance, out: &mut ChunkSink) {
        let raw = std::mem::take(&mut self.usage);
        if raw.is_empty() {
            return;
        }
        match Usage::read(&raw) {
            Some(mut usage) => {
                usage.provenance = provenance;
                out.push(StreamChunk::Usage(Box::new(usage)));
            }
            // What cannot be read, or counts nothing, is no reason to lose the answer, nor to lose itself.
            None => {
                if let Ok(json) = RawJson::new(raw) {
                    out.push(StreamChunk::Metadata { key: "usageMetadata".to_owned(), json });
                }
            }
        }
    }

    fn candidates<'a>(
        &mut self,
        raw: &'a RawValue,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let candidates: Vec<&'a RawValue> =
            serde_json::from_str(raw.get()).map_err(|error| broken("candidates", &error))?;
        let alone = candidates.len() == 1;
        let mut added = None;
        for raw in candidates {
            self.has_candidates = true;
            let mut members = Record::read(raw.get()).map_err(|error| broken("candidates", &error))?;
            let index = members.lenient::<u32>("index").unwrap_or_default();
            if index == 0 {
                added = self.first.take(members, &self.names, out)?;
            } else {
                other(&mut self.others, index).take(members, &self.names)?;
            }
        }
        Ok(added.filter(|_| alone))
    }

    /// <https://ai.google.dev/api/generate-content#PromptFeedback>
    fn feedback(&mut self, raw: &RawValue, out: &mut ChunkSink) {
        if let Ok(mut members) = Record::read(raw.get()) {
            let reason = members.text("blockReason").filter(|reason| !reason.is_empty());
            self.blocked = reason.or(self.blocked.take());
        }
        out.push(StreamChunk::Safety { json: RawJson::from_raw(raw.to_owned()) });
    }
}

fn keep(place: &mut String, text: &str) {
    place.clear();
    place.push_str(text);
}
