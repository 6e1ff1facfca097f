//! Calls that their caller ends.

use std::time::Duration;

use futures::StreamExt;
use steer_core::{CancellationToken, ClientCall, ErrorKind};
use steer_testkit::server::{Reply, Server};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use crate::setup::{beginning, client, fails, request, scripted};

#[tokio::test]
async fn a_call_that_is_cancelled_before_it_begins_sends_nothing() {
    let transport = ScriptedTransport::new(Response::sse(beginning()));
    let token = CancellationToken::new();
    token.cancel();
    let call = ClientCall::new(request()).cancel_on(token);
    let error = scripted(&transport).build().unwrap().complete(call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(transport.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_cancelled_while_it_waits_for_headers() {
    let transport = ScriptedTransport::new(Response::silence());
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let client = scripted(&transport).build().unwrap();
    let (result, ()) = tokio::join!(client.complete(call), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        token.cancel();
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(transport.sends_dropped(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_can_be_cancelled_in_its_middle_and_keeps_what_came() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).stall());
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let stream = scripted(&transport).build().unwrap().stream_complete(call).await.unwrap();
    let start = Instant::now();
    let (error, ()) = tokio::join!(fails(stream), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        token.cancel();
    });
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(error.partial().unwrap().extract_text().ends_with("\"quoted\"\n"));
    assert_eq!((start.elapsed().as_secs(), transport.bodies_dropped()), (3, 1));
}

#[tokio::test]
async fn a_cancelled_stream_hands_out_nothing_more_that_waits() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).stall());
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let mut stream = scripted(&transport).build().unwrap().stream_complete(call).await.unwrap();
    stream.next().await.unwrap().unwrap();
    token.cancel();
    assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection_at_once() {
    let server = Server::start(Reply::sse([beginning()]).stall()).await.unwrap();
    let mut stream = client(&server.url()).stream_complete(request()).await.unwrap();
    stream.next().await.unwrap().unwrap();
    assert_eq!(server.open_connections(), 1);
    drop(stream);
    assert!(server.closed_by_client(0, Duration::from_millis(100)).await.is_some());
}

#[tokio::test]
async fn dropping_a_call_that_waits_for_headers_closes_its_connection_at_once() {
    let server =
        Server::start(Reply::sse([beginning()]).delay_headers(Duration::from_secs(60))).await.unwrap();
    let client = client(&server.url());
    let call = tokio::spawn(async move { client.complete(request()).await });
    assert!(server.received(1, Duration::from_secs(5)).await);
    call.abort();
    assert!(server.closed_by_client(0, Duration::from_millis(100)).await.is_some());
}
