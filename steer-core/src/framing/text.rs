//! From bytes to text.

use std::str::from_utf8;

use super::{Frame, FramingError};
use crate::sse::SseEvent;

/// `Text` reads raw frames as UTF-8; what is none is repaired in buffers that are used again.
#[derive(Default)]
pub(super) struct Text {
    name: String,
    data: String,
    repaired: u64,
}

impl Text {
    /// The frame as text, its data at most `limit` bytes.
    #[inline]
    pub(super) fn frame<'a>(
        &'a mut self,
        raw: SseEvent<'a>,
        limit: usize,
    ) -> Result<Frame<'a>, FramingError> {
        match (from_utf8(raw.name), from_utf8(raw.data)) {
            (Ok(name), Ok(data)) => Ok(Frame::new(name, data)),
            _ => self.repaired_frame(raw, limit),
        }
    }

    /// The data of the last frame that was repaired.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.data)
    }

    pub(super) fn repaired(&self) -> u64 {
        self.repaired
    }

    #[cold]
    fn repaired_frame(&mut self, raw: SseEvent<'_>, limit: usize) -> Result<Frame<'_>, FramingError> {
        self.repaired = self.repaired.saturating_add(1);
        repair(&mut self.name, raw.name, limit)?;
        repair(&mut self.data, raw.data, limit)?;
        Ok(Frame::new(&self.name, &self.data))
    }
}

/// Whether the first bytes of a body are those of gzip, however they are cut.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum GzipMark {
    #[default]
    Start,
    Half,
    Past,
}

impl GzipMark {
    #[inline]
    pub(super) fn is_completed_by(&mut self, piece: &[u8]) -> bool {
        match (*self, piece) {
            (Self::Past, _) | (_, []) => false,
            (Self::Start, [0x1F]) => {
                *self = Self::Half;
                false
            }
            (Self::Start, [0x1F, 0x8B, ..]) | (Self::Half, [0x8B, ..]) => true,
            _ => {
                *self = Self::Past;
                false
            }
        }
    }
}

pub(super) fn is_blank(data: &[u8]) -> bool {
    data.trim_ascii_start().is_empty()
}

pub(super) fn without_bom(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)
}

/// A replacement takes up to three times the bytes it replaces, hence the limit here too.
fn repair(buffer: &mut String, bytes: &[u8], limit: usize) -> Result<(), FramingError> {
    if buffer.capacity() > KEPT {
        *buffer = String::new();
    }
    buffer.clear();
    for chunk in bytes.utf8_chunks() {
        buffer.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            buffer.push(char::REPLACEMENT_CHARACTER);
        }
        if buffer.len() > limit {
            return Err(FramingError::TooLong { limit });
        }
    }
    Ok(())
}

const KEPT: usize = 1 << 20;
