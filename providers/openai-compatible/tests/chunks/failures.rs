//! Failures inside successful responses.

use steer_core::{Delivery, ErrorKind};

use crate::read::{answer, bytes, error, whole};

#[test]
fn an_error_before_any_text_is_retryable() {
    let error = error("error_first");
    assert!(error.is_retryable());
    assert_eq!(error.code(), Some("server_error"));
}

#[test]
fn an_error_after_text_keeps_what_came() {
    for name in ["error_late", "error_with_choices", "error_text_after_text"] {
        let error = error(name);
        let partial = error.partial().unwrap();
        assert_eq!((partial.extract_text().as_ref(), partial.proof), ("Half of the ", None), "{name}");
    }
}

#[test]
fn an_error_that_is_a_text_is_an_error() {
    assert!(error("error_text_first").message().contains("overloaded"));
    assert!(error("error_text_after_text").message().contains("has stopped"));
}

#[test]
fn an_error_that_is_null_is_none() {
    assert_eq!(answer("error_is_null").extract_text(), "No error.");
}

#[test]
fn broken_json_fails_the_answer_without_quoting_it() {
    let error = error("json_broken");
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    assert_eq!(error.partial().unwrap().extract_text(), "Good so far");
    assert!(!error.to_string().contains("bad"), "{error}");
}

#[test]
fn a_whole_body_without_choices_is_an_error_of_its_own() {
    let error = whole("choices_none").result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoChoices);
}

#[test]
fn a_whole_body_that_is_an_error_is_an_error() {
    let error = whole("error").result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidRequest, Some("missing_required_parameter")));
    assert!(whole("error_with_null_choices").result.unwrap_err().message().contains("Upstream overloaded"));
}

#[test]
fn an_empty_body_is_truncated() {
    for delivery in [Delivery::Stream, Delivery::Whole] {
        assert_eq!(bytes(delivery, "").result.unwrap_err().kind(), ErrorKind::Truncated);
    }
}

#[test]
fn one_body_in_answer_to_a_stream_request_is_decoded_as_one_turn() {
    let body = include_str!("../fixtures/reasoning.whole.json");
    assert_eq!(bytes(Delivery::Stream, body).result.unwrap().extract_text(), "Said.");
    assert!(bytes(Delivery::Stream, include_str!("../fixtures/error.whole.json")).result.is_err());
}
