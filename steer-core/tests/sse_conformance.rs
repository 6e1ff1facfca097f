//! The public conformance cases of event streams, each in every two pieces, byte by byte, and with
//! empty pieces between.

mod sse_support;

use sse_support::{Event, cuts, parse, pull, reference};
use steer_core::sse::{SseLimits, SseParser, is_event_stream};

fn event(name: &str, data: &str, id: &str) -> Event {
    (name.into(), data.into(), id.into())
}

#[track_caller]
fn expect(bytes: &[u8], expected: &[Event]) {
    for pieces in cuts(bytes) {
        let (events, failure) = parse(&pieces, SseLimits::default());
        assert_eq!(
            events,
            expected,
            "{} pieces, the first of {:?} bytes",
            pieces.len(),
            pieces.first().map(|piece| piece.len())
        );
        assert_eq!(failure, None);
    }
    assert_eq!(reference(bytes).0, expected, "the reference of the property tests");
}

#[track_caller]
fn expect_data(bytes: &[u8], expected: &[&str]) {
    let events: Vec<_> = expected.iter().map(|data| event("", data, "")).collect();
    expect(bytes, &events);
}

#[track_caller]
fn expect_retry(bytes: &[u8], expected: Option<u64>) {
    for pieces in cuts(bytes) {
        let mut parser = SseParser::new(SseLimits::default());
        assert_eq!(pull(&mut parser, &pieces, &mut Vec::new()), Ok(()));
        assert_eq!(parser.retry(), expected);
    }
    assert_eq!(reference(bytes).1, expected, "the reference of the property tests");
}

#[test]
fn a_byte_order_mark_is_removed_at_the_start_only() {
    expect_data(b"\xEF\xBB\xBFdata:1\n\n\xEF\xBB\xBFdata:2\n\ndata:3\n\n\n", &["1", "3"]);
}

#[test]
fn only_one_byte_order_mark_is_removed() {
    expect_data(b"\xEF\xBB\xBF\xEF\xBB\xBFdata:1\n\ndata:2\n\ndata:3\n\n\n", &["2", "3"]);
}

#[test]
fn a_byte_order_mark_that_breaks_off_belongs_to_the_first_line() {
    expect_data(b"\xEF\xBBdata:1\n\ndata:2\n\n", &["2"]);
    expect_data(b"\xEFdata:1\ndata:2\n\n", &["2"]);
    expect_data(b"\xEF\n\ndata:2\n\n", &["2"]);
}

#[test]
fn comments_are_ignored_however_long() {
    let long = "x".repeat(2048);
    let stream = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
    expect_data(stream.as_bytes(), &["1\n2\n3\n4"]);
}

#[test]
fn an_event_without_its_empty_line_is_dropped_with_its_id_on_every_connection() {
    let stream = b"retry:1000\ndata:test1\n\nid:test\ndata:test2\n";
    for pieces in cuts(stream) {
        let mut parser = SseParser::new(SseLimits::default());
        let mut events = Vec::new();
        pull(&mut parser, &pieces, &mut events).unwrap();
        assert!(parser.finish());
        pull(&mut parser, &pieces, &mut events).unwrap();
        assert!(parser.finish());
        assert_eq!(events, [event("", "test1", ""), event("", "test1", "")]);
        assert_eq!(parser.last_event_id(), b"");
        assert_eq!(parser.retry(), Some(1000));
    }
}

#[test]
fn data_may_be_empty_or_lack_its_colon() {
    expect_data(b"data:\n\ndata\ndata\n\ndata:test\n\n\n", &["", "\n", "test"]);
}

#[test]
fn an_empty_event_name_means_message() {
    expect_data(b"event: \ndata:data\n\n\n", &["data"]);
}

#[test]
fn an_event_name_holds_for_one_event() {
    expect(b"event:test\ndata:x\n\ndata:x\n\n\n", &[event("test", "x", ""), event("", "x", "")]);
}

