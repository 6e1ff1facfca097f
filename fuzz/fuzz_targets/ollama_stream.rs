//! Any bytes as a stream, in any pieces: nothing panics, one item ends the stream, and the pieces make no difference.

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

/// Half of the inputs begin here, so that what follows is read inside an answer.
const START: &[u8] =
    b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\n\
    {\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"b\"},\"done\":false}\n";

fuzz_target!(|cut: Cut<'_>| {
    let start = Bytes::from_static(if cut.limited { START } else { b"" });
    let body = Bytes::copy_from_slice(cut.bytes);
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
    SUBJECT.with(|subject| {
        let (one, many) = if cut.clean {
            let one = subject.decode(Delivery::Stream, [start.clone(), body]);
            (one, subject.decode(Delivery::Stream, [start].into_iter().chain(pieces)))
        } else {
            let one = subject.decode_broken(Delivery::Stream, [start.clone(), body]);
            (one, subject.decode_broken(Delivery::Stream, [start].into_iter().chain(pieces)))
        };
        if let Err(difference) = many.same_as(&one) {
            panic!("{difference}");
        }
    });
});
