//! Any body in any pieces, below what any provider makes of it.

#[path = "../../../steer-core/tests/framing_support/mod.rs"]
mod framing_support;
#[path = "../../../steer-core/tests/sse_support/mod.rs"]
mod sse_support;

use framing_support::frames;
use sse_support::{Event, parse, pull, reference};
use steer_core::framing::{Framing, FramingError, FramingLimits};
use steer_core::sse::{SseLimits, SseParser};

use crate::cut::Cut;

/// The framer gives the same frames however the body is cut, and says the same at the end.
pub(crate) fn framing(input: &[u8]) {
    let cut = Cut::of(input);
    let limits = FramingLimits::default();
    let limits = if cut.is_limited() { limits.sse(tight()).whole(40).frames(4) } else { limits };
    for framing in [Framing::Sse, Framing::JsonLines, Framing::Whole] {
        let whole = frames(framing, limits, &[cut.bytes], cut.is_clean());
        assert_eq!(frames(framing, limits, &cut.pieces(), cut.is_clean()), whole);
        assert!(whole.frames.iter().all(|(_, data, _)| !data.trim_ascii().is_empty()));
        assert!(cut.is_clean() || whole.frames.iter().all(|(_, _, unterminated)| !unterminated));
    }
}

/// The parser agrees with a reference that sees the bytes whole, and its limits strike at the same place however they are
/// cut.
pub(crate) fn sse_parser(input: &[u8]) {
    let cut = Cut::of(input);
    let pieces = cut.pieces();
    if cut.is_limited() {
        assert_eq!(parse(&pieces, tight()), parse(&[cut.bytes], tight()));
        return;
    }
    let mut parser = SseParser::new(SseLimits::default());
    let mut events = Vec::new();
    pull(&mut parser, &pieces, &mut events).expect("no limit is near");
    assert!(parser.reserved() <= cut.bytes.len() * 4 + 4096);
    assert_eq!((&events, parser.retry()), (&reference(cut.bytes).0, reference(cut.bytes).1));
    if cut.is_clean() {
        // Another stream after this one starts afresh, but for the id and the reconnection time.
        parser.finish();
        let mut again = Vec::new();
        pull(&mut parser, &pieces, &mut again).expect("no limit is near");
        assert_eq!(said(&again), said(&events));
    }
}

/// What is no UTF-8 is replaced as the standard library replaces it, wherever a character is cut; what is, stays; and
/// replacements never make more of a body than its limit.
pub(crate) fn utf8(input: &[u8]) {
    let cut = Cut::of(input);
    let text = String::from_utf8_lossy(cut.bytes);
    let limit = if cut.is_limited() { 64 } else { FramingLimits::default().whole };
    let whole = frames(Framing::Whole, FramingLimits::default().whole(limit), &cut.pieces(), true);
    let expected = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match whole.failure {
        None => {
            let shown = (!expected.trim_ascii().is_empty()).then_some(expected);
            assert_eq!(whole.data(), Vec::from_iter(shown));
            let is_repaired = cut.text().is_none() && shown.is_some();
            assert_eq!(whole.replacements, u64::from(is_repaired));
        }
        Some(FramingError::Compressed) => assert!(cut.bytes.starts_with(&[0x1f, 0x8b])),
        Some(FramingError::TooLong { .. }) => assert!(cut.bytes.len() > limit || expected.len() > limit),
        Some(other) => panic!("{other}"),
    }
    // An event stream decodes before it knows of lines; no piece of a character is an end of one.
    let of_lines = frames(Framing::JsonLines, FramingLimits::default(), &cut.pieces(), true);
    for line in of_lines.data() {
        assert!(text.contains(line), "{line:?} is not in the text");
    }
}

fn tight() -> SseLimits {
    SseLimits::default().event(20).line(32).label(24).lines_per_event(3)
}

fn said(events: &[Event]) -> Vec<(&[u8], &[u8])> {
    events.iter().map(|(name, data, _)| (&name[..], &data[..])).collect()
}
