//! What gathers bytes over piece borders where the framing is not an event stream.

use super::FramingError;
use super::text::without_bom;
use crate::sse::{grow, recycle};

/// Cuts a body at its LFs, looking at each byte once.
#[derive(Default)]
pub(super) struct Lines {
    limit: usize,
    buffer: Vec<u8>,
    /// The line given last lies in `buffer`, which is free again from the next call on.
    spent: bool,
    /// A line has been given, so that no byte order mark can follow.
    under_way: bool,
}

/// A line that is whole: lent by the piece at hand, or in the buffer.
#[derive(Clone, Copy)]
pub(super) struct Line<'i> {
    lent: Option<&'i [u8]>,
    first: bool,
}

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Consumes `input` up to and including the next LF.
    pub(super) fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Line<'i>>, FramingError> {
        if self.spent {
            self.spent = false;
            recycle(&mut self.buffer);
        }
        let end = memchr::memchr(b'\n', input).and_then(|at| input.split_at_checked(at));
        let (part, ended) = match end {
            Some((part, tail)) => {
                *input = tail.strip_prefix(b"\n").unwrap_or(tail);
                (part, true)
            }
            None => (std::mem::take(input), false),
        };
        if part.len() > self.limit.saturating_sub(self.buffer.len()) {
            return Err(FramingError::TooLong { limit: self.limit });
        }
        if ended && self.buffer.is_empty() {
            return Ok(Some(self.give(Some(part))));
        }
        grow(&mut self.buffer, part, self.limit);
        self.spent = ended;
        Ok(ended.then(|| self.give(None)))
    }

    /// The line that [`advance`](Self::advance) announced, without a CR at its end.
    pub(super) fn view<'a, 'i: 'a>(&'a self, line: Line<'i>) -> &'a [u8] {
        let bytes = line.lent.unwrap_or(&self.buffer);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if line.first { without_bom(bytes) } else { bytes }
    }

    /// The line that waits for its LF.
    pub(super) fn last(&self) -> &[u8] {
        if self.spent { &[] } else { self.view(Line { lent: None, first: !self.under_way }) }
    }

    fn give<'i>(&mut self, lent: Option<&'i [u8]>) -> Line<'i> {
        Line { lent, first: !std::mem::replace(&mut self.under_way, true) }
    }
}

/// Gathers a body until its end.
#[derive(Default)]
pub(super) struct Body {
    limit: usize,
    buffer: Vec<u8>,
}

impl Body {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn add(&mut self, piece: &[u8]) -> Result<(), FramingError> {
        if piece.len() > self.limit.saturating_sub(self.buffer.len()) {
            return Err(FramingError::TooLong { limit: self.limit });
        }
        grow(&mut self.buffer, piece, self.limit);
        Ok(())
    }

    pub(super) fn view(&self) -> &[u8] {
        without_bom(&self.buffer)
    }

    /// The body, given away.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut body = std::mem::take(&mut self.buffer);
        body.drain(..body.len().saturating_sub(without_bom(&body).len()));
        body
    }
}
