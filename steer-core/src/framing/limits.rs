use super::Framing;
use crate::error::ErrorKind;
use crate::sse::{SseLimits, SseParseError};

/// `FramingLimits` bounds what one body may make the framer hold or give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FramingLimits {
    /// For event streams; [`SseLimits::line`] holds for JSON lines too.
    pub sse: SseLimits,
    /// The longest body that is framed whole, in bytes. 32 MiB.
    pub whole: usize,
    /// The most frames in one body. 10 million.
    pub frames: u64,
}

impl FramingLimits {
    /// Sets the limits of event streams and of JSON lines.
    pub fn sse(mut self, limits: SseLimits) -> Self {
        self.sse = limits;
        self
    }

    /// Sets the longest body that is framed whole, in bytes.
    pub fn whole(mut self, bytes: usize) -> Self {
        self.whole = bytes;
        self
    }

    /// Sets the most frames in one body.
    pub fn frames(mut self, frames: u64) -> Self {
        self.frames = frames;
        self
    }

    /// The longest frame, in bytes.
    pub(super) fn longest(&self, framing: Framing) -> usize {
        match framing {
            Framing::Sse => self.sse.event,
            Framing::JsonLines => self.sse.line,
            Framing::Whole => self.whole,
        }
    }
}

impl Default for FramingLimits {
    fn default() -> Self {
        Self { sse: SseLimits::default(), whole: 32 << 20, frames: 10_000_000 }
    }
}

/// `FramingError` says why bytes cannot be cut into frames. Its text has nothing of the bytes in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FramingError {
    /// The event stream reached one of its limits.
    #[error(transparent)]
    Sse(#[from] SseParseError),
    /// A line of JSON, a whole body, or a frame with its UTF-8 repaired is too long.
    #[error(
        "the answer has a frame of more than {limit} bytes; raise the limit if the server is to be trusted"
    )]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body has more frames than [`FramingLimits::frames`].
    #[error("the answer has more than {limit} frames; raise the limit if the server is to be trusted")]
    TooManyFrames {
        /// The limit, in frames.
        limit: u64,
    },
    /// The body is gzip, though its headers did not say so.
    #[error(
        "the answer is gzip, which its headers do not say; look for a proxy that compresses or drops `Content-Encoding`"
    )]
    Compressed,
}

impl FramingError {
    /// What kind of failure it is: a limit, or an answer that cannot be read.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Sse(_) | Self::TooLong { .. } | Self::TooManyFrames { .. } => ErrorKind::LimitExceeded,
            Self::Compressed => ErrorKind::ResponseParsing,
        }
    }
}
