//! Failures inside successful responses: <https://docs.ollama.com/api/errors>.

use steer_core::{Delivery, ErrorKind};

use crate::read::{bytes, error, whole};

#[test]
fn an_error_may_be_the_first_line_of_a_stream() {
    let error = error("error_first");
    assert_eq!(error.message(), "an error was encountered while running the model");
    assert_eq!(error.status(), None);
}

#[test]
fn an_error_after_text_keeps_what_came() {
    let error = error("error_after_text");
    assert_eq!(error.message(), "an error was encountered while running the model");
    assert_eq!(error.partial().unwrap().extract_text(), "Half of the ");
}

#[test]
fn a_whole_body_that_is_an_error_is_an_error() {
    let error = whole("error").result.unwrap_err();
    assert_eq!(error.message(), "model 'gemma9' not found");
}

#[test]
fn an_error_that_cannot_be_read_is_still_one() {
    for delivery in [Delivery::Whole, Delivery::Stream] {
        let error = bytes(delivery, "{\"error\":[7]}").result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    }
}

#[test]
fn a_broken_line_fails_the_answer_without_quoting_it() {
    let error = error("json_broken");
    assert!(matches!(error.kind(), ErrorKind::ResponseParsing | ErrorKind::Truncated));
    assert_eq!(error.partial().unwrap().extract_text(), "Half ");
    assert!(!error.to_string().contains("bad"), "{error}");
}
