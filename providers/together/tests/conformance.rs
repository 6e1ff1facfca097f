//! The cases that every provider passes, over the fixtures, and what is Together AI's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::{CompletionRequest, Effort, ErrorKind};
use steer_testkit::exchange::Exchange;
use steer_together::REGISTRATION;

const MODEL: &str = "together/openai/gpt-oss-20b";

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
            401,
            r#"{"error":{"message":"Invalid API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (503, r#"{"error":{"message":"The engine is currently overloaded"}}"#, ErrorKind::Overloaded, true),
    ] {
        let request = CompletionRequest::new(MODEL).user("Hi");
        let error = Exchange::of(REGISTRATION, request, status, body).await.unwrap().answer.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, again), "{error}");
    }
}
