//! A way to cut bytes into pieces, and the same cut for every target.

use arbitrary::Arbitrary;

/// Some bytes and the sizes of the pieces they come in.
#[derive(Arbitrary, Debug)]
pub struct Cut<'a> {
    sizes: Vec<u8>,
    pub limited: bool,
    pub clean: bool,
    pub bytes: &'a [u8],
}

impl<'a> Cut<'a> {
    /// The bytes in pieces, some of them empty; the last takes what is left.
    pub fn pieces(&self) -> Vec<&'a [u8]> {
        let (mut rest, mut pieces) = (self.bytes, Vec::new());
        for size in &self.sizes {
            let (piece, tail) = rest.split_at(usize::from(*size % 32).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }
}
