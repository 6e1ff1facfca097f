//! Any bytes in any pieces: the framer gives the same frames.

mod framing_support;
mod sse_support;

use framing_support::frames;
use proptest::prelude::*;
use sse_support::{cut_by, reference};
use steer_core::framing::{Framing, FramingLimits};
use steer_core::sse::SseLimits;

fn body() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => prop::sample::select(vec![
            &b"data:"[..], b"data: ", b"event: e", b": ", b"\n", b"\n\n", b"\r", b"\r\n", b"\xEF\xBB\xBF", b"[DONE]",
            b"{\"a\":1}", b"{", b"}", b" ", b"\xE2\x80\xA6", b"\xE2\x80", b"\xFF", b"\x1F", b"\x1F\x8B", b"1",
        ])
        .prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(token, 0..30).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_are_the_same_in_any_pieces(
        bytes in body(),
        sizes in prop::collection::vec(0usize..9, 1..8),
        framing in prop::sample::select(vec![Framing::Sse, Framing::JsonLines, Framing::Whole]),
        clean in any::<bool>(),
        small in any::<bool>(),
    ) {
        let limits = FramingLimits::default();
        let tight = limits.sse(SseLimits::default().event(12).line(20)).whole(40).frames(4);
        let limits = if small { tight } else { limits };
        let pieces = cut_by(&bytes, &sizes);
        prop_assert_eq!(frames(framing, limits, &pieces, clean), frames(framing, limits, &[&bytes], clean));
    }

    #[test]
    fn frames_are_the_events_that_say_something_as_text(
        bytes in body(),
        sizes in prop::collection::vec(0usize..9, 1..8),
    ) {
        // A line that is nothing but `[DONE]` is the one thing the reference does not know.
        let text = String::from_utf8_lossy(&bytes).replace('\r', "\n");
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        prop_assume!(!text.split('\n').any(|line| line == "[DONE]") && !bytes.starts_with(b"\x1F\x8B"));
        let says_something = |data: &String| !data.trim_ascii().is_empty() && !data.trim_ascii_start().starts_with(':');
        let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let expected: Vec<_> = reference(&bytes)
            .0
            .into_iter()
            .map(|(name, data, _)| (lossy(name), lossy(data), false))
            .filter(|(_, data, _)| says_something(data))
            .collect();
        let outcome = frames(Framing::Sse, FramingLimits::default(), &cut_by(&bytes, &sizes), false);
        prop_assert_eq!(outcome.frames, expected);
    }
}
