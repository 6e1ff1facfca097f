use std::io::{self, Write};

use zeroize::Zeroizing;

/// `Wiped` is a text under way whose memory is zeroed, that which it grew out of too.
#[derive(Default)]
pub(in crate::auth::store) struct Wiped(Zeroizing<Vec<u8>>);

impl Wiped {
    /// What was written.
    pub(in crate::auth::store) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.0.len().saturating_add(bytes.len());
        if length > self.0.capacity() {
            // A vector that grows by itself leaves what it held in memory that is free.
            let mut larger = Zeroizing::new(Vec::with_capacity(length.max(1024).saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
