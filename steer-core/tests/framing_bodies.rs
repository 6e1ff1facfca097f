//! Bodies that are no event streams, the choice of the framing, and the framer's limits.

mod framing_support;
mod sse_support;

use framing_support::{Outcome, frames};
use sse_support::cuts;
use steer_core::error::ErrorKind;
use steer_core::framing::{Framer, Framing, FramingError, FramingLimits};
use steer_core::sse::{SseLimits, SseParseError};

#[track_caller]
fn limited(framing: Framing, limits: FramingLimits, bytes: &[u8]) -> Outcome {
    let whole = frames(framing, limits, &[bytes], true);
    for pieces in cuts(bytes) {
        assert_eq!(frames(framing, limits, &pieces, true), whole, "{} pieces", pieces.len());
    }
    whole
}

#[track_caller]
fn expect(framing: Framing, bytes: &[u8], expected: &[&str]) {
    let outcome = limited(framing, FramingLimits::default(), bytes);
    assert_eq!(outcome.data(), expected);
    assert!(outcome.frames.iter().all(|(name, _, unterminated)| name.is_empty() && !unterminated));
    assert_eq!((outcome.failure, outcome.skipped), (None, 0));
}

#[test]
fn json_lines_end_in_lf_or_crlf() {
    expect(Framing::JsonLines, b"{\"a\":1}\n{\"b\":2}\r\n\"c\"\n", &["{\"a\":1}", "{\"b\":2}", "\"c\""]);
}

#[test]
fn blank_json_lines_give_nothing() {
    expect(Framing::JsonLines, b"\n\r\n  \t\n{}\n\n\n[]\n\r\n", &["{}", "[]"]);
}

#[test]
fn a_last_json_line_without_its_end_is_taken_if_it_is_whole() {
    expect(Framing::JsonLines, b"{}\n{\"done\":true}", &["{}", "{\"done\":true}"]);
    expect(Framing::JsonLines, b"{}", &["{}"]);
    expect(Framing::JsonLines, b"{}\n{\"done\":tr", &["{}"]);
    expect(Framing::JsonLines, b"{}\n12", &["{}"]);
    expect(Framing::JsonLines, b"{}\n", &["{}"]);
}

#[test]
fn json_lines_may_start_with_one_byte_order_mark() {
    expect(Framing::JsonLines, b"\xEF\xBB\xBF{}\n[]\n", &["{}", "[]"]);
    expect(Framing::JsonLines, b"\xEF\xBB\xBF{}", &["{}"]);
    expect(Framing::JsonLines, b"\xEF\xBB\xBF\n\xEF\xBB\xBF[]\n", &["\u{FEFF}[]"]);
}

#[test]
fn done_may_end_json_lines() {
    let outcome = limited(Framing::JsonLines, FramingLimits::default(), b"{}\n[DONE]");
    assert_eq!(outcome.data(), ["{}", "[DONE]"]);
}

#[test]
fn a_whole_body_is_one_frame_at_its_end() {
    expect(Framing::Whole, b"{\n  \"a\": 1\n}\n", &["{\n  \"a\": 1\n}\n"]);
    expect(Framing::Whole, b"\xEF\xBB\xBF{}", &["{}"]);
    expect(Framing::Whole, b"{\"cut", &["{\"cut"]);
}

#[test]
fn a_blank_body_is_no_frame() {
    for framing in [Framing::Sse, Framing::JsonLines, Framing::Whole] {
        expect(framing, b"", &[]);
        expect(framing, b" \r\n\t\n", &[]);
    }
}

#[test]
fn a_body_in_memory_is_framed_without_a_copy() {
    let body = b"\xEF\xBB\xBF{\"a\":1}";
    let mut framer = Framer::new(Framing::Whole, FramingLimits::default());
    let frame = framer.whole(body).unwrap().unwrap();
    assert_eq!((frame.name, frame.data, frame.unterminated()), ("", "{\"a\":1}", false));
    assert_eq!(frame.data.as_ptr(), body[3..].as_ptr());
    assert!(framer.finish(true).unwrap().is_none());

    let new = || Framer::new(Framing::Whole, FramingLimits::default().whole(4));
    assert!(new().whole(b" \n").unwrap().is_none());
    assert_eq!(new().whole(b"12345").unwrap_err(), FramingError::TooLong { limit: 4 });
    assert_eq!(new().whole(b"\x1F\x8B\x08").unwrap_err(), FramingError::Compressed);
    let mut framer = new();
    assert_eq!(framer.whole(b"\xFF").unwrap().unwrap().data, "\u{FFFD}");
    assert_eq!(framer.replacements(), 1);
}

#[test]
fn after_the_end_nothing_comes() {
    for framing in [Framing::Sse, Framing::JsonLines, Framing::Whole] {
        let mut framer = Framer::new(framing, FramingLimits::default());
        assert!(framer.next(&mut &b"data: {}"[..]).unwrap().is_none());
        framer.finish(true).unwrap();
        let mut late: &[u8] = b"data: {}\n\n";
        assert!(framer.next(&mut late).unwrap().is_none());
        assert!(late.is_empty());
        assert!(framer.finish(true).unwrap().is_none());
    }
}

#[test]
fn gzip_without_a_label_is_named_as_such() {
    for framing in [Framing::Sse, Framing::JsonLines, Framing::Whole] {
        let outcome = limited(framing, FramingLimits::default(), b"\x1F\x8B\x08\x00data: {}\n\n");
        assert_eq!((outcome.frames.len(), outcome.failure), (0, Some(FramingError::Compressed)));
    }
    let text = FramingError::Compressed.to_string();
    assert!(text.contains("gzip") && text.contains("Content-Encoding"), "{text}");
}