#[test]
fn the_last_event_name_wins() {
    expect(b"event:a\ndata:x\nevent: b\n\n", &[event("b", "x", "")]);
    expect(b"event:a\n\ndata:x\n\n", &[event("", "x", "")]);
}

#[test]
fn an_id_stays_for_later_connections() {
    let id = "…";
    let first = "id: …\nretry: 200\ndata: hello\n\n".as_bytes();
    for pieces in cuts(first) {
        let mut parser = SseParser::new(SseLimits::default());
        let mut events = Vec::new();
        pull(&mut parser, &pieces, &mut events).unwrap();
        assert_eq!(parser.last_event_id(), b"\xE2\x80\xA6");
        for _ in 0..2 {
            parser.finish();
            pull(&mut parser, &["data: …\n\n".as_bytes()], &mut events).unwrap();
            assert_eq!(parser.last_event_id(), b"\xE2\x80\xA6");
        }
        assert_eq!(events, [event("", "hello", id), event("", "…", id), event("", "…", id)]);
    }
}

#[test]
fn an_id_holds_until_another_or_an_empty_one_comes() {
    let ids = |ids: [&str; 4]| -> Vec<Event> {
        ids.iter().zip(["1", "2", "3", "4"]).map(|(id, data)| event("", data, id)).collect()
    };
    expect(b"id: 1\ndata: 1\n\ndata: 2\n\nid: 2\ndata:3\n\ndata:4\n\n", &ids(["1", "1", "2", "2"]));
    expect(b"id: 1\ndata: 1\n\nid:\ndata:2\n\ndata:3\n\n", &ids(["1", "", "", ""])[..3]);
    expect(b"id: 1\ndata: 1\n\nid\ndata:2\n\ndata:3\n\n", &ids(["1", "", "", ""])[..3]);
}

#[test]
fn an_id_is_taken_over_without_data_too() {
    expect(b"id: 7\n\ndata: x\n\n", &[event("", "x", "7")]);
}

#[test]
fn an_id_with_a_nul_is_ignored() {
    for id in ["\0\0", "x\0", "\0x", "x\0x", " \0"] {
        let stream = format!("id:{id}\nretry: 200\ndata: hello\n\n");
        expect_data(stream.as_bytes(), &["hello"]);
    }
    expect(b"id: a\nid: b\0\ndata: x\n\n", &[event("", "x", "a")]);
}

#[test]
fn field_names_are_compared_exactly() {
    let stream = b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n";
    expect_data(stream, &["\0\n 2\n1\n3\n\n4"]);
}

#[test]
fn a_retry_that_is_no_number_is_ignored() {
    expect_retry(b"retry:3000\nretry:1000x\ndata:x\n\n\n", Some(3000));
    expect_retry(b"retry:+5\nretry:-1\nretry: 1 \nretry:\ndata:x\n\n", None);
}

#[test]
fn an_empty_retry_sets_nothing() {
    expect_data(b"retry\ndata:test\n\n\n", &["test"]);
    expect_retry(b"retry\ndata:test\n\n\n", None);
}

#[test]
fn a_retry_is_decimal_and_saturates() {
    expect_retry(b"retry:03000\ndata:x\n\n\n", Some(3000));
    expect_retry(b"retry:99999999999999999999999999\n", Some(u64::MAX));
}

#[test]
fn unknown_fields_are_ignored() {
    let stream = b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n\n";
    expect_data(stream, &["test\n\ntest"]);
}

#[test]
fn one_leading_space_is_removed_and_no_tab() {
    expect_data(b"data:\ttest\rdata: \ndata:test\n\n\n", &["\ttest\n\ntest"]);
}

#[test]
fn a_bogus_content_type_is_no_event_stream() {
    assert!(!is_event_stream("x bogus"));
    assert!(!is_event_stream(""));
}

#[test]
fn a_content_type_may_end_in_a_semicolon() {
    assert!(is_event_stream("text/event-stream;"));
    assert!(is_event_stream("Text/Event-Stream ; charset=utf-8"));
}

