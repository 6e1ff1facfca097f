//! Any body in any pieces: the framer gives the same frames, and says the same at the end.

#![no_main]

#[path = "cut.rs"]
mod cut;
#[path = "../../steer-core/tests/framing_support/mod.rs"]
mod framing_support;

use cut::Cut;
use framing_support::frames;
use libfuzzer_sys::fuzz_target;
use steer_core::framing::{Framing, FramingLimits};
use steer_core::sse::SseLimits;

fuzz_target!(|cut: Cut<'_>| {
    let tight = SseLimits::default().event(20).line(32).label(24).lines_per_event(3);
    let limits = FramingLimits::default();
    let limits = if cut.limited { limits.sse(tight).whole(40).frames(4) } else { limits };
    for framing in [Framing::Sse, Framing::JsonLines, Framing::Whole] {
        let whole = frames(framing, limits, &[cut.bytes], cut.clean);
        assert_eq!(frames(framing, limits, &cut.pieces(), cut.clean), whole);
        assert!(whole.frames.iter().all(|(_, data, _)| !data.trim_ascii().is_empty()));
        assert!(cut.clean || whole.frames.iter().all(|(_, _, unterminated)| !unterminated));
    }
});
