//! A limit of the calls that run at a time.

use std::time::Duration;

use steer::http::Timeouts;
use steer::{CancellationToken, ClientCall, ErrorKind};
use steer_testkit::transport::ScriptedTransport;
use tokio::time::timeout;

use crate::support::{hi, request, with_key};

const SOON: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn so_many_calls_run_at_a_time_and_one_more_when_a_stream_ends_or_is_dropped() {
    let transport = ScriptedTransport::handler(|_| hi());
    let client = with_key(&transport, "key").max_concurrent_calls(2).build().unwrap();
    let first = client.stream_complete(request()).await.unwrap();
    let second = client.clone().stream_complete(request()).await.unwrap();
    let mut third = Box::pin(client.complete(request()));
    assert!(timeout(SOON, &mut third).await.is_err(), "it waits");
    assert_eq!(transport.requests().len(), 2);
    drop(first);
    assert_eq!(timeout(SOON, third).await.unwrap().unwrap().extract_text(), "Hi");

    let kept = client.stream_complete(request()).await.unwrap();
    let mut fourth = Box::pin(client.complete(request()));
    assert!(timeout(SOON, &mut fourth).await.is_err(), "it waits");
    assert_eq!(second.collect().await.unwrap().extract_text(), "Hi");
    timeout(SOON, fourth).await.unwrap().unwrap();
    drop(kept);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_place_may_cancel_and_has_no_more_than_its_whole_time() {
    let transport = ScriptedTransport::handler(|_| hi());
    let client = with_key(&transport, "key").max_concurrent_calls(1).build().unwrap();
    let stream = client.stream_complete(request()).await.unwrap();
    let token = CancellationToken::new();
    let mut waiting = Box::pin(client.complete(ClientCall::new(request()).cancel_on(token.clone())));
    assert!(timeout(SOON, &mut waiting).await.is_err(), "it waits");
    token.cancel();
    assert_eq!(waiting.await.unwrap_err().kind(), ErrorKind::Cancelled);
    let mut hurried = request();
    hurried.timeouts = Timeouts::default().total(SOON);
    assert_eq!(client.complete(hurried.clone()).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(transport.requests().len(), 1);
    drop(stream);
    client.complete(hurried).await.unwrap();
}
