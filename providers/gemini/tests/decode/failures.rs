//! Failures inside successful responses.

use std::time::Duration;

use steer_core::{Delivery, ErrorKind};

use crate::read::{bytes, error, whole};

#[test]
fn quirk_115_an_error_may_be_the_first_thing_of_a_stream() {
    let error = error("error_first");
    assert_eq!(
        (error.kind(), error.is_retryable(), error.status()),
        (ErrorKind::Overloaded, true, Some(503))
    );
    assert_eq!(error.code(), Some("UNAVAILABLE"));
}

#[test]
fn an_error_after_text_keeps_what_came_and_how_long_to_wait() {
    let error = error("error_after_text");
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(Duration::from_secs(7))));
    assert_eq!(error.partial().unwrap().extract_text(), "Half of the ");
}

#[test]
fn a_whole_body_that_is_an_error_is_an_error() {
    let error = whole("error").result.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidRequest, "contents is not specified"));
}

#[test]
fn an_error_in_a_list_is_an_error() {
    for delivery in [Delivery::Whole, Delivery::Stream] {
        let body = include_str!("../fixtures/error_list.whole.json");
        let error = bytes(delivery, body).result.unwrap_err();
        assert_eq!(
            (error.kind(), error.retry_after()),
            (ErrorKind::RateLimited, Some(Duration::from_millis(34_070)))
        );
    }
}

#[test]
fn broken_json_in_one_event_fails_the_answer_without_quoting_it() {
    let error = error("json_broken");
    assert!(matches!(error.kind(), ErrorKind::ResponseParsing | ErrorKind::Truncated));
    assert_eq!(error.partial().unwrap().extract_text(), "Good so far");
    assert!(!error.to_string().contains("bad"), "{error}");
}

#[test]
fn pieces_of_arguments_that_do_not_fit_together_are_an_error() {
    let body = r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":[{"jsonPath":"$.a[9]","numberValue":1}]}}]}}]}"#;
    assert_eq!(bytes(Delivery::Whole, body).result.unwrap_err().kind(), ErrorKind::ResponseParsing);
}

#[test]
fn an_error_beside_candidates_that_cannot_be_read_is_what_is_told() {
    let body =
        r#"{"candidates":[{"content":7}],"error":{"code":503,"status":"UNAVAILABLE","message":"busy"}}"#;
    assert_eq!(bytes(Delivery::Whole, body).result.unwrap_err().kind(), ErrorKind::Overloaded);
    let error = bytes(Delivery::Stream, format!("data: {body}\n\n")).result.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Overloaded, "busy"));
}

#[test]
fn candidates_and_contents_of_another_shape_are_an_error_and_those_that_are_null_are_none() {
    for odd in ["{}", "[null]", r#"[{"content":7}]"#, r#"[{"content":{"parts":{}}}]"#] {
        let body = format!(r#"{{"candidates":{odd}}}"#);
        assert_eq!(
            bytes(Delivery::Whole, body).result.unwrap_err().kind(),
            ErrorKind::ResponseParsing,
            "{odd}"
        );
    }
    for none in [r#"[{"content":null}]"#, r#"[{"content":{"parts":null}}]"#, r#"[{"content":{"parts":[]}}]"#]
    {
        let body = format!(r#"{{"candidates":{none}}}"#);
        assert!(bytes(Delivery::Whole, body).result.unwrap().content.is_empty(), "{none}");
    }
    let null = bytes(Delivery::Whole, r#"{"candidates":null}"#).result.unwrap_err();
    assert_eq!(null.kind(), ErrorKind::NoChoices);
}

#[test]
fn candidates_that_cannot_be_read_do_not_cost_the_id_of_the_answer() {
    let body = r#"{"candidates":[{"content":7}],"responseId":"r","modelVersion":"m"}"#;
    let error = bytes(Delivery::Whole, body).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    assert_eq!(error.partial().unwrap().response_id.as_deref(), Some("r"));
}

#[test]
fn of_members_of_one_name_the_first_counts() {
    let said =
        |text: &str| format!(r#"[{{"content":{{"parts":[{{"text":"{text}"}}]}},"finishReason":"STOP"}}]"#);
    let body = format!(r#"{{"candidates":{},"candidates":{}}}"#, said("one"), said("two"));
    assert_eq!(bytes(Delivery::Whole, body).result.unwrap().extract_text(), "one");
    let content = r#"{"parts":[{"text":"one"}],"parts":[{"text":"two"}]}"#;
    let body =
        format!(r#"{{"candidates":[{{"content":{content},"content":{{"parts":[{{"text":"3"}}]}}}}]}}"#);
    assert_eq!(bytes(Delivery::Whole, body).result.unwrap().extract_text(), "one");
}
