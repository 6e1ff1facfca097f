//! What servers of language models do to an event stream, and what must come of it.

mod framing_support;
mod sse_support;

use framing_support::{Outcome, frames};
use sse_support::cuts;
use steer_core::framing::{Frame, Framer, Framing, FramingLimits};

/// The one outcome of all ways to cut the bytes.
#[track_caller]
fn outcome(framing: Framing, bytes: &[u8], clean: bool) -> Outcome {
    let whole = frames(framing, FramingLimits::default(), &[bytes], clean);
    for pieces in cuts(bytes) {
        assert_eq!(
            frames(framing, FramingLimits::default(), &pieces, clean),
            whole,
            "{} pieces",
            pieces.len()
        );
    }
    whole
}

#[track_caller]
fn expect(bytes: &[u8], expected: &[&str]) {
    let outcome = outcome(Framing::Sse, bytes, true);
    assert_eq!(outcome.data(), expected);
    assert_eq!((outcome.failure, outcome.replacements, outcome.skipped), (None, 0, 0));
}

#[test]
fn a_byte_order_mark_before_the_first_event_changes_nothing() {
    expect(b"\xEF\xBB\xBFdata: {\"a\":1}\n\ndata: [DONE]\n\n", &["{\"a\":1}", "[DONE]"]);
}

#[test]
fn every_line_end_gives_the_same_frames() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = format!("event: e{end}data: {{}}{end}{end}data: 1{end}data: 2{end}{end}");
        let outcome = outcome(Framing::Sse, stream.as_bytes(), true);
        let expected = [("e".into(), "{}".into(), false), (String::new(), "1\n2".into(), false)];
        assert_eq!(outcome.frames, expected);
    }
}

#[test]
fn letters_of_many_bytes_survive_every_cut() {
    let stream = "data: {\"t\":\"é中🙂\"}\n\n";
    expect(stream.as_bytes(), &["{\"t\":\"é中🙂\"}"]);
    for a in 0..stream.len() {
        for b in a..stream.len() {
            for c in [b, (b + 1).min(stream.len()), stream.len()] {
                let bytes = stream.as_bytes();
                let pieces = [&bytes[..a], &bytes[a..b], &bytes[b..c], &bytes[c..]];
                let outcome = frames(Framing::Sse, FramingLimits::default(), &pieces, true);
                assert_eq!((outcome.data(), outcome.replacements), (vec!["{\"t\":\"é中🙂\"}"], 0));
            }
        }
    }
}

