//! Any bytes as a whole body, in any pieces: nothing panics, and the pieces make no difference.

#![no_main]

#[path = "cut.rs"]
mod cut;

use cut::Cut;
use libfuzzer_sys::fuzz_target;
use steer_core::Delivery;
use steer_core::bytes::Bytes;
use steer_testkit::conformance::Subject;

thread_local! {
    static SUBJECT: Subject = Subject::new(steer_ollama::REGISTRATION, "ollama/any").expect("it builds");
}

fuzz_target!(|cut: Cut<'_>| {
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
    // Servers answer a request for a stream with one body, too.
    let delivery = if cut.limited { Delivery::Stream } else { Delivery::Whole };
    SUBJECT.with(|subject| {
        let one = subject.decode(delivery, [Bytes::copy_from_slice(cut.bytes)]);
        if let Err(difference) = subject.decode(delivery, pieces).same_as(&one) {
            panic!("{difference}");
        }
        // Lines are a stream, which may end before it breaks off.
        if !cut.clean && !cut.limited && cut.bytes.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) {
            let broken = subject.decode_broken(delivery, [Bytes::copy_from_slice(cut.bytes)]);
            assert!(broken.result.is_err(), "a body that breaks off is never whole");
        }
    });
});
