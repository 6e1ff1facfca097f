use serde_json::value::RawValue;
use steer_core::{ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, StreamError};

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
            self.answer.event(frame.data, out)?;
            if !self.answer.has_answer() {
                return Err(no_answer());
            }
            return self.answer.finish(EndProof::Confirmed, out);
        }
        let responses: Vec<&RawValue> =
            serde_json::from_str(frame.data).map_err(|error| broken("response", &error))?;
        for response in &responses {
            self.answer.event(response.get(), out)?;
        }
        match (self.answer.is_finished(), responses.is_empty()) {
            (true, _) => self.answer.finish(EndProof::Confirmed, out),
            (false, true) => Err(no_answer()),
            // A list that is cut off is no answer; the driver says so.
            (false, false) => Ok(()),
        }
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

fn no_answer() -> StreamError {
    let message = "the server answered with JSON that holds no candidate; is the base URL right?";
    ApiError::new(ErrorKind::NoChoices, message).into()
}
