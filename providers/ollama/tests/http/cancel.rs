//! Calls that their caller ends.

use std::time::Duration;

use futures::StreamExt;
use steer_core::{CancellationToken, ClientCall, ErrorKind};
use steer_testkit::server::{Reply, Server};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::setup::{beginning, client, fails, request, scripted};

#[tokio::test(start_paused = true)]
async fn a_stream_can_be_cancelled_in_its_middle_and_keeps_what_came() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).stall());
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let stream = scripted(&transport).build().unwrap().stream_complete(call).await.unwrap();
    let (error, ()) = tokio::join!(fails(stream), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        token.cancel();
    });
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(error.partial().unwrap().extract_text().ends_with("second line."));
    assert_eq!(transport.bodies_dropped(), 1);
}

#[tokio::test]
async fn a_dropped_stream_closes_the_connection() {
    let reply = Reply::stream("application/x-ndjson", [beginning()]).stall();
    let server = Server::start(reply).await.unwrap();
    let mut stream = client(&server.url()).stream_complete(request()).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    assert!(server.closed_by_client(0, Duration::from_secs(2)).await.is_some());
}
