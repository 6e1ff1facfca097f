//! The cases that every provider passes, over the fixtures, and what is llama.cpp's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::{CompletionRequest, ErrorKind};
use steer_llamacpp::REGISTRATION;
use steer_testkit::exchange::Exchange;

const MODEL: &str = "llamacpp/any";

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
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            ErrorKind::Overloaded,
            true,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#,
            ErrorKind::ContextLength,
            false,
        ),
    ] {
        let request = CompletionRequest::new(MODEL).user("Hi");
        let error = Exchange::of(REGISTRATION, request, status, body).await.unwrap().answer.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, again), "{error}");
    }
}
