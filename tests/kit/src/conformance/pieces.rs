use steer_core::bytes::Bytes;

/// How far apart the cuts of one reading are, in bytes: as long as a usual event, so that few events are cut twice.
const STRIDE: usize = 256;

/// A body cut at every place once, the ends included: a short one into two pieces, and a longer one at several places in
/// each reading, since cutting it at each place alone would take as many readings as it has bytes.
pub fn every_cut(body: &Bytes) -> impl Iterator<Item = Vec<Bytes>> {
    (0..STRIDE.min(body.len().saturating_add(1))).map(|first| {
        let (mut rest, mut size, mut pieces) = (body.clone(), first, Vec::new());
        while size <= rest.len() {
            pieces.push(rest.split_to(size));
            size = STRIDE;
        }
        pieces.push(rest);
        pieces
    })
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Bytes, every_cut};

    #[test]
    fn every_place_of_a_body_is_cut_and_no_byte_is_lost() {
        for length in [0, 1, 255, 256, 257, 1000] {
            let body = Bytes::from((0..length).map(|at| (at % 251) as u8).collect::<Vec<_>>());
            let mut cuts = BTreeSet::new();
            for pieces in every_cut(&body) {
                assert_eq!(pieces.concat(), body);
                let mut at = 0;
                for piece in &pieces {
                    at += piece.len();
                    cuts.insert(at);
                }
            }
            assert_eq!(cuts.into_iter().collect::<Vec<_>>(), (0..=length).collect::<Vec<_>>());
        }
    }
}
