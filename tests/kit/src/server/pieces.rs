use bytes::{BufMut, Bytes, BytesMut};

use super::step::Step;

/// Renders pieces as a chunked body with its end, one chunk for each piece, for [`Reply::prerendered`].
///
/// Empty pieces are left out, because an empty chunk is the end of a body.
///
/// [`Reply::prerendered`]: super::Reply::prerendered
pub fn prerender<P: Into<Bytes>>(pieces: impl IntoIterator<Item = P>) -> Bytes {
    let mut rendered = BytesMut::new();
    for piece in pieces {
        let piece = piece.into();
        if !piece.is_empty() {
            rendered.put(chunk_head(piece.len()));
            rendered.put(piece);
            rendered.put_slice(b"\r\n");
        }
    }
    rendered.put_slice(b"0\r\n\r\n");
    rendered.freeze()
}

/// The line that announces a chunk of this many bytes.
pub(super) fn chunk_head(length: usize) -> Bytes {
    Bytes::from(format!("{length:x}\r\n"))
}

/// Joins neighbouring `Bytes` steps and cuts each run anew; all other steps stay where they are.
pub(super) fn recut(steps: Vec<Step>, cut: impl Fn(Bytes) -> Vec<Bytes>) -> Vec<Step> {
    let mut result = Vec::new();
    let mut run = BytesMut::new();
    for step in steps {
        if let Step::Bytes(bytes) = step {
            run.put(bytes);
        } else {
            result.extend(cut(run.split().freeze()).into_iter().map(Step::Bytes));
            result.push(step);
        }
    }
    result.extend(cut(run.freeze()).into_iter().map(Step::Bytes));
    result
}

/// Turns over the bits of `mask` in the byte at a place of all `Bytes` steps together.
pub(super) fn corrupted(steps: Vec<Step>, at: u64, mask: u8) -> Vec<Step> {
    let mut left = usize::try_from(at).ok();
    let corrupt = |step| {
        let (Step::Bytes(bytes), Some(place)) = (&step, left) else { return step };
        left = place.checked_sub(bytes.len());
        if place >= bytes.len() {
            return step;
        }
        let mut wrong = bytes.to_vec();
        if let Some(byte) = wrong.get_mut(place) {
            *byte ^= mask;
        }
        Step::Bytes(wrong.into())
    };
    steps.into_iter().map(corrupt).collect()
}

/// Puts the n-th `Bytes` step twice.
pub(super) fn doubled(mut steps: Vec<Step>, piece: usize) -> Vec<Step> {
    let mut pieces = steps.iter().enumerate().filter(|(_, step)| matches!(step, Step::Bytes(_)));
    let found = pieces.nth(piece).map(|(place, step)| (place, step.clone()));
    if let Some((place, step)) = found {
        steps.insert(place, step);
    }
    steps
}

/// Cuts bytes into pieces of `size` bytes, the last one with what is left. A size of 0 counts as 1.
pub(super) fn by_size(mut bytes: Bytes, size: usize) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        pieces.push(bytes.split_to(size.max(1).min(bytes.len())));
    }
    pieces
}

/// Cuts the text of an event stream after each blank line, whichever of the three line ends it uses.
pub(super) fn by_event(mut bytes: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let end = after_blank_line(&bytes).unwrap_or(bytes.len());
        pieces.push(bytes.split_to(end.min(bytes.len())));
    }
    pieces
}

fn after_blank_line(text: &[u8]) -> Option<usize> {
    let mut line_is_empty = false;
    let mut at = 0_usize;
    while let Some(byte) = text.get(at) {
        let next = at.saturating_add(1);
        let end = match byte {
            b'\r' if text.get(next) == Some(&b'\n') => next.saturating_add(1),
            b'\r' | b'\n' => next,
            _ => {
                line_is_empty = false;
                at = next;
                continue;
            }
        };
        if line_is_empty {
            return Some(end);
        }
        line_is_empty = true;
        at = end;
    }
    None
}
