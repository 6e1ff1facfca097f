//! Failures inside successful responses.

use steer_core::{Delivery, ErrorKind};

use crate::read::{bytes, changed, error, whole};

#[test]
fn overloaded_in_the_first_event_is_a_retryable_error() {
    let error = error("error_first");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Overloaded, true));
    assert_eq!(error.code(), Some("overloaded_error"));
    assert_eq!(error.request_id(), Some("req_011CSHoEeqs5C35K2UUqR7Fy"));
}

#[test]
fn overloaded_after_text_keeps_what_came() {
    let error = error("error_after_text");
    assert_eq!(error.kind(), ErrorKind::Overloaded);
    let partial = error.into_partial().unwrap();
    assert_eq!(partial.extract_text(), "Half of the ");
    assert!(partial.extract_tool_calls()[0].complete, "the call was whole before the failure");
    assert_eq!(partial.proof, None);
}

#[test]
fn an_error_in_the_envelope_of_another_vendor_is_an_error() {
    let error = error("error_of_another_house");
    assert_eq!(error.kind(), ErrorKind::Overloaded);
    assert_eq!(error.partial().unwrap().extract_text(), "Half of the ");
}

#[test]
fn every_documented_error_type_has_its_kind() {
    for (code, kind) in [
        ("invalid_request_error", ErrorKind::InvalidRequest),
        ("authentication_error", ErrorKind::AuthenticationFailed),
        ("billing_error", ErrorKind::QuotaExhausted),
        ("permission_error", ErrorKind::PermissionDenied),
        ("not_found_error", ErrorKind::NotFound),
        ("request_too_large", ErrorKind::ContextLength),
        ("rate_limit_error", ErrorKind::RateLimited),
        ("api_error", ErrorKind::ServerError),
        ("timeout_error", ErrorKind::Timeout),
        ("overloaded_error", ErrorKind::Overloaded),
    ] {
        let error = changed("error_after_text", "overloaded_error", code).result.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
    }
}

#[test]
fn broken_json_in_one_event_fails_the_answer_without_quoting_it() {
    let error = error("json_broken");
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    assert_eq!(error.partial().unwrap().extract_text(), "Good so far");
    assert!(!error.to_string().contains("bad"), "{error}");
}

#[test]
fn a_whole_body_that_is_an_error_is_an_error() {
    let error = whole("error").result.unwrap_err();
    assert_eq!(error.code(), Some("invalid_request_error"));
    assert!(error.message().contains("at least one message"), "{error}");
}

#[test]
fn a_whole_body_without_a_message_is_never_an_empty_success() {
    let error = whole("empty_object").result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    for body in
        ["[]", "null", "7", "\"text\"", "{\"content\":7}", "{\"content\":null}", "not JSON", "<html></html>"]
    {
        let error = bytes(Delivery::Whole, body).result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ResponseParsing | ErrorKind::Truncated), "{body}: {error}");
    }
}

#[test]
fn an_empty_body_is_truncated() {
    for delivery in [Delivery::Stream, Delivery::Whole] {
        for body in ["", "\n\n", " \r\n"] {
            assert_eq!(bytes(delivery, body).result.unwrap_err().kind(), ErrorKind::Truncated);
        }
    }
}

#[test]
fn one_json_body_in_answer_to_a_stream_request_is_decoded_as_one_turn() {
    let body = include_str!("../fixtures/thinking.whole.json");
    let answer = bytes(Delivery::Stream, body).result.unwrap();
    assert_eq!(answer.extract_text(), "The sum is 42.");
    let error = bytes(Delivery::Stream, include_str!("../fixtures/error.whole.json")).result.unwrap_err();
    assert_eq!(error.code(), Some("invalid_request_error"));
    for body in ["{}", "{\"ok\":true}"] {
        assert_eq!(bytes(Delivery::Stream, body).result.unwrap_err().kind(), ErrorKind::ResponseParsing);
    }
}

#[test]
fn a_stream_in_answer_to_a_request_for_one_body_is_decoded() {
    let body = include_str!("../fixtures/text.stream.sse");
    assert!(bytes(Delivery::Whole, body).result.unwrap().extract_text().starts_with("Grüße"));
}
