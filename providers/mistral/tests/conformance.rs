//! The cases that every provider passes, over the fixtures, and what is Mistral's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use serde_json::json;
use steer_core::{
    CompletionRequest, ErrorKind, InputSchema, Message, Part, Tool, ToolCall, ToolChoice, ToolResult,
    ToolSchema,
};
use steer_mistral::REGISTRATION;
use steer_testkit::exchange::Exchange;

const MODEL: &str = "mistral/mistral-medium-latest";

steer_testkit::conformance! {
    registration: REGISTRATION,
    model: MODEL,
    fixtures: "tests/fixtures",
}

#[tokio::test]
async fn a_request_is_written_in_the_dialect() {
    let request = CompletionRequest::new(MODEL)
        .user("Hi")
        .tool(Tool::from(ToolSchema::new("f", InputSchema::from_json(json!({"type": "object"})).unwrap())))
        .tool_choice(ToolChoice::Required)
        .message(Message::assistant(Part::from(ToolCall::new("call_of_more_than_nine", "f", "{}"))))
        .message(Message::tool(ToolResult::text("call_of_more_than_nine", "4").for_tool("f")))
        .user("And?");
    let answer = include_str!("fixtures/text.stream.sse");
    let exchange = Exchange::of(REGISTRATION, request, 200, answer).await.unwrap();
    assert_eq!(exchange.answer.as_ref().unwrap().extract_text(), "It rains.");
    assert_eq!(exchange.target(), "/chat/completions");
    insta::assert_json_snapshot!(exchange.body());
}

#[tokio::test]
async fn an_error_is_of_the_kind_that_it_means() {
    for (status, body, kind, again) in [
        (401, r#"{"detail":"Unauthorized"}"#, ErrorKind::AuthenticationFailed, false),
        (
            400,
            r#"{"object":"error","message":"There is none of this name","type":"invalid_model","param":null,"code":"1500"}"#,
            ErrorKind::InvalidRequest,
            false,
        ),
        (
            429,
            r#"{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited","param":null,"code":"1300"}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ] {
        let request = CompletionRequest::new(MODEL).user("Hi");
        let error = Exchange::of(REGISTRATION, request, status, body).await.unwrap().answer.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, again), "{error}");
    }
}
