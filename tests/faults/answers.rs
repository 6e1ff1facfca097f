//! Successful answers that are none, or that hold something broken.

use steer::ErrorKind;
use steer::bytes::Bytes;
use steer::http_types::StatusCode;
use steer_testkit::transport::Response;

use crate::formats::{ALL, EVENTS, Format};
use crate::rig::{Rig, headed, stream, typed};

const TEXTS: [&str; 2] = ["Hello, ", "world"];

#[tokio::test(start_paused = true)]
async fn an_overload_inside_a_success_is_asked_again_before_any_content_and_never_after() {
    for format in ALL {
        let rig = Rig::new(format);
        let overloaded = format.frame(&format.overloaded());
        let after = stream(format, format.begun(&TEXTS) + &overloaded);
        let asked = rig.ask([after, stream(format, format.stream(&["again"]))]).await;
        asked.failed();
        assert_eq!(asked.text, TEXTS.concat(), "{format:?}");

        // A block that has begun and holds nothing is no content yet.
        for opening in ["".to_owned(), format.opening(), format.written(&format.start())] {
            let first = stream(format, opening + &overloaded);
            let asked = rig.ask([first, stream(format, format.stream(&TEXTS))]).await;
            assert_eq!((asked.requests, asked.text.as_str()), (2, "Hello, world"), "{format:?}");
            assert!(asked.result.is_ok());
        }
    }
}

