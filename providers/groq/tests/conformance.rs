//! The cases that every provider passes, over the fixtures, and what is Groq's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::{CompletionRequest, Effort, ErrorKind};
use steer_groq::REGISTRATION;
use steer_testkit::exchange::Exchange;

const MODEL: &str = "groq/openai/gpt-oss-120b";

steer_testkit::conformance! {
    registration: REGISTRATION,
    model: MODEL,
    fixtures: "tests/fixtures",
}

#[tokio::test]
async fn a_request_is_written_in_the_dialect() {
    let request =
        CompletionRequest::new(MODEL).user("Hi").effort(Effort::Low).max_output_tokens(64).temperature(0.5);
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
            400,
            r#"{"error":{"message":"The arguments of the call are no JSON.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<f>"}}"#,
            ErrorKind::InvalidRequest,
            true,
        ),
        (
            429,
            r#"{"error":{"message":"Too many tokens in this minute","type":"tokens","code":"rate_limit_exceeded"}}"#,
            ErrorKind::RateLimited,
            true,
        ),
        (
            404,
            r#"{"error":{"message":"No such model","type":"invalid_request_error","code":"model_not_found"}}"#,
            ErrorKind::NotFound,
            false,
        ),
    ] {
        let request = CompletionRequest::new(MODEL).user("Hi");
        let error = Exchange::of(REGISTRATION, request, status, body).await.unwrap().answer.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, again), "{error}");
    }
}
