//! Answers over real sockets.

use futures::StreamExt;
use steer_core::{Delivery, EndProof, ErrorKind, StreamChunk};
use steer_testkit::transport::{Response, ScriptedTransport};
use wiremock::ResponseTemplate;

use crate::setup::{TEXT, client, fails, json, request, scripted, serve, sse};

const WHOLE: &str = include_str!("../fixtures/text.whole.json");
const ERROR: &str = include_str!("../fixtures/error.whole.json");

#[tokio::test]
async fn a_stream_ends_with_the_whole_answer() {
    let server = serve(sse(TEXT).insert_header("request-id", "req_1")).await;
    let mut stream = client(&server.uri()).stream_complete(request()).await.unwrap();
    assert_eq!(stream.head().request_id.as_deref(), Some("req_1"));
    let mut text = String::new();
    let answer = loop {
        match stream.next().await.unwrap().unwrap() {
            StreamChunk::TextDelta { text: delta, .. } => text.push_str(&delta),
            StreamChunk::MessageComplete(answer) => break answer,
            _ => {}
        }
    };
    assert!(stream.next().await.is_none() && stream.next().await.is_none());
    assert_eq!(answer.extract_text(), text);
    assert!(text.ends_with("second line."));
    assert_eq!((answer.request_id.as_deref(), answer.proof), (Some("req_1"), Some(EndProof::Confirmed)));
}

#[tokio::test]
async fn a_whole_answer_is_the_same() {
    let server = serve(json(200, WHOLE)).await;
    let client = client(&server.uri());
    let whole = client.complete(request().delivery(Delivery::Whole)).await.unwrap();
    assert!(whole.extract_text().ends_with("second line."));
    assert_eq!(whole.raw()[0].data, WHOLE, "the body of a whole delivery is kept");
}

#[tokio::test]
async fn a_web_page_with_status_200_is_an_error_that_does_not_quote_it() {
    let page =
        ResponseTemplate::new(200).set_body_raw("<html><body>Please log in</body></html>", "text/html");
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let server = serve(page.clone()).await;
        let error = client(&server.uri()).complete(request().delivery(delivery)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseParsing);
        assert!(!error.to_string().contains("log in"), "{error}");
    }
}

#[tokio::test]
async fn a_json_error_with_status_200_is_an_error() {
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let server = serve(json(200, ERROR)).await;
        let error = client(&server.uri()).complete(request().delivery(delivery)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidRequest, Some("INVALID_ARGUMENT")));
    }
}

#[tokio::test]
async fn a_json_message_in_answer_to_a_stream_request_is_one_turn() {
    let server = serve(json(200, WHOLE)).await;
    let stream = client(&server.uri()).stream_complete(request()).await.unwrap();
    assert!(stream.collect().await.unwrap().extract_text().starts_with("Grüße"));
}

#[tokio::test]
async fn an_empty_success_is_an_error() {
    for (body, kind) in [("", ErrorKind::Truncated), ("{}", ErrorKind::NoChoices)] {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let server = serve(json(200, body)).await;
            let error = client(&server.uri()).complete(request().delivery(delivery)).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}

#[tokio::test]
async fn frames_are_kept_once_where_the_request_asks() {
    let kept = scripted(&ScriptedTransport::new(Response::sse(TEXT))).build().unwrap();
    let answer = kept.complete(request().keep_raw()).await.unwrap();
    assert_eq!(answer.raw().len(), TEXT.matches("data: ").count());
    let not_kept = scripted(&ScriptedTransport::new(Response::sse(TEXT))).build().unwrap();
    assert!(not_kept.complete(request()).await.unwrap().raw().is_empty());
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_replaced_and_warned_of() {
    let mut body = TEXT.as_bytes().to_vec();
    let at = TEXT.find("second").unwrap();
    body[at] = 0xFF;
    let client = scripted(&ScriptedTransport::new(Response::sse(body))).build().unwrap();
    let answer = client.complete(request()).await.unwrap();
    assert!(answer.extract_text().ends_with("\u{FFFD}econd line."));
    assert_eq!(answer.warnings[0].kind, steer_core::WarningKind::ReplacedBytes);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_its_reason_and_never_closes_costs_time_and_no_answer() {
    let transport = ScriptedTransport::new(Response::sse(TEXT).stall());
    let answer = scripted(&transport).build().unwrap().complete(request()).await.unwrap();
    assert!(answer.extract_text().ends_with("second line."));
    assert_eq!(transport.bodies_dropped(), 1);
}

#[tokio::test]
async fn compressed_answers_are_refused_with_a_reason() {
    let gzip = ResponseTemplate::new(200).set_body_raw(vec![0x1F, 0x8B, 8, 0], "text/event-stream");
    let server = serve(gzip.clone().insert_header("content-encoding", "gzip")).await;
    let labeled = client(&server.uri()).complete(request()).await.unwrap_err();
    assert_eq!(labeled.kind(), ErrorKind::ResponseParsing);
    assert!(labeled.message().contains("compressed"), "{labeled}");
    let server = serve(gzip).await;
    let unlabeled = fails(client(&server.uri()).stream_complete(request()).await.unwrap()).await;
    assert_eq!(unlabeled.kind(), ErrorKind::ResponseParsing);
    assert!(unlabeled.message().contains("gzip"), "{unlabeled}");
}
