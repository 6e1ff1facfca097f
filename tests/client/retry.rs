use std::time::Duration;

use steer::http_types::{HeaderName, HeaderValue};
use steer::{ApiError, CancellationToken, ClientCall, ErrorKind, RetryPolicy};
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
    }
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
    client.complete(request()).await.unwrap_err();
    assert_eq!(transport.requests().len(), 9, "`complete` sends once unless a policy says otherwise");
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