#[test]
fn a_valid_but_other_content_type_is_no_event_stream() {
    assert!(!is_event_stream("text/x-bogus"));
    assert!(!is_event_stream("text/event-streams"));
}

#[test]
fn every_line_end_is_one() {
    expect_data(b"data:test\r\ndata\ndata:test\r\n\r\n", &["test\n\ntest"]);
}

#[test]
fn a_nul_in_data_stays() {
    expect_data(b"data:\0\n\n\n\n", &["\0"]);
}

#[test]
fn text_is_utf_8_whatever_the_charset_parameter_says() {
    assert!(is_event_stream("text/event-stream;charset=windows-1252"));
    expect_data("data:ok…\n\n\n".as_bytes(), &["ok…"]);
}

#[test]
fn events_with_comments_and_strange_fields_between_come_whole() {
    let stream =
        b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n";
    expect_data(stream, &["msg\nmsg", "", "end"]);
}

#[test]
fn line_ends_of_other_alphabets_are_data() {
    expect_data("data: a\u{2028}b\u{85}c\u{b}d\u{c}e\n\n".as_bytes(), &["a\u{2028}b\u{85}c\u{b}d\u{c}e"]);
}

#[test]
fn a_cr_at_the_end_of_a_piece_ends_the_line_at_once() {
    let mut parser = SseParser::new(SseLimits::default());
    let mut events = Vec::new();
    pull(&mut parser, &[b"data: a\r", b"\r"], &mut events).unwrap();
    assert_eq!(events.len(), 1, "the event must not wait for another byte");
    pull(&mut parser, &[b"\n", b"data: b\r\n\r", b"\ndata: c\n\n"], &mut events).unwrap();
    assert_eq!(events, [event("", "a", ""), event("", "b", ""), event("", "c", "")]);
}

#[test]
fn every_mix_of_line_ends_gives_the_same_events() {
    for a in ["\n", "\r", "\r\n"] {
        for b in ["\n", "\r", "\r\n"] {
            for c in ["\n", "\r", "\r\n"] {
                let stream = format!("event: e{a}data: 1{b}data: 2{c}{c}data: 3{a}{a}");
                expect(stream.as_bytes(), &[event("e", "1\n2", ""), event("", "3", "")]);
            }
        }
    }
}

#[test]
fn what_waits_is_shown_until_the_end_discards_it() {
    for pieces in cuts(b"data: given\n\nevent: e\ndata: a\ndata: b") {
        let mut parser = SseParser::new(SseLimits::default());
        pull(&mut parser, &pieces, &mut Vec::new()).unwrap();
        let waiting = parser.pending().map(|event| (event.name.to_vec(), event.data.to_vec()));
        assert_eq!(waiting, Some((b"e".to_vec(), b"a\nb".to_vec())));
        assert!(parser.finish());
        assert!(parser.pending().is_none());
        assert!(!parser.finish());
    }
}

#[test]
fn nothing_waits_after_an_event_or_with_a_cut_name() {
    for stream in [&b"data: a\ndata: b\n\n"[..], b"data: a\n\n", b"data: a\nevent: ha", b"event: x\n", b""] {
        for pieces in cuts(stream) {
            let mut parser = SseParser::new(SseLimits::default());
            pull(&mut parser, &pieces, &mut Vec::new()).unwrap();
            assert!(parser.pending().is_none(), "{}", String::from_utf8_lossy(stream));
        }
    }
}

#[test]
fn debug_output_has_no_data_in_it() {
    let mut parser = SseParser::new(SseLimits::default());
    let mut piece: &[u8] = b"data: secret\n\ndata: secret\n";
    let event = format!("{:?}", parser.next(&mut piece).unwrap().unwrap());
    assert!(parser.next(&mut piece).unwrap().is_none());
    let parser = format!("{parser:?}");
    assert!(!event.contains("secret") && !parser.contains("secret"), "{event} {parser}");
}
