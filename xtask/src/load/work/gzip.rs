//! A gzip bomb, written without a compressor.

/// How many bytes the bomb unpacks to.
pub(super) const UNPACKED: usize = 1 << 30;

/// The longest match that the format has.
const MATCH: usize = 258;

/// Zeros without end, packed: the fixed code's symbol for the longest match, at the distance of one byte, again and again.
/// The end and its check are missing, which nobody gets to who stops at a limit.
pub(super) fn bomb() -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], waiting: 0, count: 0 };
    // The last block, with the fixed code.
    bits.put(0b011, 3);
    // The byte 0 is the code 0011_0000, which like every code is written from its highest bit.
    bits.put(0b0000_1100, 8);
    for _ in 0..UNPACKED / MATCH {
        // The symbol 285 is the code 1100_0101; five bits of zeros are the distance.
        bits.put(0b1010_0011, 8);
        bits.put(0, 5);
    }
    bits.bytes
}

struct Bits {
    bytes: Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, bits: u32, count: u32) {
        self.waiting |= bits << self.count;
        self.count = self.count.saturating_add(count);
        while self.count >= 8 {
            self.bytes.push((self.waiting & 0xff) as u8);
            self.waiting >>= 8;
            self.count = self.count.saturating_sub(8);
        }
    }
}
