//! Waiting before a request would be refused.

use std::time::Duration;

use steer::http::RatePacer;
use steer::http_types::{HeaderName, HeaderValue};
use steer::{CancellationToken, Client, ClientCall, CompletionRequest, ErrorKind, NotRetried, RetryPolicy};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use crate::support::{hi, refused, request, with_key};

fn limited(response: Response, what: &str, left: &str, reset: &str) -> Response {
    let named = |field: &str| format!("x-ratelimit-{field}-{what}").parse::<HeaderName>().unwrap();
    let limit = if what == "requests" { "2" } else { "1000" };
    response
        .header(named("limit"), HeaderValue::from_static(limit))
        .header(named("remaining"), HeaderValue::from_str(left).unwrap())
        .header(named("reset"), HeaderValue::from_str(reset).unwrap())
}

fn paced(transport: &ScriptedTransport) -> Client {
    with_key(transport, "key").rate_pacer(RatePacer::default()).build().unwrap()
}

/// How long a call takes that comes after another one.
async fn second(first: Response, client: impl Fn(&ScriptedTransport) -> Client) -> Duration {
    let transport = ScriptedTransport::responses([first, hi()]);
    let client = client(&transport);
    client.complete(request()).await.ok();
    let start = Instant::now();
    client.clone().complete(request()).await.unwrap();
    assert_eq!(transport.requests().len(), 2);
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_until_there_is_room_for_it() {
    for what in ["requests", "tokens"] {
        assert_eq!(second(limited(hi(), what, "0", "6s"), paced).await.as_secs(), 6, "{what}");
        assert_eq!(second(limited(hi(), what, "1", "6s"), paced).await, Duration::ZERO, "{what}");
        assert_eq!(second(limited(hi(), what, "0", "soon"), paced).await, Duration::ZERO, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_unless_the_program_wants_that() {
    let plain = |transport: &ScriptedTransport| with_key(transport, "key").build().unwrap();
    assert_eq!(second(limited(hi(), "requests", "0", "6s"), plain).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_holds_up_the_calls_behind_it() {
    let client = |transport: &ScriptedTransport| {
        let client = with_key(transport, "key").retry(RetryPolicy::once());
        client.rate_pacer(RatePacer::default()).build().unwrap()
    };
    let asking = || {
        refused(429, "later").header(HeaderName::from_static("retry-after"), HeaderValue::from_static("9"))
    };
    assert_eq!(second(asking(), client).await.as_secs(), 9);
    assert_eq!(second(limited(refused(429, "later"), "tokens", "0", "8s"), client).await.as_secs(), 8);
}

#[tokio::test(start_paused = true)]
async fn another_model_is_not_held_up() {
    let transport = ScriptedTransport::responses([limited(hi(), "requests", "0", "6s"), hi()]);
    let client = paced(&transport);
    client.complete(request()).await.unwrap();
    let start = Instant::now();
    client.complete(CompletionRequest::new("acme/small").user("Hello")).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn calls_at_once_share_what_is_left_and_each_window_after_it() {
    let transport = ScriptedTransport::handler(move |_| hi());
    let first = ScriptedTransport::responses([limited(hi(), "requests", "1", "10s")]);
    let pacer = RatePacer::default();
    with_key(&first, "key").rate_pacer(pacer.clone()).build().unwrap().complete(request()).await.unwrap();
    let client = with_key(&transport, "key").rate_pacer(pacer).build().unwrap();
    let start = Instant::now();
    let calls = (0..5).map(|_| async {
        client.complete(request()).await.unwrap();
        start.elapsed().as_secs()
    });
    let mut ended = futures::future::join_all(calls).await;
    ended.sort_unstable();
    // One was left, and a window has room for two.
    assert_eq!(ended, [0, 10, 10, 20, 20]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_an_error_and_nothing_is_sent() {
    for (reset, total, reason) in
        [("61s", None, NotRetried::LongWait), ("30s", Some(Duration::from_secs(20)), NotRetried::Deadline)]
    {
        let transport = ScriptedTransport::responses([limited(hi(), "requests", "0", reset), hi()]);
        let client = paced(&transport);
        client.complete(request()).await.unwrap();
        let start = Instant::now();
        let mut late = request();
        late.timeouts.total = total;
        let error = client.complete(late).await.unwrap_err();
        assert_eq!((error.kind(), error.not_retried()), (ErrorKind::RateLimited, Some(reason)));
        assert!(error.retry_after().unwrap() > Duration::from_secs(29));
        assert_eq!((start.elapsed(), error.attempts(), transport.requests().len()), (Duration::ZERO, 0, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_cancelled_while_it_waits() {
    let transport = ScriptedTransport::responses([limited(hi(), "requests", "0", "30s"), hi()]);
    let client = paced(&transport);
    client.complete(request()).await.unwrap();
    let token = CancellationToken::new();
    let start = Instant::now();
    let cancelling = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        token.cancel();
    };
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let (result, ()) = tokio::join!(client.complete(call), cancelling);
    assert_eq!((result.unwrap_err().kind(), start.elapsed().as_secs()), (ErrorKind::Cancelled, 5));
    assert_eq!(transport.requests().len(), 1);
}