#[tokio::test]
async fn an_error_as_text_is_an_error_and_one_that_is_null_is_none() {
    for format in [Format::Chat, Format::Ollama] {
        let rig = Rig::new(format);
        let asked =
            rig.read(format.begun(&TEXTS) + &format.frame(&("", r#"{"error":"it broke"}"#.to_owned()))).await;
        assert!(asked.failed().to_string().contains("it broke"), "{format:?}");
    }
    for format in [Format::Chat, Format::Gemini, Format::Ollama] {
        let rig = Rig::new(format);
        let frames: Vec<_> = format.frames(&TEXTS);
        let body: String = frames
            .iter()
            .map(|(name, data)| format.frame(&(name, data.replacen('{', r#"{"error":null,"#, 1))))
            .collect();
        assert_eq!(rig.read(body).await.said(), TEXTS.concat(), "{format:?}");
    }
}

#[tokio::test]
async fn one_json_body_where_a_stream_was_asked_for_is_one_turn_an_error_or_no_answer() {
    for format in ALL {
        let rig = Rig::new(format);
        let json = |body: &str| typed(200, "application/json", body.to_owned());
        let asked = rig.ask([json(&format.whole("Hello, world"))]).await;
        assert_eq!(asked.result.as_ref().unwrap().extract_text(), "Hello, world", "{format:?}");
        assert_eq!((asked.requests, asked.trailing), (1, 0));
        for body in [format.refusal("it broke").as_str(), "{}", "", "null", "[]", "[{}]", "\"text\"", "7"] {
            let asked = rig.ask([json(body), json(body), json(body)]).await;
            assert!(asked.result.is_err(), "{format:?}: {body}");
            assert_eq!((asked.text.as_str(), asked.trailing), ("", 0), "{format:?}: {body}");
            let asked = rig.ask_whole([json(body), json(body), json(body)]).await;
            assert!(asked.result.is_err(), "{format:?}, whole: {body}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_body_that_is_cut_at_any_byte_is_never_a_success() {
    for format in ALL {
        let (rig, body) = (Rig::new(format), format.whole("Grüße, 世界 🙂"));
        for at in 0..body.len() {
            let cut = Bytes::copy_from_slice(&body.as_bytes()[..at]);
            for response in [
                typed(200, "application/json", cut.clone()),
                typed(200, "application/json", cut.clone()).break_off(),
            ] {
                let asked = rig.ask_whole([response]).await;
                assert!(asked.result.is_err(), "{format:?}, cut at {at}");
                assert_eq!(asked.trailing, 0, "{format:?}, cut at {at}");
            }
        }
        let asked = rig.ask_whole([typed(200, "application/json", body)]).await;
        assert_eq!(asked.result.unwrap().extract_text(), "Grüße, 世界 🙂", "{format:?}");
    }
}

#[tokio::test]
async fn a_web_page_is_an_error_by_its_status_and_is_not_quoted() {
    let page = format!("<!DOCTYPE html>\n<html>\u{1b}[31m<p>PAGE-CANARY</p>{}</html>", " x".repeat(1 << 19));
    for format in ALL {
        for (status, kind) in [
            (200, ErrorKind::ResponseParsing),
            (403, ErrorKind::PermissionDenied),
            (502, ErrorKind::ServerError),
            (503, ErrorKind::Overloaded),
        ] {
            let rig = Rig::with(format, |builder| builder.retry(steer::RetryPolicy::attempts(1)));
            for kind_of_body in ["text/html", "text/html; charset=utf-8"] {
                let asked = rig.ask([typed(status, kind_of_body, page.clone())]).await;
                let error = asked.failed();
                assert_eq!(error.kind(), kind, "{format:?}, {status}: {error}");
                let shown = format!("{error} {error:?}");
                assert!(shown.len() <= 4096 && !shown.contains("CANARY"), "{format:?}, {status}");
                assert!(!shown.chars().any(char::is_control), "{format:?}, {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_begins_with_no_text_is_no_answer_though_text_follows() {
    // What deflate, zlib and Brotli write in front of bytes that they store as they are.
    for before in [&b"\x01\x10\x00\xef\xff"[..], b"x\x01\x01\x10\x00\xef\xff", b"\x0b\x07\x80", b"\0"] {
        for format in ALL {
            let rig = Rig::new(format);
            let packed = |body: String| Bytes::from([before, body.as_bytes()].concat());
            let fine = stream(format, format.stream(&TEXTS));
            let asked =
                rig.ask([typed(200, format.content_type(), packed(format.stream(&TEXTS))), fine]).await;
            assert_eq!(asked.failed().kind(), ErrorKind::ResponseParsing, "{format:?}: {before:?}");
            assert_eq!((asked.text.as_str(), asked.requests), ("", 1), "{format:?}: {before:?}");
            let bytes = packed(format.stream(&TEXTS));
            let in_bytes = bytes.chunks(1).fold(typed(200, format.content_type(), ""), |response, byte| {
                response.piece(Bytes::copy_from_slice(byte))
            });
            assert_eq!(rig.ask([in_bytes]).await.failed().kind(), ErrorKind::ResponseParsing, "{format:?}");
            let whole = typed(200, "application/json", packed(format.whole("Hello, world")));
            let asked = rig.ask_whole([whole]).await;
            assert_eq!(asked.failed().kind(), ErrorKind::ResponseParsing, "{format:?}, whole: {before:?}");
        }
    }
}

#[tokio::test]
async fn the_content_type_may_be_written_in_any_way_or_be_missing() {
    for format in EVENTS {
        let rig = Rig::new(format);
        let body = || format.stream(&TEXTS);
        for kind in [
            "text/event-stream",
            "text/event-stream;",
            "text/event-stream; charset=utf-8",
            "text/event-stream;charset=windows-1252",
            "TEXT/EVENT-STREAM",
            "application/octet-stream",
        ] {
            assert_eq!(
                rig.ask([typed(200, kind, body())]).await.said(),
                TEXTS.concat(),
                "{format:?}: {kind}"
            );
        }
        let bare = Response::new(StatusCode::OK).piece(body());
        assert_eq!(rig.ask([bare]).await.said(), TEXTS.concat(), "{format:?}: none");
    }
}

#[tokio::test]
async fn a_success_without_a_body_is_an_error_and_asked_for_once() {
    for format in ALL {
        let rig = Rig::new(format);
        for status in [200, 204, 205, 210, 299] {
            let asked = rig.ask([typed(status, format.content_type(), "")]).await;
            asked.failed();
        }
    }
}

#[tokio::test]
async fn broken_json_in_the_middle_fails_the_answer_and_is_not_quoted() {
    for format in ALL {
        let rig = Rig::new(format);
        for broken in ["{\"CANARY\":", "{CANARY}", "CANARY", "[\"CANARY\"", "{\"a\":\"CANARY\"}}"] {
            let body = format.begun(&TEXTS)
                + &format.frame(&("", broken.to_owned()))
                + &format.written(&format.end("x"));
            let asked = rig.read(body).await;
            let error = asked.failed();
            assert_eq!(error.kind(), ErrorKind::ResponseParsing, "{format:?}: {broken}");
            assert_eq!(asked.text, TEXTS.concat(), "{format:?}");
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{format:?}: {error}");
        }
    }
}

#[tokio::test]
async fn an_event_of_an_unknown_type_is_passed_over() {
    for format in EVENTS {
        let rig = Rig::new(format);
        let odd = "event: zz_new\ndata: {\"type\":\"zz_new\",\"zz\":[1,{\"a\":null}]}\n\n";
        let body = format.begun(&TEXTS) + odd + &format.written(&format.end(&TEXTS.concat()));
        assert_eq!(rig.read(body).await.said(), TEXTS.concat(), "{format:?}");
    }
}

#[tokio::test]
async fn an_event_that_comes_twice_under_its_number_counts_once() {
    let format = Format::Responses;
    let rig = Rig::new(format);
    let frames = format.frames(&TEXTS);
    let doubled: String = frames
        .iter()
        .map(
            |frame| {
                if frame.0.ends_with("delta") { format.frame(frame).repeat(2) } else { format.frame(frame) }
            },
        )
        .collect();
    let asked = rig.read(doubled).await;
    assert_eq!((asked.said(), asked.trailing), ("Hello, world", 0));
}

#[tokio::test]
async fn packed_bytes_without_a_label_are_named_and_none_are_asked_for() {
    for format in ALL {
        let rig = Rig::new(format);
        let asked = rig.read(&b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c"[..]).await;
        let error = asked.failed();
        assert_eq!(error.kind(), ErrorKind::ResponseParsing, "{format:?}");
        assert!(error.to_string().contains("gzip"), "{format:?}: {error}");
        let labelled = headed(stream(format, &b"\x1f\x8b\x08\x00"[..]), "content-encoding", "gzip");
        let asked = rig.ask([labelled]).await;
        assert!(asked.failed().to_string().contains("compressed"), "{format:?}");
        for sent in rig.transport.requests() {
            let asked_for = sent.header("accept-encoding").unwrap_or("identity");
            assert_eq!(asked_for, "identity", "{format:?}");
        }
    }
}
