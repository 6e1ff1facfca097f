//! Why an answer ended: <https://docs.ollama.com/api/chat#response-done-reason>.

use steer_core::{StopReason, WarningKind};

use crate::read::{answer, changed, whole};

#[test]
fn a_limit_has_a_reason_of_its_own() {
    assert_eq!(answer("text").stop_reason, Some(StopReason::EndTurn));
    assert_eq!(answer("length").stop_reason, Some(StopReason::MaxOutputTokens));
}

#[test]
fn a_model_that_was_loaded_or_unloaded_has_answered_nothing() {
    for (name, answer) in [
        ("load", answer("load")),
        ("load", whole("load").result.unwrap()),
        ("unload", whole("unload").result.unwrap()),
    ] {
        assert_eq!(answer.stop_reason, Some(StopReason::Other(name.to_owned())));
        assert!(answer.content.is_empty() && answer.warnings.is_empty() && answer.usage.is_none());
    }
}

#[test]
fn a_server_that_gives_no_reason_is_not_given_one() {
    let answer = answer("no_reason");
    assert_eq!((answer.stop_reason.as_ref(), &*answer.extract_text()), (None, "Old server."));
}

#[test]
fn a_reason_of_a_later_version_is_kept() {
    let answer = changed("text", "\"done_reason\":\"stop\"", "\"done_reason\":\"sparkles\"").result.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::Other("sparkles".to_owned())));
}

#[test]
fn an_answer_that_ends_well_and_says_nothing_is_warned_of() {
    for answer in [answer("empty_stop"), whole("empty_stop").result.unwrap()] {
        assert_eq!(answer.warnings[0].kind, WarningKind::Inconsistent);
        assert_eq!(answer.warnings[0].subject, "done_reason");
    }
}
