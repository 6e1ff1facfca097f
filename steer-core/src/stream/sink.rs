use std::collections::VecDeque;

use super::StreamChunk;

/// `ChunkSink` takes the chunks that a decoder reads from one frame, and hands them out in order.
///
/// It is made once per stream and keeps its room, so a frame costs no allocation of its own.
#[derive(Debug, Default)]
pub struct ChunkSink {
    chunks: VecDeque<StreamChunk>,
}

/// As many chunks as a frame mostly gives, and a whole body of one text.
const USUAL: usize = 12;

impl ChunkSink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a chunk.
    pub fn push(&mut self, chunk: StreamChunk) {
        if self.chunks.capacity() == 0 {
            self.chunks.reserve_exact(USUAL);
        }
        self.chunks.push_back(chunk);
    }

    /// Adds a chunk before all others.
    pub(crate) fn push_front(&mut self, chunk: StreamChunk) {
        self.chunks.push_front(chunk);
    }

    /// Takes the oldest chunk.
    pub fn pop(&mut self) -> Option<StreamChunk> {
        self.chunks.pop_front()
    }

    /// Whether the newest chunk says that the vendor's end was seen.
    pub fn has_end(&self) -> bool {
        matches!(self.chunks.back(), Some(StreamChunk::MessageEnd { .. }))
    }

    /// The chunks, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut StreamChunk> {
        self.chunks.iter_mut()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}
