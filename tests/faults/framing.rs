//! Bytes and their borders.

use steer::bytes::Bytes;
use steer::{ErrorKind, WarningKind};
use steer_testkit::transport::Response;

use crate::formats::{ALL, EVENTS, Format};
use crate::rig::{Rig, stream};

const TEXTS: [&str; 3] = ["Grüße, ", "中文 ", "🙂 end"];

fn whole() -> String {
    TEXTS.concat()
}

fn in_pieces<const N: usize>(format: Format, pieces: [&[u8]; N]) -> Response {
    pieces
        .into_iter()
        .fold(stream(format, Bytes::new()), |response, piece| response.piece(Bytes::copy_from_slice(piece)))
}

#[tokio::test]
async fn a_byte_order_mark_changes_nothing_in_however_many_pieces_it_comes() {
    for format in ALL {
        let (rig, body) = (Rig::new(format), format.stream(&TEXTS));
        let body = body.as_bytes();
        for pieces in [
            [&b"\xef\xbb\xbf"[..], b"", b"", body],
            [b"\xef", b"\xbb\xbf", b"", body],
            [b"\xef\xbb", b"\xbf", b"", body],
            [b"\xef", b"\xbb", b"\xbf", body],
        ] {
            assert_eq!(rig.ask([in_pieces(format, pieces)]).await.said(), whole(), "{format:?}");
        }
        let marked = [&b"\xef\xbb\xbf"[..], body].concat();
        assert_eq!(rig.read(marked).await.said(), whole(), "{format:?}");
    }
}

#[tokio::test]
async fn each_line_end_gives_the_same_answer_wherever_the_bytes_are_cut() {
    for format in ALL {
        let (rig, lf) = (Rig::new(format), format.stream(&TEXTS));
        let mut bodies = vec![lf.replace('\n', "\r\n"), lf.clone()];
        if format != Format::Ollama {
            bodies.push(lf.replace('\n', "\r"));
        }
        for body in bodies {
            for at in 0..=body.len() {
                let (head, tail) = body.as_bytes().split_at(at);
                let asked = rig.ask([in_pieces(format, [head, b"", tail])]).await;
                assert_eq!(asked.said(), whole(), "{format:?}, cut at {at}");
            }
            let bytewise = stream(format, body).piece_size(1);
            assert_eq!(rig.ask([bytewise]).await.said(), whole(), "{format:?}");
        }
    }
}

#[tokio::test]
async fn a_byte_that_is_no_text_is_replaced_and_nothing_behind_it_is_lost() {
    for format in ALL {
        let rig = Rig::new(format);
        for broken in [&b"\xff"[..], b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82"] {
            let body = format.stream(&["a", "?", "b"]);
            let at = body.find('?').unwrap();
            // The final word of one format repeats the text; it is broken there as well.
            let again = body[at + 1..].replace("a?b", "a\u{1}b");
            let mut bytes = [&body.as_bytes()[..at], broken].concat();
            for byte in again.bytes() {
                if byte == 1 { bytes.extend_from_slice(broken) } else { bytes.push(byte) }
            }
            let asked = rig.read(bytes).await;
            let said = asked.said();
            assert!(said.starts_with('a') && said.ends_with('b'), "{format:?} {broken:?}: {said}");
            assert!(said[1..said.len() - 1].chars().all(|one| one == '\u{fffd}') && said.len() > 2, "{said}");
            let warnings = asked.result.unwrap().warnings;
            let replaced = warnings.iter().filter(|one| one.kind == WarningKind::ReplacedBytes).count();
            assert_eq!(replaced, 1, "{format:?}: {warnings:?}");
        }
    }
}

#[tokio::test]
async fn an_escaped_nul_and_the_separators_of_other_alphabets_are_text() {
    let text = "a\0b\u{2028}c\u{2029}d\u{85}e\u{b}f\u{c}g";
    for format in ALL {
        let rig = Rig::new(format);
        assert_eq!(rig.read(format.stream(&[text])).await.said(), text, "{format:?}");
        assert_eq!(rig.ask([stream(format, format.stream(&[text])).piece_size(1)]).await.said(), text);
    }
}

