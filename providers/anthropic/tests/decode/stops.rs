//! Why an answer ends.

use steer_core::{EndProof, StopReason};

use crate::read::answer;

#[test]
fn a_refusal_gives_its_category_and_explanation() {
    let reason = StopReason::Refused {
        category: Some("cyber".to_owned()),
        explanation: Some("This asks for working malware.".to_owned()),
    };
    assert_eq!(answer("refusal").stop_reason, Some(reason));
}

#[test]
fn a_paused_turn_is_no_end_of_turn() {
    assert_eq!(answer("pause_turn").stop_reason, Some(StopReason::Paused));
}

#[test]
fn a_stop_sequence_is_named() {
    let answer = answer("stop_sequence");
    assert_eq!(answer.stop_reason, Some(StopReason::StopSequence(Some("three".to_owned()))));
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
}

#[test]
fn a_stop_sequence_before_any_content_is_an_empty_answer_and_no_error() {
    let answer = answer("stop_sequence_first");
    assert!(answer.content.is_empty());
    assert_eq!(answer.stop_reason, Some(StopReason::StopSequence(Some("END".to_owned()))));
}

#[test]
fn a_full_context_window_is_told_from_a_token_limit() {
    assert_eq!(answer("context_window").stop_reason, Some(StopReason::ContextWindow));
}

#[test]
fn an_unknown_stop_reason_is_kept_in_the_vendors_word() {
    let answer = answer("unknown_stop");
    assert_eq!(answer.stop_reason, Some(StopReason::Other("zzz_new".to_owned())));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("zzz_new"));
}
