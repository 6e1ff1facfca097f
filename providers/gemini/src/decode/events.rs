use steer_core::usage::UsageProvenance;
use steer_core::{BodyEnd, ChunkSink, Decoder, EndProof, Frame, RawJson, StreamError};

use super::answer::{Answer, keep, report_usage};
use crate::names::Names;

/// `EventDecoder` reads the events of a stream: <https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent>.
///
/// The vendor's end is a finish reason and then the end of the bytes: grounding and counters may follow the reason.
#[derive(Debug)]
pub(crate) struct EventDecoder {
    answer: Answer,
    /// The counters as they came last, unread: each piece repeats them.
    usage: String,
    done: bool,
}

impl EventDecoder {
    pub(crate) fn new(names: Names) -> Self {
        Self { answer: Answer::new(names), usage: String::new(), done: false }
    }

    fn finish(&mut self, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.done = true;
        let counters = self.counters();
        self.answer.finish(counters, EndProof::Confirmed, out)
    }

    fn counters(&mut self) -> Option<RawJson> {
        // Either none came, or they were read as JSON before.
        RawJson::new(std::mem::take(&mut self.usage)).ok()
    }
}

impl Decoder for EventDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.done {
            return Ok(());
        }
        // Gateways that speak several formats end a stream with this; without a finish reason it proves nothing.
        if frame.is_done() {
            return if self.answer.is_finished() { self.finish(out) } else { Ok(()) };
        }
        if !self.answer.repeats(frame.data, &mut self.usage, out)
            && let Some(usage) = self.answer.event(frame.data, out)?
        {
            keep(&mut self.usage, usage.get());
        }
        Ok(())
    }

    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.done {
            return Ok(());
        }
        // Where content followed a reason, the reason alone does not prove that all came.
        if self.answer.is_finished() && (end == BodyEnd::Clean || !self.answer.went_on()) {
            return self.finish(out);
        }
        report_usage(self.counters(), UsageProvenance::Partial, out);
        Ok(())
    }
}
