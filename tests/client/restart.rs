//! An answer that has begun and starts over.

use std::time::Duration;

use futures::StreamExt;
use steer::bytes::Bytes;
use steer::http::StartOver;
use steer::http_types::{HeaderName, HeaderValue};
use steer::{
    CancellationToken, Client, ClientCall, ErrorKind, NotRetried, RetryPolicy, StreamChunk, StreamError,
    TimeoutPhase,
};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::support::{hi, request, with_key};

const START: &str = "data: {\"id\":\"first\",\"model\":\"large\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
const TEXT: &str = "data: {\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Lo\"}}]}\n\n";
const OVERLOADED: &str =
    "data: {\"error\":{\"message\":\"later\",\"type\":\"server_error\",\"code\":503}}\n\n";
const REFUSED: &str =
    "data: {\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\",\"code\":400}}\n\n";

fn client(transport: &ScriptedTransport) -> Client {
    with_key(transport, "key").retry(RetryPolicy::attempts(3)).build().unwrap()
}

fn begun(pieces: &[&str]) -> Response {
    pieces.iter().fold(Response::sse(Bytes::new()), |response, piece| {
        response.piece(Bytes::copy_from_slice(piece.as_bytes()))
    })
}

fn named(response: Response, id: &'static str) -> Response {
    response.header(HeaderName::from_static("x-request-id"), HeaderValue::from_static(id))
}

async fn read(client: &Client) -> (Vec<StreamChunk>, Option<StreamError>) {
    let mut stream = client.stream_complete(request()).await.unwrap();
    let (mut chunks, mut failed) = (Vec::new(), None);
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => failed = Some(error),
        }
    }
    (chunks, failed)
}

fn is_reset(chunk: &StreamChunk) -> bool {
    matches!(chunk, StreamChunk::Reset { .. })
}

