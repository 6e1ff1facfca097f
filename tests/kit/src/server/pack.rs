use bytes::{BufMut, Bytes, BytesMut};

use super::step::Step;

/// `Packing` is a way in which the bytes of a body may be packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which HTTP calls `deflate`.
    Deflate,
    /// RFC 7932.
    Brotli,
}

/// The most bytes that a stored block of any of them holds.
const BLOCK: usize = 0xffff;

impl Packing {
    /// The name in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
        }
    }

    fn begin(self, out: &mut BytesMut) {
        match self {
            Self::Gzip => out.put_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]),
            Self::Deflate => out.put_slice(&[0x78, 0x01]),
            // A window of 2^17, and an empty metablock, which fills the byte.
            Self::Brotli => out.put_slice(&[0x01, 0x03]),
        }
    }

    fn block(self, block: &[u8], out: &mut BytesMut) {
        // No block has more, see `BLOCK`.
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        match self {
            Self::Gzip | Self::Deflate => {
                out.put_u8(0);
                out.put_u16_le(length);
                out.put_u16_le(!length);
            }
            // Not the last one, four nibbles of length, the length less one, stored.
            Self::Brotli => out.put_uint_le(u64::from(length.saturating_sub(1)) << 3 | 1 << 19, 3),
        }
        out.put_slice(block);
    }

    fn end(self, sums: &Sums, out: &mut BytesMut) {
        match self {
            Self::Gzip => {
                out.put_slice(&[1, 0, 0, 0xff, 0xff]);
                out.put_u32_le(!sums.crc);
                out.put_u32_le(sums.length);
            }
            Self::Deflate => {
                out.put_slice(&[1, 0, 0, 0xff, 0xff]);
                out.put_u32(sums.adler.1 << 16 | sums.adler.0);
            }
            Self::Brotli => out.put_u8(0x03),
        }
    }
}

/// Packs the bytes of the steps, each piece in blocks of its own; the beginning goes with the first, the end behind the
/// last.
pub(super) fn packed(steps: Vec<Step>, packing: Packing) -> Vec<Step> {
    let mut out = BytesMut::new();
    packing.begin(&mut out);
    let mut sums = Sums::default();
    let mut result = Vec::with_capacity(steps.len().saturating_add(1));
    let mut last = 0;
    for step in steps {
        let Step::Bytes(bytes) = step else {
            result.push(step);
            continue;
        };
        sums.add(&bytes);
        bytes.chunks(BLOCK).for_each(|block| packing.block(block, &mut out));
        result.push(Step::Bytes(out.split().freeze()));
        last = result.len();
    }
    packing.end(&sums, &mut out);
    result.insert(last, Step::Bytes(out.freeze()));
    result
}

/// What the formats say of all bytes together.
struct Sums {
    crc: u32,
    adler: (u32, u32),
    length: u32,
}

impl Default for Sums {
    fn default() -> Self {
        Self { crc: u32::MAX, adler: (1, 0), length: 0 }
    }
}

impl Sums {
    fn add(&mut self, bytes: &Bytes) {
        for byte in bytes {
            let byte = u32::from(*byte);
            self.length = self.length.wrapping_add(1);
            self.adler.0 = self.adler.0.wrapping_add(byte) % 65521;
            self.adler.1 = self.adler.1.wrapping_add(self.adler.0) % 65521;
            self.crc ^= byte;
            for _ in 0..8 {
                let carry = if self.crc & 1 == 1 { 0xedb8_8320 } else { 0 };
                self.crc = self.crc >> 1 ^ carry;
            }
        }
    }
}
