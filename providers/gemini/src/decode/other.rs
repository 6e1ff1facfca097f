use steer_core::response::Alternative;
use steer_core::{Accumulator, ChunkSink, CompletionResponse, EndProof, StreamChunk, StreamError};

use super::candidate::Candidate;
use super::piece::Entry;
use crate::names::Names;

/// `Other` is one of several candidates, after the first: it is handed out whole, when all is said.
#[derive(Debug)]
pub(super) struct Other {
    index: u32,
    candidate: Candidate,
    sink: ChunkSink,
    whole: Accumulator,
}

/// The candidate of this number.
pub(super) fn other(others: &mut Vec<Other>, index: u32) -> &mut Other {
    let place = match others.iter().position(|other| other.index == index) {
        Some(place) => place,
        None => {
            others.push(Other {
                index,
                candidate: Candidate::default(),
                sink: ChunkSink::new(),
                whole: Accumulator::default(),
            });
            others.len().saturating_sub(1)
        }
    };
    // The place was found or made just now.
    #[allow(clippy::indexing_slicing)]
    &mut others[place]
}

impl Other {
    pub(super) fn is_finished(&self) -> bool {
        self.candidate.is_finished()
    }

    pub(super) fn take(&mut self, entry: &mut Entry<'_>, names: &Names) -> Result<(), StreamError> {
        self.candidate.take(entry, names, &mut self.sink)?;
        self.gather()
    }

    pub(super) fn finish(mut self, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.candidate.finish(&mut self.sink);
        self.gather()?;
        let CompletionResponse { content, stop_reason, stop_reason_raw, .. } =
            self.whole.finish(EndProof::Confirmed);
        let mut answer = Alternative::default();
        answer.index = self.index;
        (answer.content, answer.stop_reason, answer.stop_reason_raw) =
            (content, stop_reason, stop_reason_raw);
        out.push(StreamChunk::Alternative(Box::new(answer)));
        Ok(())
    }

    fn gather(&mut self) -> Result<(), StreamError> {
        while let Some(chunk) = self.sink.pop() {
            self.whole.push(&chunk)?;
        }
        Ok(())
    }
}