#[tokio::test(start_paused = true)]
async fn an_overload_that_comes_inside_a_success_starts_the_answer_over() {
    for first in [vec![OVERLOADED], vec![START, OVERLOADED]] {
        let transport = ScriptedTransport::responses([named(begun(&first), "one"), named(hi(), "two")]);
        let (chunks, failed) = read(&client(&transport)).await;
        assert!(failed.is_none(), "{failed:?}");
        let Some(StreamChunk::MessageComplete(response)) = chunks.last() else { panic!("{chunks:?}") };
        assert_eq!(response.extract_text(), "Hi");
        assert_eq!(response.request_id.as_deref(), Some("two"), "the answer is the second one's");
        assert_eq!(response.response_id.as_deref(), Some("c"));
        assert_eq!(chunks.iter().filter(|chunk| is_reset(chunk)).count(), 1);
        assert_eq!(transport.requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_before_any_content_starts_the_answer_over() {
    for first in [&[][..], &[START]] {
        let transport = ScriptedTransport::responses([begun(first).break_off(), hi()]);
        let response = client(&transport).complete(request()).await.unwrap();
        assert_eq!((response.extract_text().as_ref(), transport.requests().len()), ("Hi", 2));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_over_once_content_was_handed_out() {
    for broken in [begun(&[START, TEXT, OVERLOADED]), begun(&[START, TEXT]).break_off()] {
        let transport = ScriptedTransport::responses([broken, hi()]);
        let (chunks, failed) = read(&client(&transport)).await;
        let Some(StreamError::Api(error)) = failed else { panic!("no error") };
        assert_eq!(error.partial().unwrap().extract_text(), "Lo");
        assert!(!chunks.iter().any(is_reset));
        assert_eq!(transport.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_a_stall_and_an_early_end_do_not_start_over() {
    for (first, kind) in [
        (begun(&[START, REFUSED]), ErrorKind::InvalidRequest),
        (begun(&[START]).stall(), ErrorKind::Timeout),
        (begun(&[START]), ErrorKind::Truncated),
    ] {
        let transport = ScriptedTransport::responses([first, hi()]);
        let error = client(&transport).complete(request()).await.unwrap_err();
        assert_eq!((error.kind(), transport.requests().len()), (kind, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_attempts_before_and_after_the_headers_are_counted_together() {
    let transport = ScriptedTransport::handler(|_| begun(&[OVERLOADED]));
    let error = client(&transport).complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::ServerError, 3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_cancelled_or_dropped_while_it_waits_sends_nothing_more() {
    let transport = ScriptedTransport::handler(|_| begun(&[OVERLOADED]));
    let mut policy = RetryPolicy::attempts(2);
    policy.first_wait = Duration::from_secs(3600);
    policy.longest_wait = policy.first_wait;
    let client = with_key(&transport, "key").retry(policy).build().unwrap();
    let token = CancellationToken::new();
    let mut stream =
        client.stream_complete(ClientCall::new(request()).cancel_on(token.clone())).await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(1), stream.next()).await;
    assert!(waiting.is_err(), "it waits: {waiting:?}");
    token.cancel();
    let Some(Err(StreamError::Api(error))) = stream.next().await else { panic!("no error") };
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(stream.next().await.is_none());
    drop(stream);
    tokio::time::sleep(Duration::from_secs(7200)).await;
    assert_eq!(transport.requests().len(), 1);
}

/// A client whose answers may start over until a tool is called.
fn far(transport: &ScriptedTransport) -> Client {
    let policy = RetryPolicy::attempts(3).start_over(StartOver::BeforeToolCalls);
    with_key(transport, "key").retry(policy).build().unwrap()
}

const CALL: &str = "data: {\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\n\n";

#[tokio::test(start_paused = true)]
async fn an_answer_starts_over_after_its_text_where_the_program_wants_that() {
    for broken in [begun(&[START, TEXT, OVERLOADED]), begun(&[START, TEXT]).break_off()] {
        let transport = ScriptedTransport::responses([broken, hi()]);
        let (chunks, failed) = read(&far(&transport)).await;
        assert!(failed.is_none(), "{failed:?}");
        let reset = chunks.iter().position(is_reset).unwrap();
        assert!(chunks[..reset].iter().any(|chunk| matches!(chunk, StreamChunk::TextDelta { .. })));
        let Some(StreamChunk::MessageComplete(response)) = chunks.last() else { panic!("{chunks:?}") };
        assert_eq!(response.extract_text(), "Hi", "what came first is void");
        assert_eq!(response.failed_attempts.len(), 1);
        assert_eq!(transport.requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_starts_over_once_a_tool_was_called() {
    for pieces in [&[START, CALL][..], &[START, TEXT, CALL]] {
        for broken in [begun(pieces).break_off(), begun(&[pieces, &[OVERLOADED]].concat())] {
            let transport = ScriptedTransport::responses([broken, hi()]);
            let (chunks, _) = read(&far(&transport)).await;
            assert!(!chunks.iter().any(is_reset), "{pieces:?}: {chunks:?}");
            assert_eq!(transport.requests().len(), 1, "{pieces:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_broke_off_says_why_it_did_not_start_over() {
    let transport = ScriptedTransport::responses([begun(&[START, TEXT, OVERLOADED]), hi()]);
    let error = client(&transport).complete(request()).await.unwrap_err();
    assert_eq!((error.not_retried(), error.attempts()), (Some(NotRetried::Content), 1));
    let transport = ScriptedTransport::handler(|_| begun(&[OVERLOADED]));
    let error = client(&transport).complete(request()).await.unwrap_err();
    assert_eq!((error.not_retried(), error.failed_attempts().len()), (Some(NotRetried::Attempts), 2));
}

#[tokio::test(start_paused = true)]
async fn an_error_inside_a_success_brings_the_attempts_and_the_rate_limits_of_its_response() {
    let limited = begun(&[START, TEXT])
        .break_off()
        .header(HeaderName::from_static("x-ratelimit-remaining-requests"), HeaderValue::from_static("7"));
    let transport = ScriptedTransport::responses([begun(&[OVERLOADED]), limited]);
    let error = client(&transport).complete(request()).await.unwrap_err();
    assert_eq!((error.attempts(), error.failed_attempts().len()), (2, 1));
    assert_eq!(error.rate_limits().unwrap().requests.as_ref().unwrap().remaining, Some(7));
}

#[tokio::test(start_paused = true)]
async fn every_status_that_may_help_does_so_inside_a_success_too() {
    for (code, sent) in [(408, 2), (409, 2), (429, 2), (500, 2), (504, 2), (529, 2), (400, 1), (404, 1)] {
        let event = format!("data: {{\"error\":{{\"message\":\"no\",\"code\":{code}}}}}\n\n");
        let transport = ScriptedTransport::responses([begun(&[&event]), hi()]);
        let answered = client(&transport).complete(request()).await.is_ok();
        assert_eq!((answered, transport.requests().len()), (sent == 2, sent), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn content_that_is_late_ends_the_answer_and_is_not_asked_for_again() {
    let limit = Duration::from_secs(20);
    let keeping_alive = (0..10).fold(begun(&[START]), |response, _| {
        response.wait(Duration::from_secs(5)).piece(Bytes::from_static(b": alive\n\n"))
    });
    let transport = ScriptedTransport::responses([keeping_alive.stall(), hi()]);
    let start = tokio::time::Instant::now();
    let mut late = request();
    late.timeouts.first_content = Some(limit);
    let error = client(&transport).complete(late).await.unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::FirstContent)));
    assert_eq!((start.elapsed(), transport.requests().len(), transport.bodies_dropped()), (limit, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn content_that_came_in_time_lets_the_rest_take_its_own() {
    let slow = begun(&[START]).wait(Duration::from_secs(15)).piece(Bytes::from_static(TEXT.as_bytes()));
    let slow = slow.wait(Duration::from_secs(100)).piece(Bytes::from_static(DONE.as_bytes()));
    let transport = ScriptedTransport::responses([begun(&[OVERLOADED]), slow]);
    let mut timed = request();
    timed.timeouts.first_content = Some(Duration::from_secs(16));
    let response = client(&transport).complete(timed).await.unwrap();
    assert_eq!((response.extract_text().as_ref(), response.failed_attempts.len()), ("Lo", 1));
}

const DONE: &str = "data: {\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
