//! Answers over real sockets.

use futures::StreamExt;
use steer_core::{Delivery, EndProof, ErrorKind, StreamChunk};
use steer_testkit::server::{Reply, Server};
use steer_testkit::transport::{Response, ScriptedTransport};
use wiremock::ResponseTemplate;

use crate::setup::{TEXT, client, json, lines, request, scripted, serve};

const WHOLE: &str = include_str!("../fixtures/text.whole.json");

#[tokio::test]
async fn a_stream_ends_with_the_whole_answer() {
    let server = serve(lines(TEXT)).await;
    let mut stream = client(&server.uri()).stream_complete(request()).await.unwrap();
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
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
}

#[tokio::test]
async fn lines_in_pieces_of_any_size_and_of_any_type_are_one_answer() {
    for content_type in ["application/x-ndjson", "application/json", "text/event-stream", ""] {
        for size in [1, 7, 1000] {
            let reply = Reply::stream(content_type, [TEXT]).piece_size(size);
            let server = Server::start(reply).await.unwrap();
            let answer = client(&server.url()).complete(request()).await.unwrap();
            assert!(answer.extract_text().ends_with("second line."), "{content_type} {size}");
        }
    }
}

#[tokio::test]
async fn a_whole_answer_is_the_same() {
    let server = serve(json(200, WHOLE)).await;
    let whole = client(&server.uri()).complete(request().delivery(Delivery::Whole)).await.unwrap();
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
        assert!(matches!(error.kind(), ErrorKind::ResponseParsing | ErrorKind::Truncated), "{error}");
        assert!(!error.to_string().contains("log in"), "{error}");
    }
}

#[tokio::test]
async fn a_json_error_with_status_200_is_an_error() {
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let server = serve(json(200, include_str!("../fixtures/error.whole.json"))).await;
        let error = client(&server.uri()).complete(request().delivery(delivery)).await.unwrap_err();
        assert_eq!(error.message(), "model 'gemma9' not found");
    }
}

#[tokio::test]
async fn one_json_body_in_answer_to_a_stream_request_is_one_turn() {
    let server = serve(json(200, WHOLE)).await;
    let stream = client(&server.uri()).stream_complete(request()).await.unwrap();
    assert!(stream.collect().await.unwrap().extract_text().starts_with("Grüße"));
}

#[tokio::test]
async fn an_empty_success_is_an_error() {
    for body in ["", "{}", "\n"] {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let server = serve(json(200, body)).await;
            let error = client(&server.uri()).complete(request().delivery(delivery)).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::NoChoices), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_done_and_never_closes_costs_no_answer() {
    let transport = ScriptedTransport::new(Response::sse(TEXT).stall());
    let answer = scripted(&transport).build().unwrap().complete(request()).await.unwrap();
    assert!(answer.extract_text().ends_with("second line."));
    assert_eq!(transport.bodies_dropped(), 1);
}
