use steer_core::{BodyEnd, ChunkSink, Decoder, Frame, StreamError};

use super::answer::Answer;

/// `LineDecoder` reads the lines of a stream. Without a line that says that it is done, an answer is cut off.
#[derive(Debug)]
pub(crate) struct LineDecoder {
    answer: Answer,
}

impl LineDecoder {
    /// `window` is how many tokens the model takes, where that is known.
    pub(crate) fn new(window: Option<u64>) -> Self {
        Self { answer: Answer::new(window) }
    }
}

impl Decoder for LineDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.answer.line(frame.data, out)
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}
