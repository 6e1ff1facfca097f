//! The cases that every provider passes, over the fixtures, and what is GitHub Models's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::{CompletionRequest, ErrorKind};
use steer_github_models::REGISTRATION;
use steer_testkit::exchange::Exchange;

const MODEL: &str = "github-models/openai/gpt-4.1";

steer_testkit::conformance! {
    registration: REGISTRATION,
    model: MODEL,
    fixtures: "tests/fixtures",
}

#[tokio::test]
async fn a_request_is_written_in_the_dialect() {
    let request = CompletionRequest::new(MODEL).user("Hi").max_output_tokens(64).stop_sequence("END");
    let answer = include_str!("fixtures/text.stream.sse");
    let exchange = Exchange::of(REGISTRATION, request, 200, answer).await.unwrap();
    assert_eq!(exchange.answer.as_ref().unwrap().extract_text(), "It rains.");
    assert_eq!(exchange.target(), "/chat/completions");
    insta::assert_json_snapshot!(exchange.body());
}

#[tokio::test]
async fn an_error_is_of_the_kind_that_it_means() {
    for (status, body, kind, again) in [
        (
            401,
            r#"{"error":{"code":"unauthorized","message":"The `models` permission is required","details":"Unauthorized"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            429,
            r#"{"error":{"code":"RateLimitReached","message":"Rate limit of 15 per 60s exceeded","details":""}}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ] {
        let request = CompletionRequest::new(MODEL).user("Hi");
        let error = Exchange::of(REGISTRATION, request, status, body).await.unwrap().answer.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, again), "{error}");
    }
}
