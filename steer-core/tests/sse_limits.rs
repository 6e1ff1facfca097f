//! The event-stream parser under attack: limits, memory and time.

mod sse_support;

use std::time::{Duration, Instant};

use sse_support::{cut_by, cuts, parse};
use steer_core::sse::{SseLimits, SseParseError, SseParser};

#[track_caller]
fn expect(bytes: &[u8], limits: SseLimits, events: usize, failure: Option<SseParseError>) {
    for pieces in cuts(bytes) {
        let (given, failed) = parse(&pieces, limits);
        assert_eq!((given.len(), failed), (events, failure.clone()), "{} pieces", pieces.len());
    }
}

#[test]
fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
    let limits = SseLimits::default().line(40);
    for start in ["data: ", "data:", ": ", "unknown", "unknown: "] {
        let fits = format!("data: a\n\n{start:x<40}\n\n");
        let is_data = usize::from(start.starts_with("data"));
        expect(fits.as_bytes(), limits, 1 + is_data, None);
        let longer = format!("data: a\n\n{start:x<41}\n\n");
        expect(longer.as_bytes(), limits, 1, Some(SseParseError::LineTooLong { limit: 40 }));
        let endless = format!("data: a\n\n{start:x<41}");
        expect(endless.as_bytes(), limits, 1, Some(SseParseError::LineTooLong { limit: 40 }));
    }
}

#[test]
fn names_and_ids_have_a_limit_of_their_own() {
    let limits = SseLimits::default().label(30);
    for start in ["event: ", "id: ", "retry: "] {
        expect(format!("{start:1<30}\ndata: a\n\n").as_bytes(), limits, 1, None);
        let longer = format!("{start:1<31}\ndata: a\n\n");
        expect(longer.as_bytes(), limits, 0, Some(SseParseError::LineTooLong { limit: 30 }));
    }
}

#[test]
fn an_event_may_be_as_long_as_the_limit_and_no_longer() {
    let limits = SseLimits::default().event(10);
    let too_long = Some(SseParseError::EventTooLong { limit: 10 });
    expect(b"data: 1234567890\n\ndata: 12345\ndata:6789\n\n", limits, 2, None);
    expect(b"data: 12345678901\n\n", limits, 0, too_long.clone());
    expect(b"data: 12345\ndata:67890\n\n", limits, 0, too_long.clone());
    expect(b"data: 1234567890\ndata\n\n", limits, 0, too_long);
}

#[test]
fn the_limit_that_is_reached_first_is_named() {
    let limits = SseLimits::default().line(40).event(20);
    let line = format!("data: {}\n\n", "x".repeat(60));
    expect(line.as_bytes(), limits, 0, Some(SseParseError::EventTooLong { limit: 20 }));
    let limits = limits.event(50);
    expect(line.as_bytes(), limits, 0, Some(SseParseError::LineTooLong { limit: 40 }));
}

#[test]
fn empty_data_lines_are_counted() {
    let limits = SseLimits::default().lines_per_event(3);
    expect(b"data:\ndata\ndata: \n\n", limits, 1, None);
    expect(b"data:\n:\ndata\n:\ndata\ndata", limits, 0, None);
    expect(b"data:\ndata\ndata: \ndata\n\n", limits, 0, Some(SseParseError::TooManyLines { limit: 3 }));
}

#[test]
fn a_million_empty_data_lines_end_at_the_default_limit() {
    let stream = b"data:\n".repeat(1_000_000);
    let (events, failure) = parse(&[&stream], SseLimits::default());
    assert_eq!((events.len(), failure), (0, Some(SseParseError::TooManyLines { limit: 100_000 })));
}

#[test]
fn a_parser_that_failed_fails_for_ever() {
    let mut parser = SseParser::new(SseLimits::default().event(4));
    let mut piece: &[u8] = b"data: 12345\n\ndata: 1\n\n";
    let first = parser.next(&mut piece).unwrap_err();
    for mut piece in [&b"data: 1\n\n"[..], b"", b"\n\n"] {
        assert_eq!(parser.next(&mut piece).unwrap_err(), first);
    }
    assert!(parser.pending().is_none());
}

#[test]
fn errors_have_no_content_in_them() {
    let (_, failure) = parse(&[b"data: secret\ndata: secret\n\n"], SseLimits::default().event(8));
    let failure = failure.unwrap();
    assert!(!format!("{failure} {failure:?}").contains("secret"));
}

