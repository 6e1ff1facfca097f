//! What does not come in time. The clock is paused, so no test waits.

use std::time::Duration;

use steer_core::http::Timeouts;
use steer_core::http_types::StatusCode;
use steer_core::{ErrorKind, TimeoutPhase};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use crate::setup::{TEXT, beginning, fails, request, scripted, timed};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn headers_that_never_come_are_a_timeout_and_the_request_is_dropped() {
    let transport = ScriptedTransport::new(Response::silence());
    let start = Instant::now();
    let error = timed(&transport, Timeouts::default().headers(SECOND)).complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::Headers)));
    assert_eq!((start.elapsed().as_secs(), transport.sends_dropped()), (1, 1));
    assert!(!error.is_retryable(), "the vendor may be at work on the request");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_falls_silent_is_an_idle_timeout_with_what_came() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).stall());
    let client = timed(&transport, Timeouts::default().idle(SECOND));
    let stream = client.stream_complete(request()).await.unwrap();
    let start = Instant::now();
    let error = fails(stream).await;
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::Idle)));
    assert!(error.partial().unwrap().extract_text().ends_with("\"quoted\"\n"));
    assert!(start.elapsed() < SECOND + Duration::from_millis(250));
    assert_eq!(transport.bodies_dropped(), 1, "the connection is closed");
}

#[tokio::test(start_paused = true)]
async fn pings_comments_and_single_bytes_keep_a_stream_alive() {
    let ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    let mut response = Response::sse(beginning());
    for keep_alive in [ping, ": still here\n\n", ":"].iter().cycle().take(30) {
        response = response.wait(SECOND * 8 / 10).piece(*keep_alive);
    }
    response = response.piece("\n\n").piece(&TEXT[beginning().len()..]);
    let transport = ScriptedTransport::new(response);
    let client = timed(&transport, Timeouts::default().idle(SECOND));
    let start = Instant::now();
    assert!(client.complete(request()).await.unwrap().extract_text().ends_with("second line."));
    assert_eq!(start.elapsed().as_secs(), 24);
}

#[tokio::test(start_paused = true)]
async fn a_silence_of_minutes_is_not_too_long_by_default() {
    let response = Response::sse(beginning()).wait(SECOND * 290).piece(&TEXT[beginning().len()..]);
    let transport = ScriptedTransport::new(response.delay_headers(SECOND * 590));
    assert!(scripted(&transport).build().unwrap().complete(request()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_whole_time_ends_a_stream_that_is_alive() {
    let mut response = Response::sse(beginning());
    for _ in 0..100 {
        response = response.wait(SECOND).piece(": still here\n\n");
    }
    let transport = ScriptedTransport::new(response);
    let client = timed(&transport, Timeouts::default().idle(SECOND * 5).total(SECOND * 10));
    let start = Instant::now();
    let error = fails(client.stream_complete(request()).await.unwrap()).await;
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::Total)));
    assert_eq!(start.elapsed().as_secs(), 10);
    assert!(error.partial().unwrap().extract_text().ends_with("\"quoted\"\n"));
}

#[tokio::test(start_paused = true)]
async fn the_whole_time_counts_from_before_the_headers() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).delay_headers(SECOND * 7).stall());
    let client = timed(&transport, Timeouts::default().total(SECOND * 10));
    let start = Instant::now();
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!((error.phase(), start.elapsed().as_secs()), (Some(TimeoutPhase::Total), 10));
}

#[tokio::test(start_paused = true)]
async fn an_error_whose_body_never_comes_is_still_told_by_its_status() {
    let transport = ScriptedTransport::new(Response::new(StatusCode::TOO_MANY_REQUESTS).stall());
    let client = timed(&transport, Timeouts::default().idle(SECOND));
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, Some(429)));
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_the_request_wins_over_the_clients() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).stall());
    let client = timed(&transport, Timeouts::default().idle(SECOND * 60));
    let mut request = request();
    request.timeouts = Timeouts::default().idle(SECOND * 2);
    let start = Instant::now();
    client.complete(request).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 2);
}