#[test]
fn invalid_bytes_are_replaced_and_the_stream_goes_on() {
    let cases: [(&[u8], &str); 6] = [
        (b"\xFF", "\u{FFFD}"),
        (b"\x80", "\u{FFFD}"),
        (b"\xC0\x80", "\u{FFFD}\u{FFFD}"),
        (b"\xED\xA0\x80", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        (b"\xE2\x82", "\u{FFFD}"),
        (b"\xF0\x9F\x99", "\u{FFFD}"),
    ];
    for (bytes, text) in cases {
        let stream = [b"data: \"a\"\n\nevent: e\ndata: \"<", bytes, b">\"\n\ndata: \"b\"\n\n"].concat();
        let outcome = outcome(Framing::Sse, &stream, true);
        assert_eq!(outcome.data(), ["\"a\"", &format!("\"<{text}>\""), "\"b\""]);
        assert_eq!((outcome.replacements, outcome.failure), (1, None));
        assert_eq!(outcome.frames[1].0, "e");
    }
}

#[test]
fn an_invalid_event_name_is_replaced_too() {
    let outcome = outcome(Framing::Sse, b"event: \xFFe\ndata: {}\n\n", true);
    assert_eq!(outcome.frames, [("\u{FFFD}e".into(), "{}".into(), false)]);
    assert_eq!(outcome.replacements, 1);
}

#[test]
fn a_letter_cut_by_a_line_end_is_replaced_on_both_sides() {
    let outcome = outcome(Framing::Sse, b"data: a\xE2\x82\ndata: \xACb\n\n", true);
    assert_eq!(outcome.data(), ["a\u{FFFD}\n\u{FFFD}b"]);
}

#[test]
fn nul_bytes_and_escaped_nuls_stay() {
    expect(b"data: {\"a\":\"\\u0000\"}\n\ndata: \0\n\n", &["{\"a\":\"\\u0000\"}", "\0"]);
}

#[test]
fn comment_keep_alives_give_nothing_wherever_they_stand() {
    for comment in [": OPENROUTER PROCESSING\n\n", ":\n\n", ": ping - 17\n\n", ": x\n", ":\r\n\r\n", "\n"] {
        let stream = format!("{comment}data: {{}}\n\n{comment}data: []\n\n{comment}");
        expect(stream.as_bytes(), &["{}", "[]"]);
    }
}

#[test]
fn events_without_content_give_nothing() {
    for empty in [
        "data:\n\n",
        "data: \n\n",
        "data\n\n",
        "data:  \t\n\n",
        "event: ping\n\n",
        "data:\r\n\r\n",
        "id: 1\n\n",
    ] {
        let stream = format!("{empty}data: {{}}\n\n{empty}");
        expect(stream.as_bytes(), &["{}"]);
    }
}

#[test]
fn named_heartbeats_are_frames_like_others() {
    let outcome = outcome(Framing::Sse, b"event: ping\ndata: {\"type\":\"ping\"}\n\n", true);
    assert_eq!(outcome.frames, [("ping".into(), "{\"type\":\"ping\"}".into(), false)]);
}

#[test]
fn data_may_follow_its_colon_with_none_or_two_spaces() {
    expect(b"data:{\"a\":1}\n\ndata:  {\"b\":2}\n\n", &["{\"a\":1}", " {\"b\":2}"]);
}

#[test]
fn done_is_known_with_and_without_the_space_and_without_the_field() {
    for done in ["data: [DONE]\n\n", "data:[DONE]\n\n", "data:  [DONE] \n\n", "[DONE]\n"] {
        let stream = format!("data: {{}}\n\n{done}");
        for pieces in cuts(stream.as_bytes()) {
            // No `finish`: the socket may stay open.
            let mut framer = Framer::new(Framing::Sse, FramingLimits::default());
            let mut done = Vec::new();
            for mut piece in pieces {
                while let Some(frame) = framer.next(&mut piece).unwrap() {
                    done.push(frame.is_done());
                }
            }
            assert_eq!(done, [false, true], "{stream:?}");
        }
    }
}

#[test]
fn a_bare_done_inside_an_event_is_an_unknown_field() {
    expect(b"data: {\n[DONE]\ndata: }\n\n[DONE]x\n[DONE \n", &["{\n}"]);
}

#[test]
fn only_done_is_done() {
    assert!(Frame::new("", "\t[DONE]\n").is_done());
    for data in ["[done]", "DONE", "[\"DONE\"]", "", "[DONE][DONE]"] {
        assert!(!Frame::new("", data).is_done(), "{data}");
    }
}

#[test]
fn a_last_event_without_its_empty_line_is_taken_if_it_is_whole() {
    for end in ["", "\n", "\r", "\r\n"] {
        for data in ["[DONE]", "{\"type\":\"message_stop\"}", "{\"a\":[1,\"}\"]}"] {
            let stream = format!("data: {{}}\n\nevent: last\ndata: {data}{end}");
            let outcome = outcome(Framing::Sse, stream.as_bytes(), true);
            let expected = [(String::new(), "{}".into(), false), ("last".into(), data.into(), true)];
            assert_eq!(outcome.frames, expected);
        }
    }
    let bare = outcome(Framing::Sse, b"data: {}\n\n[DONE]", true);
    assert_eq!(bare.data(), ["{}", "[DONE]"]);
}

#[test]
fn a_last_event_that_is_cut_is_dropped() {
    for rest in [
        "data: {\"a\":1",
        "data: {\"a\":1},",
        "data: [DON",
        "data: 12",
        "data",
        "data: {}\nevent: mess",
        "da",
        "[DON",
    ] {
        let stream = format!("data: {{}}\n\n{rest}");
        expect(stream.as_bytes(), &["{}"]);
    }
}

#[test]
fn an_end_that_is_not_clean_gives_nothing() {
    for (framing, bytes) in [
        (Framing::Sse, &b"data: {}"[..]),
        (Framing::Sse, b"data: [DONE]\n"),
        (Framing::Sse, b"[DONE]"),
        (Framing::JsonLines, b"{}"),
        (Framing::Whole, b"{}"),
    ] {
        assert_eq!(outcome(framing, bytes, false), Outcome::default());
        assert_eq!(outcome(framing, bytes, true).frames.len(), 1, "the same bytes at a clean end");
    }
}

#[test]
fn a_comment_that_a_gateway_sends_as_data_is_skipped_and_counted() {
    let stream = b"data: : OPENROUTER PROCESSING\n\ndata: {}\n\ndata::\n\n";
    let outcome = outcome(Framing::Sse, stream, true);
    assert_eq!((outcome.data(), outcome.skipped), (vec!["{}"], 2));
}

#[test]
fn a_reconnection_time_is_no_frame() {
    expect(b"retry: 10000\n\ndata: {}\n\nretry: 5\ndata: []\n\n", &["{}", "[]"]);
}

#[test]
fn malformed_json_is_given_on_and_not_skipped() {
    expect(b"data: {\"a\":\n\ndata: oops\n\n", &["{\"a\":", "oops"]);
}

#[test]
fn ten_thousand_events_in_one_piece_all_arrive() {
    let stream: String = (0..10_000).map(|n| format!("data: {{\"n\":{n}}}\n\n")).collect();
    let outcome = frames(Framing::Sse, FramingLimits::default(), &[stream.as_bytes()], true);
    assert_eq!(outcome.frames.len(), 10_000);
    assert_eq!(outcome.frames[9_999].1, "{\"n\":9999}");
}

#[test]
fn a_thousand_crlf_events_cut_behind_each_cr_all_arrive_at_once() {
    let mut framer = Framer::new(Framing::Sse, FramingLimits::default());
    for _ in 0..1000 {
        for (mut piece, expected) in [(&b"data: {}\r"[..], 0), (b"\n\r", 1), (b"\n", 0)] {
            let mut given = 0;
            while framer.next(&mut piece).unwrap().is_some() {
                given += 1;
            }
            assert_eq!(given, expected);
        }
    }
}

#[test]
fn debug_output_has_no_data_in_it() {
    let mut framer = Framer::new(Framing::Sse, FramingLimits::default());
    let mut piece: &[u8] = b"data: secret\n\ndata: secret";
    let frame = format!("{:?}", framer.next(&mut piece).unwrap().unwrap());
    assert!(framer.next(&mut piece).unwrap().is_none());
    let framer = format!("{framer:?}");
    assert!(!frame.contains("secret") && !framer.contains("secret"), "{frame} {framer}");
}
