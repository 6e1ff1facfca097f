/// `Cut` is an input of every target: bytes, a switch, and the sizes of the pieces that the bytes come in.
///
/// No text holds the byte 0xff, which parts the bytes from the rest, so that a file of text is an input as it is: of one
/// piece, with nothing switched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'a> {
    pub(crate) bytes: &'a [u8],
    switch: u8,
    sizes: &'a [u8],
}

const MARK: u8 = 0xff;

impl<'a> Cut<'a> {
    pub(crate) fn of(input: &'a [u8]) -> Self {
        let (bytes, cut) = match input.iter().rposition(|byte| *byte == MARK) {
            Some(place) => (&input[..place], &input[place + 1..]),
            None => (input, &[][..]),
        };
        let (switch, sizes) = cut.split_first().map_or((0, cut), |(first, rest)| (*first, rest));
        Self { bytes, switch, sizes }
    }

    /// Whether the first way to read the bytes is switched on: tight limits, a beginning before them, and the like.
    pub(crate) fn is_limited(&self) -> bool {
        self.switch & 1 == 1
    }

    /// Whether the bytes end as they should, which they do unless it is switched.
    pub(crate) fn is_clean(&self) -> bool {
        self.switch & 2 == 0
    }

    /// One of so many ways to read the bytes.
    pub(crate) fn choice(&self, count: usize) -> usize {
        usize::from(self.switch) % count
    }

    /// The bytes as text, where they are.
    pub(crate) fn text(&self) -> Option<&'a str> {
        str::from_utf8(self.bytes).ok()
    }

    /// The bytes in pieces, some of them empty; the last takes what is left.
    pub(crate) fn pieces(&self) -> Vec<&'a [u8]> {
        let (mut rest, mut pieces) = (self.bytes, Vec::new());
        for size in self.sizes {
            let (piece, tail) = rest.split_at(usize::from(*size % 32).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }

    /// The text in pieces that end between characters.
    pub(crate) fn pieces_of(&self, text: &'a str) -> Vec<&'a str> {
        let (mut rest, mut pieces) = (text, Vec::new());
        for size in self.sizes {
            let mut end = usize::from(*size % 32).min(rest.len());
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let (piece, tail) = rest.split_at(end);
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }
}
