use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use steer::http::TransportErrorKind;
use steer::http_types::{HeaderName, HeaderValue, StatusCode};
use steer::{
    ApiError, CancellationToken, ClientCall, CompletionResponse, ErrorKind, NotRetried, RetryPolicy,
    TimeoutPhase,
};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use crate::support::{Scripted, hi, refused, request, with_key};

fn script(responses: impl IntoIterator<Item = Response>) -> ScriptedTransport {
    ScriptedTransport::responses(responses)
}

fn asking(status: u16, seconds: &str) -> Response {
    refused(status, "later")
        .header(HeaderName::from_static("retry-after"), HeaderValue::from_str(seconds).unwrap())
}

#[tokio::test(start_paused = true)]
async fn what_may_help_is_sent_again_until_it_does() {
    for again in [408, 409, 429, 500, 502, 503, 529] {
        let transport = script([refused(again, "later"), Response::refuse(), hi()]);
        let client = with_key(&transport, "key").build().unwrap();
        let response = client.complete_with_retry(request(), 3).await.unwrap();
        assert_eq!((response.extract_text().as_ref(), transport.requests().len()), ("Hi", 3), "{again}");
        let bodies: Vec<_> =
            transport.requests().iter().map(|sent| sent.body_text().unwrap().to_owned()).collect();
        assert!(bodies.iter().all(|body| *body == bodies[0]), "every attempt sends the same bytes");
        let places: Vec<_> = transport.requests().iter().map(|sent| sent.body.as_ptr()).collect();
        assert!(places.iter().all(|place| *place == places[0]), "the body is written once and not copied");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_takes_too_long_is_tried_again_since_nothing_was_sent() {
    let transport = script([Response::failure(TransportErrorKind::ConnectTimeout), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let response = client.complete(request()).await.unwrap();
    assert_eq!((response.extract_text().as_ref(), transport.requests().len()), ("Hi", 2));
}

#[tokio::test(start_paused = true)]
async fn headers_that_do_not_come_are_not_waited_for_twice() {
    let transport = script([Response::silence(), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!((error.phase(), transport.requests().len()), (Some(TimeoutPhase::Headers), 1));
    assert_eq!(error.not_retried(), None, "the vendor may be at work on it, and paid for that");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_sent_is_not_tried_again() {
    let transport = script([Response::failure(TransportErrorKind::Request), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let error = client.complete_with_retry(request(), 5).await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::InvalidRequest, 1));
    let moved = Response::new(StatusCode::TEMPORARY_REDIRECT);
    let transport = script([moved, hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let error = client.complete_with_retry(request(), 5).await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Configuration, 1));
}

#[tokio::test(start_paused = true)]
async fn the_conversation_is_shared_by_all_attempts_and_never_copied() {
    let asked = Arc::new(request());
    let (seen, kept) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&asked));
    let counting = Arc::clone(&seen);
    let provider = Scripted::reading(move |number, call| {
        counting.fetch_add(usize::from(Arc::ptr_eq(&call.request, &kept)), Ordering::SeqCst);
        if number < 2 { Err(ApiError::new(ErrorKind::Overloaded, "later")) } else { Ok("Third") }
    });
    let client = with_key(&script([]), "key").build().unwrap();
    client.insert_test_provider("acme", provider);
    client.complete_with_retry(Arc::clone(&asked), 3).await.unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_help_is_sent_once() {
    for once in [400, 401, 403, 404, 422] {
        let transport = script([refused(once, "no"), hi()]);
        let client = with_key(&transport, "key").build().unwrap();
        let error = client.complete_with_retry(request(), 5).await.unwrap_err();
        assert_eq!((error.status(), error.attempts(), transport.requests().len()), (Some(once), 1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_number_counts_every_attempt_and_zero_is_refused() {
    let transport = ScriptedTransport::handler(|_| refused(503, "later"));
    let client = with_key(&transport, "key").build().unwrap();
    let error = client.complete_with_retry(request(), 0).await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::InvalidRequest, 0));
    for attempts in [1, 2, 5] {
        let before = transport.requests().len();
        let error = client.complete_with_retry(request(), attempts).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Overloaded, attempts));
        assert_eq!(transport.requests().len() - before, usize::try_from(attempts).unwrap());
    }
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!((transport.requests().len(), error.attempts()), (11, 3), "`complete` sends up to three times");
    assert_eq!(error.not_retried(), Some(NotRetried::Attempts));
}

#[tokio::test(start_paused = true)]
async fn a_request_may_bring_a_policy_of_its_own_and_the_number_of_attempts_wins_over_it() {
    let transport = ScriptedTransport::handler(|_| refused(503, "later"));
    let client = with_key(&transport, "key").retry(RetryPolicy::attempts(4)).build().unwrap();
    let own = || request().retry(RetryPolicy::attempts(2));
    for (sent, error) in [
        (4, client.complete(request()).await.unwrap_err()),
        (2, client.complete(own()).await.unwrap_err()),
        (2, client.stream_complete(own()).await.unwrap_err()),
        (3, client.complete_with_retry(own(), 3).await.unwrap_err()),
        (1, client.complete(request().retry(RetryPolicy::once())).await.unwrap_err()),
    ] {
        assert_eq!(error.attempts(), sent);
    }
    assert_eq!(transport.requests().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn the_attempts_before_are_told_with_the_answer_and_with_the_error() {
    let named = |response: Response, id| {
        response.header(HeaderName::from_static("x-request-id"), HeaderValue::from_static(id))
    };
    let answers = || [named(asking(429, "3"), "one"), Response::refuse(), hi()];
    let (one, two) =
        (script(answers()), script(answers().into_iter().take(2).chain([refused(500, "broken")])));
    let client = with_key(&one, "key").build().unwrap();
    let start = Instant::now();
    let response = client.complete(request()).await.unwrap();
    let took = start.elapsed();
    let client = with_key(&two, "key").build().unwrap();
    let error = client.stream_complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::ServerError, 3));
    for failed in [&response.failed_attempts[..], error.failed_attempts()] {
        let told: Vec<_> = failed.iter().map(|failed| (failed.kind, failed.status)).collect();
        assert_eq!(told, [(ErrorKind::RateLimited, Some(429)), (ErrorKind::Network, None)]);
        assert_eq!((failed[0].message.as_str(), failed[0].request_id.as_deref()), ("later", Some("one")));
        assert_eq!(failed[0].waited, Duration::from_secs(3));
    }
    let waited: Duration = response.failed_attempts.iter().map(|failed| failed.waited).sum();
    assert!(took.abs_diff(waited) < Duration::from_millis(5), "{took:?}, {waited:?}");
    let stored = serde_json::to_string(&response).unwrap();
    let read: CompletionResponse = serde_json::from_str(&stored).unwrap();
    assert_eq!(read.failed_attempts, response.failed_attempts);
}

#[tokio::test]
async fn an_answer_to_the_first_attempt_tells_of_no_other() {
    let client = with_key(&script([hi()]), "key").build().unwrap();
    let stream = client.stream_complete(request()).await.unwrap();
    assert!(stream.head().failed_attempts.is_empty());
    let response = stream.collect().await.unwrap();
    assert!(response.failed_attempts.is_empty());
    assert!(!serde_json::to_string(&response).unwrap().contains("failed_attempts"));
}

#[tokio::test(start_paused = true)]
async fn the_attempts_of_a_provider_that_does_not_retry_by_itself_are_told_too() {
    let failing = || {
        Scripted::new(|number| match number {
            0 => Err(ApiError::new(ErrorKind::Overloaded, "later")),
            _ => Ok("Second"),
        })
    };
    let client = with_key(&script([]), "key").build().unwrap();
    client.insert_test_provider("acme", failing());
    let response = client.complete(request()).await.unwrap();
    client.insert_test_provider("acme", failing());
    let stream = client.stream_complete(request()).await.unwrap();
    for failed in [&response.failed_attempts, &stream.head().failed_attempts] {
        assert_eq!(failed.iter().map(|failed| failed.kind).collect::<Vec<_>>(), [ErrorKind::Overloaded]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_vendors_word_on_sending_again_wins_over_the_status() {
    let should = |status, word| {
        refused(status, "no")
            .header(HeaderName::from_static("x-should-retry"), HeaderValue::from_static(word))
    };
    for (first, sent) in [(should(400, "true"), 2), (should(503, "false"), 1)] {
        let transport = script([first, hi()]);
        let client = with_key(&transport, "key").build().unwrap();
        assert_eq!((client.complete(request()).await.is_ok(), transport.requests().len()), (sent == 2, sent));
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_the_client_holds_for_streams_too() {
    let transport = script([refused(503, "later"), hi()]);
    let client = with_key(&transport, "key").retry(RetryPolicy::attempts(2)).build().unwrap();
    let response = client.stream_complete(request()).await.unwrap().collect().await.unwrap();
    assert_eq!(response.extract_text(), "Hi");
}

#[tokio::test(start_paused = true)]
async fn the_vendor_says_how_long_to_wait_and_too_long_ends_it_at_once() {
    let transport = script([asking(429, "30"), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let start = Instant::now();
    client.complete_with_retry(request(), 2).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 30);

    let transport = script([asking(429, "3600"), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let start = Instant::now();
    let error = client.complete_with_retry(request(), 2).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!((start.elapsed(), transport.requests().len()), (Duration::ZERO, 1));
    assert_eq!(error.not_retried(), Some(NotRetried::LongWait));
    assert!(error.to_string().contains("longer than the retry policy allows"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_outlasts_the_call_ends_it_with_the_vendors_word() {
    let transport = script([asking(429, "30"), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let start = Instant::now();
    let mut limited = request();
    limited.timeouts.total = Some(Duration::from_secs(10));
    let error = client.complete_with_retry(limited, 2).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::RateLimited, Duration::ZERO));
    assert_eq!(error.not_retried(), Some(NotRetried::Deadline));
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_cancelled_between_two_attempts() {
    let transport = script([asking(429, "30"), hi()]);
    let client = with_key(&transport, "key").build().unwrap();
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let start = Instant::now();
    let cancelling = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        token.cancel();
    };
    let (result, ()) = tokio::join!(client.complete_with_retry(call, 2), cancelling);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!((start.elapsed().as_secs(), transport.requests().len()), (5, 1));
}

#[tokio::test]
async fn a_cancelled_call_is_never_sent() {
    let transport = ScriptedTransport::handler(|_| hi());
    let client = with_key(&transport, "key").build().unwrap();
    let token = CancellationToken::new();
    token.cancel();
    let call = || ClientCall::new(request()).cancel_on(token.clone());
    assert_eq!(client.complete(call()).await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(client.stream_complete(call()).await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(client.complete_with_retry(call(), 3).await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(transport.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_retry_by_itself_is_called_again() {
    let client = with_key(&script([]), "key").build().unwrap();
    let provider = Scripted::new(|number| match number {
        0 | 1 => Err(ApiError::new(ErrorKind::Overloaded, "later")),
        _ => Ok("Third"),
    });
    client.insert_test_provider("acme", provider.clone());
    assert_eq!(client.complete_with_retry(request(), 3).await.unwrap().extract_text(), "Third");
    assert_eq!(provider.calls(), 3);
}

/// A server that knows a request again.
const KNOWING: &str =
    "[[providers]]\nid = 'acme'\n[providers.dialect]\nidempotency_header = 'Idempotency-Key'\n";

#[tokio::test(start_paused = true)]
async fn all_attempts_of_a_call_carry_one_key_where_the_server_takes_one_and_another_call_another() {
    let transport =
        ScriptedTransport::responses([refused(503, "later"), Response::refuse(), hi(), hi(), hi()]);
    let client = with_key(&transport, "key").catalog("knowing", KNOWING).build().unwrap();
    client.complete(request()).await.unwrap();
    client.complete(request()).await.unwrap();
    client.complete(request().header("idempotency-key", "mine")).await.unwrap();
    let requests = transport.requests();
    let keys: Vec<_> = requests.iter().map(|sent| sent.header("idempotency-key").unwrap()).collect();
    assert_eq!((keys[0], keys[1]), (keys[1], keys[2]));
    assert_ne!(keys[2], keys[3]);
    assert_eq!(keys[4], "mine", "the program's own");
    assert!(keys[0].len() >= 32, "{keys:?}");
}

#[tokio::test]
async fn no_key_is_sent_to_whoever_does_not_take_one() {
    let transport = script([hi()]);
    with_key(&transport, "key").build().unwrap().complete(request()).await.unwrap();
    assert_eq!(transport.requests()[0].header("idempotency-key"), None);
}
