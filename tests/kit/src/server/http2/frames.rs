use bytes::{BufMut, Bytes, BytesMut};

use crate::server::step::ErrorCode;

/// The most bytes that a frame holds where nobody agreed on more.
pub(super) const FRAME: usize = 16 << 10;

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const PING: u8 = 0x6;
const GO_AWAY: u8 = 0x7;
/// On DATA and HEADERS the end of the stream, on PING that it is an answer.
const END_OR_ANSWER: u8 = 0x1;

/// A GOAWAY whose last stream is this one.
pub(super) fn go_away(last: u32, code: ErrorCode) -> Bytes {
    let mut frame = head(8, GO_AWAY, 0);
    frame.put_u32(last);
    frame.put_u32(code.0);
    frame.freeze()
}

/// An RST_STREAM.
pub(super) fn reset(stream: u32, code: ErrorCode) -> Bytes {
    let mut frame = head(4, RST_STREAM, stream);
    frame.put_u32(code.0);
    frame.freeze()
}

/// A DATA frame that announces `length` bytes and holds what is given.
pub(super) fn data(stream: u32, length: usize, bytes: &[u8]) -> Bytes {
    let mut frame = head(length.min(FRAME), DATA, stream);
    frame.put_slice(bytes);
    frame.freeze()
}

fn head(length: usize, kind: u8, stream: u32) -> BytesMut {
    let mut frame = BytesMut::new();
    frame.put_uint(length as u64, 3);
    frame.put_slice(&[kind, 0]);
    frame.put_u32(stream);
    frame
}

/// `Cutter` finds the borders of the frames that go by.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    head: Vec<u8>,
    /// How many bytes of the frame's payload are still to come.
    left: usize,
    skips: bool,
}

/// What went by of a stream.
pub(super) struct Passed {
    pub(super) stream: u32,
    pub(super) heads: u32,
    pub(super) data: u64,
    pub(super) is_end: bool,
}

impl Cutter {
    /// Whether a frame may begin here.
    pub(super) fn is_at_border(&self) -> bool {
        self.head.is_empty() && self.left == 0
    }

    /// Lets bytes pass, all of them or up to the end of a frame, and says how many it took. Where `deaf`, answers to pings
    /// do not pass.
    pub(super) fn pass(
        &mut self,
        bytes: &[u8],
        deaf: bool,
        out: &mut BytesMut,
        mut note: impl FnMut(Passed),
    ) -> usize {
        let missing = if self.left == 0 { 9_usize.saturating_sub(self.head.len()) } else { 0 };
        let taken = missing.min(bytes.len());
        let (head, rest) = bytes.split_at_checked(taken).unwrap_or((bytes, &[]));
        self.head.extend_from_slice(head);
        if self.left == 0 {
            let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = self.head[..] else { return taken };
            self.left = u32::from_be_bytes([0, l0, l1, l2]) as usize;
            let (is_end, stream) = (flags & END_OR_ANSWER != 0, u32::from_be_bytes([s0, s1, s2, s3]));
            self.skips = deaf && kind == PING && is_end;
            match kind {
                DATA => note(Passed { stream, heads: 0, data: self.left as u64, is_end }),
                HEADERS => note(Passed { stream, heads: 1, data: 0, is_end }),
                _ => {}
            }
            if !self.skips {
                out.put_slice(&self.head);
            }
            self.head.clear();
        }
        let payload = rest.get(..self.left.min(rest.len())).unwrap_or_default();
        if !self.skips {
            out.put_slice(payload);
        }
        self.left = self.left.saturating_sub(payload.len());
        taken.saturating_add(payload.len())
    }
}
