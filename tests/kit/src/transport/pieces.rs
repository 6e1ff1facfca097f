use steer_core::bytes::Bytes;

/// Cuts bytes into pieces of the sizes that the function gives; 0 counts as 1, and the last piece has what is left.
pub(super) fn by_size(mut bytes: Bytes, mut size: impl FnMut() -> usize) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        pieces.push(bytes.split_to(size().clamp(1, bytes.len())));
    }
    pieces
}

/// Cuts the text of an event stream after each blank line, whichever of the three line ends it uses.
pub(super) fn by_event(mut bytes: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let end = after_blank_line(&bytes).unwrap_or(bytes.len());
        pieces.push(bytes.split_to(end));
    }
    pieces
}

fn after_blank_line(text: &[u8]) -> Option<usize> {
    // Two line ends side by side; CR and LF in this order are one.
    let at = text.windows(2).position(|pair| matches!(pair, b"\n\n" | b"\r\r" | b"\n\r"))?;
    let rest = text.get(at..)?;
    let length: usize = if rest.starts_with(b"\n\r\n") { 3 } else { 2 };
    at.checked_add(length)
}

/// `Sizes` gives piece sizes from 1 to 64 that look random and follow from a seed (SplitMix64).
pub(super) struct Sizes(u64);

impl Sizes {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed & 63).unwrap_or_default().saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_cut_behind_their_blank_line_whatever_ends_lines() {
        for (text, pieces) in [
            ("data: 1\n\ndata: 2\n\n", vec!["data: 1\n\n", "data: 2\n\n"]),
            ("data: 1\r\n\r\ndata: 2\r\n\r\n", vec!["data: 1\r\n\r\n", "data: 2\r\n\r\n"]),
            ("data: 1\r\rdata: 2\r\r", vec!["data: 1\r\r", "data: 2\r\r"]),
            ("data: 1\n\r\nx\n\ny", vec!["data: 1\n\r\n", "x\n\n", "y"]),
        ] {
            assert_eq!(by_event(Bytes::from_static(text.as_bytes())), pieces);
        }
    }

    #[test]
    fn random_sizes_reach_both_ends_and_follow_from_the_seed() {
        let sizes = |seed| {
            let mut sizes = Sizes::new(seed);
            std::iter::repeat_with(move || sizes.next()).take(10_000).collect::<Vec<_>>()
        };
        assert_eq!(sizes(7), sizes(7));
        assert_ne!(sizes(7), sizes(8));
        assert_eq!((sizes(7).iter().min(), sizes(7).iter().max()), (Some(&1), Some(&64)));
    }
}
