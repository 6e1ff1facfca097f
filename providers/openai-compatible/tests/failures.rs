//! Errors that only some servers of this format report.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use steer_core::http_types::StatusCode;
use steer_core::{ApiError, Delivery, ErrorKind, WarningKind};
use steer_testkit::conformance::Subject;

fn subject() -> Subject {
    Subject::new(steer_openai_compatible::REGISTRATION, "openai-compatible/m").unwrap()
}

fn refused(body: &str) -> ApiError {
    subject().refused(StatusCode::BAD_REQUEST, body.to_owned()).unwrap()
}

fn read(delivery: Delivery, body: &str) -> ApiError {
    subject().decode(delivery, [body.to_owned().into()]).result.unwrap_err()
}

#[test]
fn a_filter_that_refuses_the_prompt_with_400_is_no_invalid_request() {
    // <https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter>
    let body = r#"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter",
        "status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true}}}}}"#;
    let error = refused(body);
    assert_eq!((error.kind(), error.code()), (ErrorKind::RequestBlocked, Some("content_filter")));
    assert!(!error.is_retryable());
}

#[test]
fn a_call_that_the_model_wrote_wrong_may_be_asked_for_again() {
    // <https://console.groq.com/docs/tool-use/local-tool-calling#error-handling>
    let body = r#"{"error":{"message":"Failed to call a function.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"SECRET"}}"#;
    for error in [refused(body), read(Delivery::Stream, &format!("data: {body}\n\n"))] {
        assert_eq!(error.code(), Some("tool_use_failed"));
        assert!(error.is_retryable(), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("SECRET"),
            "what the model wrote is no part of an error"
        );
    }
}

#[test]
fn a_text_where_an_answer_should_be_is_an_error_that_does_not_quote_it() {
    for delivery in [Delivery::Whole, Delivery::Stream] {
        let error = read(delivery, "upstream SECRET connect error");
        assert!(matches!(error.kind(), ErrorKind::ResponseParsing | ErrorKind::Truncated), "{error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
    }
}

#[test]
fn half_a_character_that_a_server_escaped_is_replaced_and_whole_ones_stay() {
    let chunk = |text: &str, end: &str| {
        format!(
            "data: {{\"id\":\"1\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}{end}}}]}}\n\n"
        )
    };
    let body = chunk(r"a\ud83db \ud83d\ude00", ",\"finish_reason\":\"stop\"");
    let answer = subject().decode(Delivery::Stream, [body.into()]).result.unwrap();
    assert_eq!(answer.extract_text(), "a\u{fffd}b 😀");
    assert_eq!(answer.warnings.len(), 1);
    assert_eq!(answer.warnings.first().unwrap().kind, WarningKind::ReplacedBytes);
}

#[test]
fn a_router_that_says_only_that_it_was_refused_is_heard_with_the_server_behind_it() {
    // <https://openrouter.ai/docs/api/reference/errors-and-debugging>
    let behind = r#"{\"error\":{\"message\":\"prompt is too long: 9 tokens > 8 maximum\",\"type\":\"invalid_request_error\"}}"#;
    let body = format!(
        r#"{{"error":{{"code":400,"message":"Provider returned error","metadata":{{"provider_name":"X","raw":"{behind}"}}}}}}"#
    );
    for error in
        [refused(&body), read(Delivery::Stream, &format!("data: {body}\n\n")), read(Delivery::Whole, &body)]
    {
        assert_eq!(error.kind(), ErrorKind::ContextLength, "{error}");
        assert_eq!(error.message(), "Provider returned error: prompt is too long: 9 tokens > 8 maximum");
    }
    let quoting =
        r#"{"error":{"code":502,"message":"Provider returned error","metadata":{"raw":"no JSON: SECRET"}}}"#;
    let error = refused(quoting);
    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
}
