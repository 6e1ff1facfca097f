//! Any bytes in any pieces: the parser agrees with a reference that sees them whole.

mod sse_support;

use proptest::prelude::*;
use sse_support::{cut_by, parse, pull, reference};
use steer_core::sse::{SseLimits, SseParser};

/// Bytes that look like an event stream often enough to reach every branch.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => prop::sample::select(vec![
            &b"data:"[..], b"data: ", b"data", b"event: ", b"event", b"id:", b"id: ", b"retry: 12", b":", b" ",
            b"\n", b"\n", b"\n\n", b"\r", b"\r\n", b"\r\n\r\n", b"\xEF\xBB\xBF", b"\xEF\xBB", b"\0", b"x", b"[DONE]",
            b"{\"a\":1}", b"\xE2\x80\xA6",
        ])
        .prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_are_those_of_the_reference_in_any_pieces(
        bytes in stream(),
        sizes in prop::collection::vec(0usize..9, 1..8),
    ) {
        let mut parser = SseParser::new(SseLimits::default());
        let mut events = Vec::new();
        pull(&mut parser, &cut_by(&bytes, &sizes), &mut events).unwrap();
        let (expected, retry) = reference(&bytes);
        prop_assert_eq!(events, expected);
        prop_assert_eq!(parser.retry(), retry);
    }

    #[test]
    fn limits_strike_at_the_same_place_in_any_pieces(
        bytes in stream(),
        sizes in prop::collection::vec(0usize..9, 1..8),
        event in 0usize..24,
        line in 0usize..40,
        lines in 0usize..5,
    ) {
        let limits = SseLimits::default().event(event).line(line).label(line / 2).lines_per_event(lines);
        prop_assert_eq!(parse(&cut_by(&bytes, &sizes), limits), parse(&[&bytes], limits));
    }

    #[test]
    fn what_waits_at_the_end_is_the_same_in_any_pieces(
        bytes in stream(),
        sizes in prop::collection::vec(0usize..9, 1..8),
    ) {
        let waiting = |pieces: &[&[u8]]| {
            let mut parser = SseParser::new(SseLimits::default());
            pull(&mut parser, pieces, &mut Vec::new()).unwrap();
            parser.pending().map(|event| (event.name.to_vec(), event.data.to_vec()))
        };
        prop_assert_eq!(waiting(&cut_by(&bytes, &sizes)), waiting(&[&bytes]));
    }
}
