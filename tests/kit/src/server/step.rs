use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// `Step` is one act of the server while it sends a body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Sends bytes at once, as one HTTP chunk where the body is chunked. Empty bytes send nothing, because
    /// an empty chunk is the end of a body.
    Bytes(Bytes),
    /// Does [`Step::Bytes`] so many times, without holding the body in memory.
    Repeat(Bytes, u64),
    /// Sends bytes as they are, without chunk framing, in socket writes of at most 16 KiB.
    RawBytes(Bytes),
    /// Sends nothing for this long.
    Pause(Duration),
    /// Sends nothing more and keeps the socket open, until the client closes it or the server is dropped.
    Stall,
    /// Closes the connection in good order but without the end that the framing asks for.
    Fin,
    /// Resets the connection (RST). What the client has not yet received into its socket may be lost.
    Reset,
}

impl Step {
    /// How many body bytes the step sends, before any framing.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) | Self::RawBytes(bytes) => bytes.len() as u64,
            Self::Repeat(bytes, times) => (bytes.len() as u64).saturating_mul(*times),
            Self::Pause(_) | Self::Stall | Self::Fin | Self::Reset => 0,
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
        }
    }
}
