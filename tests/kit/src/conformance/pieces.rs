use steer_core::bytes::Bytes;

/// A body cut into two pieces at every place, the ends included.
pub fn every_two_piece_split(body: &Bytes) -> impl Iterator<Item = [Bytes; 2]> {
    (0..=body.len()).map(|at| [body.slice(..at), body.slice(at..)])
}

/// A body in pieces of one byte.
pub fn byte_by_byte(body: &Bytes) -> Vec<Bytes> {
    body.chunks(1).map(|byte| body.slice_ref(byte)).collect()
}

/// A body in pieces of 0 to 31 bytes that look random and follow from a seed.
pub fn random_pieces(body: &Bytes, seed: u64) -> Vec<Bytes> {
    let (mut rest, mut pieces, mut state) = (body.clone(), Vec::new(), seed);
    while !rest.is_empty() {
        // SplitMix64: short, and good enough to look random.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let size = usize::try_from((mixed >> 27) & 31).unwrap_or_default();
        pieces.push(rest.split_to(size.min(rest.len())));
    }
    pieces
}

/// The text of an event stream cut behind each empty line; lines end with LF.
pub fn events(body: &Bytes) -> Vec<Bytes> {
    let (mut rest, mut events) = (body.clone(), Vec::new());
    while !rest.is_empty() {
        let end =
            rest.windows(2).position(|pair| pair == b"\n\n").map_or(rest.len(), |at| at.saturating_add(2));
        events.push(rest.split_to(end));
    }
    events
}
