//! Any bytes in any pieces: the parser agrees with a reference that sees them whole, and its limits
//! strike at the same place however the bytes are cut.

#![no_main]

#[path = "cut.rs"]
mod cut;
#[path = "../../steer-core/tests/sse_support/mod.rs"]
mod sse_support;

use cut::Cut;
use libfuzzer_sys::fuzz_target;
use sse_support::{parse, pull, reference};
use steer_core::sse::{SseLimits, SseParser};

fuzz_target!(|cut: Cut<'_>| {
    let pieces = cut.pieces();
    if cut.limited {
        let limits = SseLimits::default().event(20).line(32).label(24).lines_per_event(3);
        assert_eq!(parse(&pieces, limits), parse(&[cut.bytes], limits));
        return;
    }
    let mut parser = SseParser::new(SseLimits::default());
    let mut events = Vec::new();
    pull(&mut parser, &pieces, &mut events).expect("no limit is near");
    assert!(parser.reserved() <= cut.bytes.len() * 4 + 4096);
    assert_eq!((&events, parser.retry()), (&reference(cut.bytes).0, reference(cut.bytes).1));
    if cut.clean {
        // Another stream after this one starts afresh, but for the id and the reconnection time.
        parser.finish();
        let mut again = Vec::new();
        pull(&mut parser, &pieces, &mut again).expect("no limit is near");
        let said = |events: &[sse_support::Event]| -> Vec<_> {
            events.iter().map(|(name, data, _)| (name.clone(), data.clone())).collect()
        };
        assert_eq!(said(&again), said(&events));
    }
});
