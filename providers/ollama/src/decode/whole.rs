use serde_json::value::RawValue;
use steer_core::{ApiError, BodyEnd, ChunkSink, Decoder, ErrorKind, Frame, StreamError};

use super::answer::Answer;
use super::broken;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each part in one delta.
///
/// A server that streams although it was asked not to is read as well.
#[derive(Debug)]
pub(crate) struct WholeDecoder {
    answer: Answer,
}

impl WholeDecoder {
    /// `window` is how many tokens the model takes, where that is known.
    pub(crate) fn new(window: Option<u64>) -> Self {
        Self { answer: Answer::new(window) }
    }
}

impl Decoder for WholeDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let lines = serde_json::Deserializer::from_str(frame.data).into_iter::<&RawValue>();
        // What comes behind the end may still show that the body is broken.
        let lines: Vec<_> = lines.collect::<Result<_, _>>().map_err(|error| broken("response", &error))?;
        for line in lines {
            self.answer.line(line.get(), out)?;
        }
        if self.answer.has_answer() {
            return Ok(());
        }
        let message = "the server answered with JSON that holds no message; is the base URL right?";
        Err(ApiError::new(ErrorKind::NoChoices, message).into())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}