#[test]
fn limits_too_small_for_any_stream_are_raised() {
    let limits = SseLimits::default().line(0).label(0).lines_per_event(0);
    expect(b"event: a\nid: 1\ndata: b\n\n", limits, 1, None);
}

#[test]
fn an_event_that_lies_whole_in_a_piece_is_lent_by_it() {
    for stream in
        [&b"data: {\"a\":1}\n\n"[..], b"event: e\r\ndata: x\r\n\r\n", b"id: 1\nevent: e\n: c\ndata: x\n\n"]
    {
        let mut parser = SseParser::new(SseLimits::default());
        let mut piece = stream;
        let data = parser.next(&mut piece).unwrap().unwrap().data.as_ptr_range();
        let stream = stream.as_ptr_range();
        assert!(stream.contains(&data.start) && data.end < stream.end);
    }
}

#[test]
fn an_8_mib_line_in_1024_pieces_takes_about_the_time_of_one_pass_and_one_copy() {
    let mut stream = b"data: ".to_vec();
    stream.resize(8 << 20, b'x');
    stream.extend_from_slice(b"\n\n");
    let whole = [&stream[..]];
    let pieces: Vec<_> = stream.chunks(stream.len() / 1024).collect();
    // In one piece the event is lent, so what is compared with is one pass and one copy of it.
    let in_one = best_of_five(|| {
        let (events, _) = parse(&whole, SseLimits::default());
        assert_eq!(events[0].1.clone().len(), stream.len() - 8);
    });
    let in_many = best_of_five(|| assert_eq!(parse(&pieces, SseLimits::default()).0.len(), 1));
    assert!(in_many <= in_one * 4 + Duration::from_millis(5), "{in_many:?} against {in_one:?}");
}

#[test]
fn time_grows_with_the_bytes_and_not_with_their_square() {
    let run = |len: usize| {
        let mut stream = b"data: ".to_vec();
        stream.resize(len, b'x');
        stream.extend_from_slice(b"\n\n");
        let pieces = cut_by(&stream, &[61]);
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        best_of_five(|| assert_eq!(parse(&pieces, SseLimits::default()).0.len(), 1))
    };
    let (small, large) = (run(64 << 10), run(1 << 20));
    assert!(large <= small * 64 + Duration::from_millis(5), "16 times the bytes: {small:?}, {large:?}");
}

#[test]
fn endless_comments_and_unknown_fields_take_no_memory() {
    let mut parser = SseParser::new(SseLimits::default());
    let filler = [b'x'; 4096];
    for start in [&b": "[..], b"unknown: ", b"datum"] {
        for mut piece in [start].into_iter().chain([&filler[..]; 512]).chain([&b"\n"[..]]) {
            assert!(parser.next(&mut piece).unwrap().is_none());
        }
        let lines = start.iter().chain(b" comment\n\n").copied().collect::<Vec<_>>().repeat(10_000);
        for mut piece in lines.chunks(7) {
            assert!(parser.next(&mut piece).unwrap().is_none());
        }
        assert!(parser.reserved() < 1024, "{}", parser.reserved());
    }
}

#[test]
fn memory_follows_the_limit_and_is_given_back_after_a_giant() {
    let limit = 3 << 20;
    let mut parser = SseParser::new(SseLimits::default().event(limit));
    let mut giant = b"data: ".to_vec();
    giant.resize(limit, b'x');
    for mut piece in giant.chunks(5000) {
        assert!(parser.next(&mut piece).unwrap().is_none());
        assert!(parser.reserved() < limit + 1024, "{}", parser.reserved());
    }
    assert!(parser.next(&mut &b"\n\n"[..]).unwrap().is_some());
    for mut piece in [&b"data: a\nda"[..], b"ta: b\n\n"] {
        let _ = parser.next(&mut piece).unwrap();
    }
    assert!(parser.reserved() < 4096, "{}", parser.reserved());
}

#[test]
fn a_steady_stream_of_cut_events_reserves_nothing_new() {
    let mut parser = SseParser::new(SseLimits::default());
    let stream = b"event: delta\nid: 12\ndata: {\"a\":\ndata: 1}\n\n".repeat(200);
    let mut after = Vec::new();
    for mut piece in stream.chunks(9) {
        while parser.next(&mut piece).unwrap().is_some() {}
        after.push(parser.reserved());
    }
    assert_eq!(after[after.len() / 4], after[after.len() - 1]);
}

fn best_of_five(run: impl Fn()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..5).map(time).min().unwrap_or_default()
}
