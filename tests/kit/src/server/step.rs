use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// `Step` is one act of the server while it sends a body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Sends bytes at once, as one HTTP chunk where the body is chunked, or one DATA frame where they fit. Empty bytes send nothing, because
    /// an empty chunk is the end of a body.
    Bytes(Bytes),
    /// Does [`Step::Bytes`] so many times, without holding the body in memory.
    Repeat(Bytes, u64),
    /// Sends bytes as they are, without chunk framing, in socket writes of at most 16 KiB. Over HTTP/2 they go out between
    /// two frames, so that any frame can be written by hand.
    RawBytes(Bytes),
    /// Sends nothing for this long.
    Pause(Duration),
    /// Sends nothing more and keeps the socket open, until the client closes it or the server is dropped.
    Stall,
    /// Closes the connection in good order but without the end that the framing asks for.
    Fin,
    /// Resets the connection (RST). What the client has not yet received into its socket may be lost.
    Reset,
    /// Says that the connection takes no further streams (GOAWAY), and goes on. Over HTTP/1.1, which has no word for it,
    /// as [`Step::Fin`].
    GoAway {
        /// Why.
        code: ErrorCode,
        /// Whether the stream of this reply is one of those that are still answered. Where it is not, a client may send
        /// its request again.
        covers_this: bool,
    },
    /// Ends the stream of this reply, and no other (RST_STREAM). Over HTTP/1.1, which has one stream for each connection,
    /// as [`Step::Reset`].
    ResetStream(ErrorCode),
}

/// `ErrorCode` is a reason that HTTP/2 has for ending a stream or a connection (RFC 9113, section 7). Any number will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// Nothing is wrong.
    pub const NO_ERROR: Self = Self(0x0);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(0x1);
    /// The server has a fault of its own.
    pub const INTERNAL_ERROR: Self = Self(0x2);
    /// Nothing was done about the request, which may be sent again.
    pub const REFUSED_STREAM: Self = Self(0x7);
    /// The stream is no longer needed.
    pub const CANCEL: Self = Self(0x8);
    /// The peer asks for too much.
    pub const ENHANCE_YOUR_CALM: Self = Self(0xb);
}

impl Step {
    /// How many body bytes the step sends, before any framing.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) | Self::RawBytes(bytes) => bytes.len() as u64,
            Self::Repeat(bytes, times) => (bytes.len() as u64).saturating_mul(*times),
            Self::Pause(_)
            | Self::Stall
            | Self::Fin
            | Self::Reset
            | Self::GoAway { .. }
            | Self::ResetStream(_) => 0,
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes(<{} bytes>)", bytes.len()),
            Self::Repeat(bytes, times) => write!(f, "Repeat(<{} bytes>, {times})", bytes.len()),
            Self::RawBytes(bytes) => write!(f, "RawBytes(<{} bytes>)", bytes.len()),
            Self::Pause(time) => write!(f, "Pause({time:?})"),
            Self::Stall => f.write_str("Stall"),
            Self::Fin => f.write_str("Fin"),
            Self::Reset => f.write_str("Reset"),
            Self::GoAway { code, covers_this } => write!(f, "GoAway({}, {covers_this})", code.0),
            Self::ResetStream(code) => write!(f, "ResetStream({})", code.0),
        }
    }
}
