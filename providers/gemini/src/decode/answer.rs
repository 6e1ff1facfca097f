use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::response::FilterPlace;
use steer_core::usage::UsageProvenance;
use steer_core::{ChunkSink, EndProof, RawJson, StopReason, StreamChunk, StreamError, Warning, WarningKind};

use super::broken;
use super::candidate::Candidate;
use super::known::Known;
use super::other::{Other, other};
use super::piece::{Candidates, Piece};
use super::repeat::{Added, Repeat};
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
            repeat: Repeat::default(),
        }
    }

    /// Reads a piece. Gives the counters as they came, unread, where there are any: each piece counts again what the
    /// earlier ones counted.
    pub(super) fn event<'a>(
        &mut self,
        json: &'a str,
        out: &mut ChunkSink,
    ) -> Result<Option<&'a RawValue>, StreamError> {
        self.repeat.forget();
        let mut piece = Piece::default();
        piece.read(json)?;
        let Piece { members, candidates, fault } = &mut piece;
        self.known.take_start(members, out);
        if let Some(error) = fault {
            return Err(broken("candidates", error));
        }
        let mut added = self.candidates(candidates, out)?;
        if let Some(raw) = members.take("promptFeedback") {
            added = None;
            self.feedback(raw, out);
        }
        let usage = members.take("usageMetadata");
        if let Some(added) = added {
            self.repeat.learn(json, added, usage.map(RawValue::get));
        }
        self.known.report_rest(members, out);
        Ok(usage)
    }

    /// Reads a piece that differs from the last one in its text and its counters alone, which it puts in their place.
    #[inline]
    pub(super) fn repeats(&mut self, json: &str, counters: &mut String, out: &mut ChunkSink) -> bool {
        let Some(found) = self.repeat.find(json) else { return false };
        if let Some(counted) = found.counted {
            keep(counters, counted);
        }
        if !found.text.is_empty() {
            self.first.grow(found.text.len());
            self.repeat.push(found.text.into_owned(), out);
        }
        true
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

    /// Closes what is open, and ends the answer. The counters are those that came last.
    pub(super) fn finish(
        &mut self,
        counters: Option<RawJson>,
        proof: EndProof,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
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
        report_usage(counters, UsageProvenance::Final, out);
        out.push(StreamChunk::MessageEnd { proof });
        Ok(())
    }

    fn candidates<'a>(
        &mut self,
        candidates: &mut Candidates<'a>,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let alone = candidates.count == 1;
        let mut added = None;
        for entry in candidates.entries() {
            self.has_candidates = true;
            let index = entry.members.lenient::<u32>("index").unwrap_or_default();
            if index == 0 {
                added = self.first.take(entry, &self.names, out)?;
            } else {
                other(&mut self.others, index).take(entry, &self.names)?;
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

/// Puts the counters in the place of those that came before.
pub(super) fn keep(place: &mut String, counters: &str) {
    place.clear();
    place.push_str(counters);
}

/// Reports the counters of an answer.
pub(super) fn report_usage(counters: Option<RawJson>, provenance: UsageProvenance, out: &mut ChunkSink) {
    let Some(json) = counters else { return };
    out.push(match Usage::read(json.get()) {
        Some(mut usage) => {
            usage.provenance = provenance;
            usage.raw = Some(json);
            StreamChunk::Usage(Box::new(usage))
        }
        // What cannot be read, or counts nothing, is no reason to lose the answer, nor to lose itself.
        None => StreamChunk::Metadata { key: "usageMetadata".to_owned(), json },
    });
}
