//! How answers end.

use steer_core::response::FilterPlace;
use steer_core::{Delivery, EndProof, ErrorKind, StopReason};

use crate::read::{answer, bytes, changed, whole};

/// Quirk 46: an end before all is said is `incomplete` with a reason.
#[test]
fn an_incomplete_answer_says_why() {
    assert_eq!(answer("max_tokens").stop_reason, Some(StopReason::MaxOutputTokens));
    let filtered = answer("content_filter");
    let place = FilterPlace::Output;
    assert_eq!(filtered.stop_reason, Some(StopReason::Filtered { place, categories: Vec::new() }));
    assert_eq!(filtered.stop_reason_raw.as_deref(), Some("content_filter"));
    let other = answer("incomplete_otherwise");
    assert_eq!(other.stop_reason, Some(StopReason::Other("steered".to_owned())));
}

#[test]
fn an_answer_that_was_cancelled_says_so() {
    let answer = answer("cancelled");
    assert_eq!((answer.stop_reason, answer.usage), (Some(StopReason::Cancelled), None));
}

#[test]
fn an_answer_that_goes_on_in_the_background_is_no_error_and_no_end() {
    let answer = whole("queued").result.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::Other("queued".to_owned())));
    assert_eq!(answer.response_id.as_deref(), Some("resp_1"));
}

#[test]
fn a_stream_without_its_last_event_is_cut_off_whatever_else_ends_it() {
    let error =
        changed("event_names_missing", "response.completed", "response.in_progress").result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert!(error.partial().unwrap().extract_text().starts_with("Hello"));
}

#[test]
fn a_response_that_says_nothing_of_its_state_ended_as_its_event_says() {
    let body = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[]}}\n\n";
    let answer = bytes(Delivery::Stream, body).result.unwrap();
    assert_eq!((answer.stop_reason, answer.proof), (Some(StopReason::EndTurn), Some(EndProof::Confirmed)));
}

#[test]
fn nothing_counts_behind_the_end() {
    let end = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":[]}}\n\n";
    let late = "data: {\"type\":\"error\",\"message\":\"late\"}\n\n";
    assert!(bytes(Delivery::Stream, format!("{end}{late}")).result.is_ok());
}
