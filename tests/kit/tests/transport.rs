//! What the scripted transport promises, asked of it as a client's driver would.
#![cfg(feature = "transport")]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use futures::{FutureExt, StreamExt};
use steer_core::bytes::Bytes;
use steer_core::http::{Transport, TransportBody, TransportError, TransportErrorKind};
use steer_core::http_types::{HeaderName, HeaderValue, Request, Response as HttpResponse, StatusCode};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

async fn send(transport: &ScriptedTransport) -> Result<HttpResponse<TransportBody>, TransportError> {
    let request = Request::post("https://a.example/v1/x?key=CANARY").header("x-key", "CANARY");
    transport.send(request.body(Bytes::from_static(b"CANARY")).unwrap()).await
}

async fn pieces(body: TransportBody) -> Vec<Result<Bytes, TransportErrorKind>> {
    body.map(|piece| piece.map_err(|error| error.kind())).collect().await
}

fn lengths(pieces: &[Result<Bytes, TransportErrorKind>]) -> Vec<usize> {
    pieces.iter().map(|piece| piece.as_ref().unwrap().len()).collect()
}

#[tokio::test]
async fn status_headers_and_pieces_come_as_scripted() {
    let retry = (HeaderName::from_static("retry-after"), HeaderValue::from_static("3"));
    let response =
        Response::json(StatusCode::TOO_MANY_REQUESTS, "ab").piece("").piece("c").header(retry.0, retry.1);
    let answer = send(&ScriptedTransport::new(response)).await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(lengths(&pieces(answer.into_body()).await), [2, 0, 1]);
}

#[tokio::test]
async fn responses_come_in_turn_and_then_there_is_no_connection() {
    let created = Response::new(StatusCode::CREATED);
    let transport =
        ScriptedTransport::responses([created, Response::refuse(), Response::new(StatusCode::ACCEPTED)]);
    assert_eq!(send(&transport).await.unwrap().status(), 201);
    assert_eq!(send(&transport).await.err().unwrap().kind(), TransportErrorKind::Connect);
    assert_eq!(send(&transport).await.unwrap().status(), 202);
    let error = send(&transport).await.err().unwrap();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(error.to_string().contains("no response left"), "{error}");
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test]
async fn a_handler_answers_by_what_was_sent() {
    let transport = ScriptedTransport::handler(|request| Response::sse(request.body.clone()));
    assert_eq!(
        pieces(send(&transport).await.unwrap().into_body()).await,
        [Ok(Bytes::from_static(b"CANARY"))]
    );
}

#[tokio::test]
async fn requests_are_remembered_and_not_shown() {
    let transport = ScriptedTransport::new(Response::new(StatusCode::OK));
    send(&transport).await.unwrap();
    let request = &transport.requests()[0];
    assert_eq!((request.method.as_str(), request.uri.query()), ("POST", Some("key=CANARY")));
    assert_eq!((request.header("X-Key"), request.body_text()), (Some("CANARY"), Some("CANARY")));
    assert!(!format!("{transport:?} {request:?}").contains("CANARY"));
}

#[tokio::test]
async fn recut_pieces_hold_the_same_bytes_and_do_not_reach_over_a_step() {
    let text = "data: one\n\ndata: two\n\n";
    let (head, tail) = text.split_at(15);
    let response = Response::sse(head).piece(tail).break_off();
    for (response, expected) in [
        (response.clone().each_event_a_piece(), vec![11, 11]),
        (response.clone().piece_size(8), vec![8, 8, 6]),
        (Response::sse(head).wait(Duration::ZERO).piece(tail).piece_size(100), vec![15, 7]),
    ] {
        let mut pieces = pieces(send(&ScriptedTransport::new(response)).await.unwrap().into_body()).await;
        pieces.retain(Result::is_ok);
        assert_eq!(lengths(&pieces), expected);
        let joined: Vec<u8> = pieces.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(joined, text.as_bytes());
    }
}

#[tokio::test]
async fn the_same_seed_cuts_the_same_bytes_alike() {
    let body = "x".repeat(5000);
    let cut = async |seed| {
        let transport = ScriptedTransport::new(Response::sse(body.clone()).random_pieces(seed));
        lengths(&pieces(send(&transport).await.unwrap().into_body()).await)
    };
    assert_eq!(cut(1).await, cut(1).await);
    assert_ne!(cut(1).await, cut(2).await);
    assert_eq!(cut(1).await.iter().sum::<usize>(), 5000);
    assert!(cut(1).await.iter().all(|length| (1..=64).contains(length)));
}

#[tokio::test(start_paused = true)]
async fn waits_take_the_clock_of_the_runtime() {
    let response =
        Response::sse("a").wait(Duration::from_secs(3600)).piece("b").delay_headers(Duration::from_secs(60));
    let start = Instant::now();
    let answer = send(&ScriptedTransport::new(response)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 60);
    assert_eq!(pieces(answer.into_body()).await.len(), 2);
    assert_eq!(start.elapsed().as_secs(), 3660);
}

#[tokio::test]
async fn a_break_fails_the_body_and_ends_it() {
    let transport = ScriptedTransport::new(Response::sse("a").break_off().piece("b"));
    let pieces = pieces(send(&transport).await.unwrap().into_body()).await;
    assert_eq!(pieces, [Ok(Bytes::from_static(b"a")), Err(TransportErrorKind::Broken)]);
    assert_eq!(transport.bodies_dropped(), 0);
}

#[tokio::test]
async fn a_stall_never_ends_and_counts_as_dropped() {
    let transport = ScriptedTransport::new(Response::sse("a").stall());
    let mut body = send(&transport).await.unwrap().into_body();
    assert!(body.next().await.unwrap().is_ok());
    assert!(body.next().now_or_never().is_none());
    assert!(body.next().now_or_never().is_none());
    assert_eq!(transport.bodies_dropped(), 0);
    drop(body);
    assert_eq!(transport.bodies_dropped(), 1);
}

#[tokio::test]
async fn a_body_is_dropped_early_only_while_something_is_left() {
    let read_all = ScriptedTransport::new(Response::sse("a"));
    let mut body = send(&read_all).await.unwrap().into_body();
    assert!(body.next().await.is_some());
    drop(body);
    assert_eq!(read_all.bodies_dropped(), 0);

    let waiting = ScriptedTransport::new(Response::sse("a").wait(Duration::from_secs(60)));
    let mut body = send(&waiting).await.unwrap().into_body();
    assert!(body.next().await.is_some());
    assert!(body.next().now_or_never().is_none());
    drop(body);
    assert_eq!(waiting.bodies_dropped(), 1);
}

#[tokio::test]
async fn a_request_given_up_before_its_headers_is_counted() {
    let transport = ScriptedTransport::responses([Response::silence(), Response::new(StatusCode::OK)]);
    assert!(send(&transport).now_or_never().is_none());
    assert_eq!(transport.sends_dropped(), 1);
    send(&transport).await.unwrap();
    assert_eq!((transport.sends_dropped(), transport.bodies_dropped()), (1, 0));
}
