use steer_core::usage::UsageProvenance;
use steer_core::{BodyEnd, ChunkSink, Decoder, EndProof, Frame, StreamError};

use super::answer::Answer;
use crate::names::Names;

/// `EventDecoder` reads the events of a stream: <https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent>.
///
/// The vendor's end is a finish reason and then the end of the bytes: grounding and counters may follow the reason.
#[derive(Debug)]
pub(crate) struct EventDecoder {
    answer: Answer,
    done: bool,
}

impl EventDecoder {
    pub(crate) fn new(names: Names) -> Self {
        Self { answer: Answer::new(names), done: false }
    }

    fn finish(&mut self, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.done = true;
        self.answer.finish(EndProof::Confirmed, out)
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
        self.answer.event(frame.data, out)
    }

    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.done {
            return Ok(());
        }
        // Where content followed a reason, the reason alone does not prove that all came.
        if self.answer.is_finished() && (end == BodyEnd::Clean || !self.answer.went_on()) {
            return self.finish(out);
        }
        self.answer.report_usage(UsageProvenance::Partial, out);
        Ok(())
    }
}