#[test]
fn the_mark_of_gzip_counts_at_the_start_only() {
    expect(Framing::JsonLines, b"\x1F\n{}\n", &["\x1F", "{}"]);
    let outcome = limited(Framing::Sse, FramingLimits::default(), b"data: \x1F\x8B\n\n");
    assert_eq!((outcome.frames.len(), outcome.failure), (1, None));
}

#[test]
fn the_number_of_frames_is_limited() {
    let limits = FramingLimits::default().frames(2);
    let failure = FramingError::TooManyFrames { limit: 2 };
    for (framing, bytes) in [
        (Framing::Sse, &b"data: 1\n\n: x\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n"[..]),
        (Framing::Sse, b"data: 1\n\ndata: 2\n\ndata: {}"),
        (Framing::JsonLines, b"1\n\n2\n3\n4\n"),
    ] {
        let outcome = limited(framing, limits, bytes);
        assert_eq!((outcome.frames.len(), outcome.failure), (2, Some(failure.clone())));
    }
}

#[test]
fn long_lines_events_and_bodies_are_refused() {
    let limits = FramingLimits::default().sse(SseLimits::default().line(20).event(10)).whole(12);
    let line = limited(Framing::JsonLines, limits, b"{}\n\"1234567890123456789\"\n");
    assert_eq!((line.frames.len(), line.failure), (1, Some(FramingError::TooLong { limit: 20 })));
    let event = limited(Framing::Sse, limits, b"data: {}\n\ndata: 12345678901\n\n");
    let too_long = FramingError::Sse(SseParseError::EventTooLong { limit: 10 });
    assert_eq!((event.frames.len(), event.failure), (1, Some(too_long)));
    let whole = limited(Framing::Whole, limits, b"{\"a\":\"123456\"}");
    assert_eq!((whole.frames.len(), whole.failure), (0, Some(FramingError::TooLong { limit: 12 })));
}

#[test]
fn a_repair_may_not_outgrow_the_limit() {
    let limits = FramingLimits::default().sse(SseLimits::default().event(10));
    assert_eq!(limited(Framing::Sse, limits, b"data: \xFF\xFF\xFF\n\n").replacements, 1);
    let outcome = limited(Framing::Sse, limits, b"data: \xFF\xFF\xFF\xFF\n\n");
    assert_eq!((outcome.frames.len(), outcome.failure), (0, Some(FramingError::TooLong { limit: 10 })));
}

#[test]
fn a_framer_that_failed_fails_for_ever() {
    let mut framer = Framer::new(Framing::Sse, FramingLimits::default().frames(0));
    let mut piece: &[u8] = b"data: {}\n\ndata: {}\n\n";
    let failure = framer.next(&mut piece).unwrap_err();
    assert_eq!(framer.next(&mut piece).unwrap_err(), failure);
    assert_eq!(framer.finish(true).unwrap_err(), failure);
    assert_eq!(framer.whole(b"{}").unwrap_err(), failure);
}

#[test]
fn a_limit_and_an_unreadable_answer_are_different_kinds() {
    assert_eq!(FramingError::TooLong { limit: 1 }.kind(), ErrorKind::LimitExceeded);
    assert_eq!(FramingError::TooManyFrames { limit: 1 }.kind(), ErrorKind::LimitExceeded);
    let sse = FramingError::from(SseParseError::LineTooLong { limit: 1 });
    assert_eq!(sse.kind(), ErrorKind::LimitExceeded);
    assert_eq!(FramingError::Compressed.kind(), ErrorKind::ResponseParsing);
}

#[test]
fn the_content_type_chooses_the_framing() {
    for (content_type, framing) in [
        ("text/event-stream", Some(Framing::Sse)),
        ("text/event-stream; charset=utf-8", Some(Framing::Sse)),
        ("TEXT/EVENT-STREAM", Some(Framing::Sse)),
        (" text/event-stream;", Some(Framing::Sse)),
        ("application/json", Some(Framing::Whole)),
        ("Application/JSON;charset=UTF-8", Some(Framing::Whole)),
        ("application/x-ndjson", Some(Framing::JsonLines)),
        ("application/jsonl", Some(Framing::JsonLines)),
        ("application/stream+json", Some(Framing::JsonLines)),
        ("application/octet-stream", None),
        ("text/html", None),
        ("text/x-bogus", None),
        ("x bogus", None),
        ("", None),
    ] {
        assert_eq!(Framing::from_content_type(content_type), framing, "{content_type}");
    }
}

#[test]
fn a_whole_body_can_be_taken_after_it_was_read() {
    for (body, text) in [
        (&b"{\"a\":1}"[..], "{\"a\":1}"),
        (b"\xEF\xBB\xBF{}", "{}"),
        (b"{\"a\":\"\xFF\"}", "{\"a\":\"\u{FFFD}\"}"),
    ] {
        for piece in 1..=body.len() {
            let mut framer = Framer::new(Framing::Whole, FramingLimits::default());
            for mut piece in body.chunks(piece) {
                assert_eq!(framer.next(&mut piece).unwrap(), None);
            }
            let read = framer.finish(true).unwrap().map(|frame| frame.data.to_owned());
            assert_eq!(read.as_deref(), Some(text));
            assert_eq!(framer.take_whole().as_deref(), Some(text));
        }
    }
    assert_eq!(Framer::new(Framing::Sse, FramingLimits::default()).take_whole(), None);
}
