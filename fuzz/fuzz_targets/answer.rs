//! What holds for the bytes of every answer, whoever sends it.

#[path = "cut.rs"]
mod cut;

pub use cut::Cut;
use steer_core::Delivery;
use steer_core::bytes::Bytes;
use steer_testkit::conformance::Subject;

/// Any bytes as a stream, in any pieces: nothing panics, one item ends the stream, and the pieces make no difference.
/// Half of the inputs begin with `start`, so that what follows is read inside an answer.
#[allow(dead_code, reason = "each target reads one way")]
pub fn stream(subject: &Subject, start: &'static [u8], cut: &Cut<'_>) {
    let start = Bytes::from_static(if cut.limited { start } else { b"" });
    let body = Bytes::copy_from_slice(cut.bytes);
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
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
}

/// Any bytes as a whole body, in any pieces: nothing panics, and the pieces make no difference. A stream of lines begins as
/// one body does, and may end before it breaks off.
#[allow(dead_code, reason = "each target reads one way")]
pub fn whole(subject: &Subject, streams_are_lines: bool, cut: &Cut<'_>) {
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
    // Servers answer a request for a stream with one body, too.
    let delivery = if cut.limited { Delivery::Stream } else { Delivery::Whole };
    let one = subject.decode(delivery, [Bytes::copy_from_slice(cut.bytes)]);
    if let Err(difference) = subject.decode(delivery, pieces).same_as(&one) {
        panic!("{difference}");
    }
    let may_end = streams_are_lines && cut.limited;
    if !cut.clean && !may_end && cut.bytes.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) {
        let broken = subject.decode_broken(delivery, [Bytes::copy_from_slice(cut.bytes)]);
        assert!(broken.result.is_err(), "a body that breaks off is never whole");
    }
}
