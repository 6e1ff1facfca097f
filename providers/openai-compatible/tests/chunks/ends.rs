//! Why an answer ends, and how its stream does.

use steer_core::response::FilterPlace;
use steer_core::{EndProof, ErrorKind, StopReason};

use crate::read::{answer, changed, error, whole};

#[test]
fn a_filter_ends_the_answer_as_filtered() {
    let reason = StopReason::Filtered { place: FilterPlace::Output, categories: Vec::new() };
    assert_eq!(answer("content_filter").stop_reason, Some(reason));
}

#[test]
fn an_unknown_reason_is_kept_in_the_vendors_word() {
    let answer = answer("finish_unknown");
    assert_eq!(answer.stop_reason, Some(StopReason::Other("zz_new".to_owned())));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("zz_new"));
}

#[test]
fn an_empty_reason_before_the_end_is_none() {
    let answer = answer("finish_empty");
    assert_eq!(
        (answer.extract_text().as_ref(), &answer.stop_reason),
        ("More to come.", &Some(StopReason::EndTurn))
    );
    let cut = changed("finish_empty", "\"stop\"", "\"\"");
    assert_ne!(cut.result.unwrap().proof, Some(EndProof::Confirmed), "only `[DONE]` says that it is whole");
}

#[test]
fn the_limit_ends_the_answer_also_where_all_of_it_was_thinking() {
    assert_eq!(answer("length").stop_reason, Some(StopReason::MaxOutputTokens));
    let empty = answer("length_without_text");
    assert_eq!((empty.content.len(), empty.stop_reason), (0, Some(StopReason::MaxOutputTokens)));
}

#[test]
fn done_without_a_reason_is_an_end_that_was_inferred() {
    let answer = answer("done_alone");
    assert_eq!(
        (answer.extract_text().as_ref(), answer.proof),
        ("No reason given.", Some(EndProof::Inferred))
    );
    assert_eq!(answer.stop_reason_raw, None);
}

#[test]
fn a_reason_without_done_is_a_proven_end() {
    assert_eq!(answer("finish_alone").proof, Some(EndProof::Confirmed));
}

#[test]
fn a_stream_with_neither_is_truncated_and_keeps_what_came() {
    let error = error("end_absent");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    let partial = error.partial().unwrap();
    assert_eq!((partial.extract_text().as_ref(), partial.proof), ("There is no end", None));
    assert_eq!(partial.usage.as_ref().unwrap().output_tokens, Some(3));
}

#[test]
fn comments_between_the_chunks_are_skipped() {
    assert_eq!(answer("comments").extract_text(), "Between comments.");
}

#[test]
fn a_whole_body_without_a_reason_is_an_answer() {
    let answer = whole("finish_missing").result.unwrap();
    assert_eq!(
        (answer.extract_text().as_ref(), answer.stop_reason_raw.as_deref()),
        ("No reason given.", None)
    );
    let calls = whole("finish_null_with_call").result.unwrap();
    assert!(calls.extract_tool_calls()[0].complete);
}

#[test]
fn an_answer_is_cut_while_one_of_several_answers_has_no_end() {
    let done = "\"finish_reason\":\"length\"";
    let cut = changed("alternatives", done, "\"finish_reason\":null").result.unwrap();
    assert_eq!(cut.proof, Some(EndProof::Inferred), "only `[DONE]` says that the second is whole");
}
