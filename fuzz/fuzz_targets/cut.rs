//! A way to cut bytes into pieces, and the same cut for every target.

use arbitrary::{Arbitrary, Unstructured};

/// Some bytes and the sizes of the pieces they come in.
#[derive(Debug)]
pub struct Cut<'a> {
    sizes: &'a [u8],
    pub limited: bool,
    pub clean: bool,
    pub bytes: &'a [u8],
}

/// What parts the bytes from how they come: a switch, and then sizes. No text holds it, so that a fixture is an input as
/// it is, of one piece and with a clean end.
const MARK: u8 = 0xff;

impl<'a> Arbitrary<'a> for Cut<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let all = u.bytes(u.len())?;
        let (bytes, cut) = match all.iter().rposition(|byte| *byte == MARK) {
            Some(place) => (&all[..place], &all[place + 1..]),
            None => (all, &[][..]),
        };
        let (switch, sizes) = cut.split_first().map_or((0, cut), |(first, rest)| (*first, rest));
        Ok(Self { sizes, limited: switch & 1 == 1, clean: switch & 2 == 0, bytes })
    }
}

impl<'a> Cut<'a> {
    /// The bytes in pieces, some of them empty; the last takes what is left.
    pub fn pieces(&self) -> Vec<&'a [u8]> {
        let (mut rest, mut pieces) = (self.bytes, Vec::new());
        for size in self.sizes {
            let (piece, tail) = rest.split_at(usize::from(*size % 32).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }
}
