use std::fmt;

use smallvec::SmallVec;

use super::StreamChunk;

/// `ChunkSink` takes the chunks that a decoder reads from one frame, and hands them out in order.
///
/// It is made once per stream, and has room of its own for the chunks of a usual frame, so a frame costs no allocation.
#[derive(Default)]
pub struct ChunkSink {
    /// Those before `next` are taken.
    chunks: SmallVec<[Option<StreamChunk>; USUAL]>,
    next: usize,
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
        self.chunks.push(Some(chunk));
    }

    /// Adds a chunk before all others.
    pub(crate) fn push_front(&mut self, chunk: StreamChunk) {
        match self.next.checked_sub(1) {
            Some(place) => {
                self.next = place;
                if let Some(taken) = self.chunks.get_mut(place) {
                    *taken = Some(chunk);
                }
            }
            None => self.chunks.insert(0, Some(chunk)),
        }
    }

    /// Takes the oldest chunk.
    pub fn pop(&mut self) -> Option<StreamChunk> {
        let chunk = self.chunks.get_mut(self.next)?.take();
        self.next = self.next.saturating_add(1);
        if self.next >= self.chunks.len() {
            self.chunks.clear();
            self.next = 0;
        }
        chunk
    }

    /// Whether the newest chunk says that the vendor's end was seen.
    pub fn has_end(&self) -> bool {
        matches!(self.chunks.last(), Some(Some(StreamChunk::MessageEnd { .. })))
    }

    /// The chunks, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut StreamChunk> {
        self.chunks.iter_mut().flatten()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

impl fmt::Debug for ChunkSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.chunks.iter().flatten()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ChunkSink, USUAL};
    use crate::stream::StreamChunk;

    fn number(chunk: StreamChunk) -> u32 {
        match chunk {
            StreamChunk::ContentBlockStop { index, .. } => index,
            other => panic!("{other:?}"),
        }
    }

    fn chunk(index: u32) -> StreamChunk {
        StreamChunk::ContentBlockStop { index, part: None }
    }

    #[test]
    fn chunks_come_out_in_the_order_in_which_they_went_in_however_many_there_are() {
        let mut sink = ChunkSink::new();
        let count = u32::try_from(USUAL).unwrap() * 3;
        for _ in 0..2 {
            (0..count).for_each(|index| sink.push(chunk(index)));
            let out: Vec<_> = std::iter::from_fn(|| sink.pop()).map(number).collect();
            assert_eq!(out, (0..count).collect::<Vec<_>>());
            assert!(sink.is_empty());
        }
    }

    #[test]
    fn a_chunk_goes_before_the_others_whether_some_were_taken_or_not() {
        let mut sink = ChunkSink::new();
        sink.push(chunk(2));
        sink.push_front(chunk(1));
        assert_eq!(sink.pop().map(number), Some(1));
        sink.push(chunk(3));
        sink.push_front(chunk(0));
        let out: Vec<_> = std::iter::from_fn(|| sink.pop()).map(number).collect();
        assert_eq!(out, [0, 2, 3]);
    }
}
