//! Failures within a success, in all their shapes.

use steer_core::{Delivery, ErrorKind};

use crate::read::{bytes, error, whole};

/// Quirk 48: the code stands at the top or in `error`.
#[test]
fn an_error_event_is_read_in_both_shapes() {
    let top = error("error_first");
    assert_eq!((top.kind(), top.code()), (ErrorKind::RateLimited, Some("rate_limit_exceeded")));
    assert_eq!((top.message(), top.is_retryable()), ("Slow down.", true));
    let nested = error("error_after_text");
    assert_eq!((nested.kind(), nested.message()), (ErrorKind::ServerError, "Sorry."));
    assert!(nested.partial().unwrap().extract_text().starts_with("Hello"));
}

/// Every code of <https://platform.openai.com/docs/api-reference/responses/object#error>, and those that HTTP responses
/// have and events may have too: in each of the three places where one may stand, it means the same.
#[test]
fn every_code_of_an_error_has_its_kind_wherever_it_stands() {
    for (kind, codes) in [
        (ErrorKind::ServerError, &["server_error"][..]),
        (ErrorKind::RateLimited, &["rate_limit_exceeded"]),
        (ErrorKind::Overloaded, &["server_is_overloaded", "slow_down"]),
        (
            ErrorKind::QuotaExhausted,
            &["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"],
        ),
        (ErrorKind::ContextLength, &["context_length_exceeded"]),
        (ErrorKind::AuthenticationFailed, &["invalid_api_key"]),
        (ErrorKind::NotFound, &["model_not_found"]),
        (ErrorKind::Timeout, &["vector_store_timeout"]),
        (
            ErrorKind::RequestBlocked,
            &[
                "bio_policy",
                "content_policy_violation",
                "image_content_policy_violation",
                "misalignment_policy_violation",
            ],
        ),
        (
            ErrorKind::InvalidRequest,
            &[
                "data_residency_mismatch",
                "empty_image_file",
                "failed_to_download_image",
                "image_file_not_found",
                "image_file_too_large",
                "image_parse_error",
                "image_too_large",
                "image_too_small",
                "invalid_base64_image",
                "invalid_image",
                "invalid_image_format",
                "invalid_image_mode",
                "invalid_image_url",
                "invalid_prompt",
                "unsupported_image_media_type",
            ],
        ),
        (ErrorKind::Unknown, &["zz_new_code"]),
    ] {
        for code in codes {
            let said = format!(r#""code":"{code}","message":"no""#);
            for data in [
                format!(r#"{{"type":"error",{said},"param":null,"sequence_number":1}}"#),
                format!(r#"{{"type":"error","error":{{{said}}}}}"#),
                format!(
                    r#"{{"type":"response.failed","response":{{"id":"r","status":"failed","error":{{{said}}}}}}}"#
                ),
            ] {
                let error = bytes(Delivery::Stream, format!("data: {data}\n\n")).result.unwrap_err();
                assert_eq!(
                    (error.kind(), error.code(), error.message()),
                    (kind, Some(*code), "no"),
                    "{data}"
                );
                let again =
                    matches!(kind, ErrorKind::ServerError | ErrorKind::RateLimited | ErrorKind::Overloaded);
                assert_eq!(error.is_retryable(), again, "{data}");
            }
        }
    }
}

#[test]
fn a_response_that_failed_is_an_error_with_what_had_come() {
    let failed = error("failed");
    assert_eq!((failed.kind(), failed.message()), (ErrorKind::ServerError, "The model crashed."));
    let partial = failed.partial().unwrap();
    assert!(partial.extract_text().starts_with("Hello"));
    assert_eq!(partial.stop_reason, None);
    assert_eq!(error("failed_by_policy").kind(), ErrorKind::RequestBlocked);
    assert_eq!(error("failed_unexplained").kind(), ErrorKind::Unknown);
}

/// Quirk 47: a body with status 200 and an error, or without an output, is no answer.
#[test]
fn a_body_with_an_error_or_without_an_output_is_an_error() {
    let failed = whole("error").result.unwrap_err();
    assert_eq!((failed.kind(), failed.code()), (ErrorKind::ServerError, Some("server_error")));
    assert_eq!(whole("output_null").result.unwrap_err().kind(), ErrorKind::NoChoices);
    let other = whole("error_of_another_house").result.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::AuthenticationFailed);
    assert_eq!(whole("no_response").result.unwrap_err().kind(), ErrorKind::ResponseParsing);
}

#[test]
fn an_error_in_the_words_of_another_format_is_an_error() {
    for data in [
        r#"{"error":{"message":"no","code":429}}"#,
        r#"{"error":"no"}"#,
        r#"{"message":"no","code":"server_error"}"#,
        r#"{"type":"response.error","error":{"message":"no"}}"#,
        r#"{"type":"overload","error":{"message":"no"}}"#,
    ] {
        let error = bytes(Delivery::Stream, format!("data: {data}\n\n")).result.unwrap_err();
        assert_eq!(error.message(), "no", "{data}");
    }
}

#[test]
fn a_response_that_ended_with_an_error_is_one() {
    let data = r#"{"type":"response.completed","response":{"id":"r","status":"completed","error":{"code":"server_error","message":"no"},"output":[]}}"#;
    let error = bytes(Delivery::Stream, format!("data: {data}\n\n")).result.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::ServerError, "no"));
}

#[test]
fn broken_json_is_an_error_that_quotes_nothing() {
    let error = error("json_broken");
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    assert!(!error.message().contains("output_text"));
}

#[test]
fn a_delta_that_is_no_text_is_an_error() {
    let data = r#"{"type":"response.output_text.delta","output_index":0,"delta":7}"#;
    let error = bytes(Delivery::Stream, format!("data: {data}\n\n")).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
}

#[test]
fn an_end_without_its_response_is_an_error() {
    let data = r#"{"type":"response.completed"}"#;
    let error = bytes(Delivery::Stream, format!("data: {data}\n\n")).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
}