#[tokio::test]
async fn a_text_of_a_mebibyte_in_one_line_arrives_whole_in_one_piece_and_in_4096() {
    let text = "中".repeat((1 << 20) / 3);
    for format in ALL {
        let (rig, body) = (Rig::new(format), format.stream(&[&text]));
        assert!(rig.read(body.clone()).await.said() == text, "{format:?}");
        let size = body.len().div_ceil(4096);
        assert!(rig.ask([stream(format, body).piece_size(size)]).await.said() == text, "{format:?}");
    }
}

#[tokio::test]
async fn data_may_follow_its_colon_with_no_space_or_with_two() {
    for format in EVENTS {
        let (rig, body) = (Rig::new(format), format.stream(&TEXTS));
        for data in ["data:", "data:  "] {
            assert_eq!(rig.read(body.replace("data: ", data)).await.said(), whole(), "{format:?}");
        }
    }
}

#[tokio::test]
async fn ten_thousand_events_in_one_piece_all_arrive() {
    for format in ALL {
        let texts: Vec<String> = (0..10_000).map(|number| format!("{number} ")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rig = Rig::new(format);
        assert!(rig.read(format.stream(&texts)).await.said() == texts.concat(), "{format:?}");
    }
}

#[tokio::test]
async fn an_end_without_its_blank_line_is_an_end_and_a_cut_one_is_not() {
    for format in ALL {
        let (rig, body) = (Rig::new(format), format.stream(&TEXTS));
        let bare = body.trim_end();
        let asked = rig.read(bare.to_owned()).await;
        assert_eq!(asked.said(), whole(), "{format:?}");
        // Chat has its end one event earlier: the reason.
        let last = match format {
            Format::Chat => body.rfind("\n\ndata: [DONE]").unwrap(),
            _ => bare.len(),
        };
        let asked = rig.read(body[..last - 1].to_owned()).await;
        assert_eq!(asked.failed().kind(), ErrorKind::Truncated, "{format:?}");
    }
}

#[tokio::test]
async fn what_a_server_says_behind_its_end_is_not_read() {
    for format in ALL.into_iter().filter(|format| format.has_end()) {
        let rig = Rig::new(format);
        let twice = format.stream(&TEXTS) + &format.stream(&["more"]);
        assert_eq!(rig.read(twice.clone()).await.said(), whole(), "{format:?}");
        assert_eq!(rig.ask([stream(format, twice).each_event_a_piece()]).await.said(), whole(), "{format:?}");
        let after = format.stream(&TEXTS) + &format.frame(&format.overloaded());
        assert_eq!(rig.read(after).await.said(), whole(), "{format:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_done_and_never_closes_costs_no_time() {
    for format in ALL.into_iter().filter(|format| format.has_end()) {
        let rig = Rig::new(format);
        let asked = rig.ask([stream(format, format.stream(&TEXTS)).stall()]).await;
        assert_eq!(asked.said(), whole(), "{format:?}");
        assert!(asked.took.as_millis() < 100, "{format:?}: {:?}", asked.took);
        assert!(rig.transport.bodies_dropped() >= 1, "{format:?}: the connection is closed");
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_at_any_byte_before_its_end_is_an_error_with_what_came() {
    for format in ALL {
        let (rig, body) = (Rig::new(format), format.stream(&TEXTS));
        let end = match format {
            Format::Chat => body.rfind("\n\ndata: [DONE]").unwrap(),
            _ => body.trim_end().len(),
        };
        for at in 0..end {
            let mut cut = Bytes::from(body.clone());
            cut.truncate(at);
            let asked = rig.ask([stream(format, cut)]).await;
            let error = asked.failed();
            assert_eq!(error.kind(), ErrorKind::Truncated, "{format:?}, cut at {at}: {error}");
            assert!(whole().starts_with(&asked.text), "{format:?}, cut at {at}: {}", asked.text);
        }
    }
}
