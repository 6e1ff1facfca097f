use serde_json::value::RawValue;
use steer_core::json::List;
use steer_core::{ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, RawJson, StreamError};

use super::answer::Answer;
use super::broken;
use crate::names::Names;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each part in one delta.
///
/// A stream that was asked for without `alt=sse`, and an error in answer to one, come as one list.
#[derive(Debug)]
pub(crate) struct WholeDecoder {
    answer: Answer,
}

impl WholeDecoder {
    pub(crate) fn new(names: Names) -> Self {
        Self { answer: Answer::new(names) }
    }
}

impl Decoder for WholeDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if !frame.data.trim_start().starts_with('[') {
            let usage = self.answer.event(frame.data, out)?;
            if !self.answer.has_answer() {
                return Err(no_answer());
            }
            return self.finish(usage, out);
        }
        let responses: List<'_> =
            serde_json::from_str(frame.data).map_err(|error| broken("response", &error))?;
        let mut usage = None;
        for response in responses.iter() {
            usage = self.answer.event(response.get(), out)?.or(usage);
        }
        match (self.answer.is_finished(), responses.is_empty()) {
            (true, _) => self.finish(usage, out),
            (false, true) => Err(no_answer()),
            // A list that is cut off is no answer; the driver says so.
            (false, false) => Ok(()),
        }
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

impl WholeDecoder {
    fn finish(&mut self, usage: Option<&RawValue>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let counters = usage.map(|raw| RawJson::from_raw(raw.to_owned()));
        self.answer.finish(counters, EndProof::Confirmed, out)
    }
}

fn no_answer() -> StreamError {
    let message = "the server answered with JSON that holds no candidate; is the base URL right?";
    ApiError::new(ErrorKind::NoChoices, message).into()
}
