//! What the event-stream tests share: ways to cut bytes, a run of the parser, and a second parser so
//! simple that it can be believed.

// Each test program uses some of it.
#![allow(dead_code, clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

use steer_core::sse::{SseLimits, SseParseError, SseParser};

/// An event as owned bytes: name, data, id.
pub(crate) type Event = (Vec<u8>, Vec<u8>, Vec<u8>);

pub(crate) fn pull(
    parser: &mut SseParser,
    pieces: &[&[u8]],
    events: &mut Vec<Event>,
) -> Result<(), SseParseError> {
    for piece in pieces {
        let mut rest = *piece;
        while let Some(event) = parser.next(&mut rest)? {
            events.push((event.name.to_vec(), event.data.to_vec(), event.id.to_vec()));
        }
        assert!(rest.is_empty(), "`None` promises that the piece is consumed");
    }
    Ok(())
}

pub(crate) fn parse(pieces: &[&[u8]], limits: SseLimits) -> (Vec<Event>, Option<SseParseError>) {
    let mut parser = SseParser::new(limits);
    let mut events = Vec::new();
    let failure = pull(&mut parser, pieces, &mut events).err();
    (events, failure)
}

/// The bytes whole, in every two pieces, byte by byte, and byte by byte with empty pieces between.
pub(crate) fn cuts(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut plans = vec![vec![bytes], bytes.chunks(1).collect()];
    plans.push(bytes.chunks(1).flat_map(|byte| [&[][..], byte, &[]]).collect());
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        plans.push(vec![head, tail]);
        plans.push(vec![&[], head, &[], tail, &[]]);
    }
    plans
}

/// Cuts the bytes into pieces of the given sizes, over and over; a size may be 0.
pub(crate) fn cut_by<'a>(bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let (mut rest, mut pieces) = (bytes, Vec::new());
    let endless = sizes.iter().copied().cycle().take(bytes.len() * 8 + 8);
    for size in endless {
        let (piece, tail) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}

/// All events of a whole stream, and the reconnection time, by the letter of the standard.
pub(crate) fn reference(bytes: &[u8]) -> (Vec<Event>, Option<u64>) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (mut events, mut retry) = (Vec::new(), None);
    let (mut data, mut name, mut id) = (Vec::new(), Vec::new(), Vec::new());
    for line in terminated_lines(bytes) {
        if line.is_empty() {
            if data.pop().is_some() {
                events.push((std::mem::take(&mut name), std::mem::take(&mut data), id.clone()));
            }
            name.clear();
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line[colon..].strip_prefix(b":").unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => {
                data.extend_from_slice(value);
                data.push(b'\n');
            }
            b"event" => name = value.to_vec(),
            b"id" if !value.contains(&0) => id = value.to_vec(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let text = String::from_utf8(value.to_vec()).unwrap();
                retry = Some(text.parse().unwrap_or(u64::MAX));
            }
            _ => {}
        }
    }
    (events, retry)
}

fn terminated_lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut lines, mut line, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\r' | b'\n' => {
                lines.push(std::mem::take(&mut line));
                if bytes[at..].starts_with(b"\r\n") {
                    at += 1;
                }
            }
            byte => line.push(byte),
        }
        at += 1;
    }
    lines
}
