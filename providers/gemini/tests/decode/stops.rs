//! Why an answer ended: <https://ai.google.dev/api/generate-content#FinishReason>.

use steer_core::response::FilterPlace;
use steer_core::{StopReason, WarningKind};

use crate::read::{answer, changed, whole};

#[test]
fn a_limit_and_protected_text_have_reasons_of_their_own() {
    assert_eq!(answer("max_tokens").stop_reason, Some(StopReason::MaxOutputTokens));
    assert_eq!(answer("recitation").stop_reason, Some(StopReason::Recitation));
    assert_eq!(answer("no_image").stop_reason, Some(StopReason::NoMedia));
    assert_eq!(answer("unknown_stop").stop_reason, Some(StopReason::Other("SPARKLES".into())));
}

#[test]
fn a_filter_names_the_categories_and_keeps_what_came() {
    let answer = answer("safety");
    let categories = vec!["HARM_CATEGORY_DANGEROUS_CONTENT".to_owned()];
    assert_eq!(answer.stop_reason, Some(StopReason::Filtered { place: FilterPlace::Output, categories }));
    assert_eq!(answer.extract_text(), "You need ");
    assert!(answer.provider_metadata["safety"].get().contains("NEGLIGIBLE"));
    for reason in
        ["BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "MODEL_ARMOR"]
    {
        let answer = changed("recitation", "\"RECITATION\"", &format!("{reason:?}")).result.unwrap();
        let categories = vec![reason.to_owned()];
        assert_eq!(answer.stop_reason, Some(StopReason::Filtered { place: FilterPlace::Output, categories }));
    }
}

#[test]
fn quirk_105_a_blocked_prompt_has_no_candidate_and_is_no_error() {
    let answer = answer("prompt_blocked");
    let categories = vec!["PROHIBITED_CONTENT".to_owned()];
    assert_eq!(answer.stop_reason, Some(StopReason::Filtered { place: FilterPlace::Prompt, categories }));
    assert!(answer.content.is_empty());
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("PROHIBITED_CONTENT"));
}

#[test]
fn quirk_103_a_call_that_cannot_be_read_is_never_an_empty_success() {
    let answer = answer("malformed_call");
    assert_eq!(answer.stop_reason, Some(StopReason::MalformedToolCall));
    assert!(answer.provider_metadata["finishMessage"].get().contains("Malformed"));
    let unexpected = crate::read::answer("unexpected_call");
    assert_eq!(unexpected.stop_reason, Some(StopReason::MalformedToolCall));
    assert_eq!(unexpected.extract_tool_calls()[0].name, "unheard_of");
}

#[test]
fn quirk_104_an_empty_turn_that_ends_well_carries_a_warning() {
    for answer in [answer("empty_stop"), whole("empty_stop").result.unwrap()] {
        assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
        assert_eq!(answer.warnings[0].kind, WarningKind::Inconsistent);
    }
    assert!(answer("max_tokens").warnings.is_empty());
}
