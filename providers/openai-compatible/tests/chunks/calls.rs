//! Tool calls, however they are numbered, named and cut.

use steer_core::tools::ToolInput;
use steer_core::{CompletionResponse, Part, StopReason};

use crate::read::{answer, changed, whole};

/// Id, name and arguments of each call.
fn calls(answer: &CompletionResponse) -> Vec<(String, String, String)> {
    let all = answer.content.iter().filter_map(|part| match part {
        Part::ToolCall(part) => Some(&part.call),
        _ => None,
    });
    all.map(|call| (call.id.clone(), call.name.clone(), call.raw().to_owned())).collect()
}

fn check(answer: &CompletionResponse, expected: &[(&str, &str, &str)]) {
    let calls = calls(answer);
    let calls: Vec<_> =
        calls.iter().map(|(id, name, raw)| (id.as_str(), name.as_str(), raw.as_str())).collect();
    assert_eq!(calls, expected);
    assert!(answer.extract_tool_calls().iter().all(|call| call.complete));
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
}

const ARGUMENTS: &str = "{\"city\":\"Zürich\",\"unit\":\"c\"}";

#[test]
fn the_fragments_of_a_call_are_joined() {
    check(&answer("call"), &[("call_a", "get_weather", ARGUMENTS)]);
}

#[test]
fn a_call_after_text_stands_behind_it() {
    let answer = answer("call_after_text");
    assert!(matches!(answer.content[..], [Part::Text(_), Part::ToolCall(_)]));
    check(&answer, &[("call_a", "get_weather", ARGUMENTS)]);
}

#[test]
fn interleaved_calls_are_told_apart_by_their_index() {
    let expected =
        [("call_a", "get_weather", "{\"city\":\"Bern\"}"), ("call_b", "get_time", "{\"zone\":\"CET\"}")];
    check(&answer("calls_interleaved"), &expected);
}

#[test]
fn a_new_id_under_a_used_index_begins_another_call() {
    let expected = [
        ("call_a", "get_weather", "{\"city\":\"Bern\"}"),
        ("call_b", "get_weather", "{\"city\":\"Basel\"}"),
        ("call_c", "get_time", "{}"),
    ];
    check(&answer("calls_of_one_index"), &expected);
}

#[test]
fn calls_without_an_index_are_told_apart_by_their_ids() {
    let expected =
        [("call_a", "get_weather", "{\"city\":\"Bern\"}"), ("call_b", "get_time", "{\"zone\":\"CET\"}")];
    check(&answer("calls_without_index"), &expected);
}

#[test]
fn an_id_may_come_after_an_empty_one() {
    check(&answer("call_id_late"), &[("call_late", "get_weather", "{\"city\":\"Bern\"}")]);
}

#[test]
fn a_name_may_come_after_the_id() {
    check(&answer("call_name_late"), &[("call_a", "get_weather", "{}")]);
}

#[test]
fn a_null_id_is_none_and_no_text() {
    let answer = answer("call_id_null");
    let calls = calls(&answer);
    assert_eq!((calls.len(), calls[0].2.as_str()), (1, "{\"city\":\"Bern\"}"));
    assert_eq!(calls[0].0, "");
}

#[test]
fn a_repeated_id_and_name_do_not_begin_another_call() {
    check(&answer("call_id_repeated"), &[("call_a", "get_weather", "{\"city\":\"Bern\"}")]);
}

#[test]
fn a_whole_call_beside_its_finish_reason_is_taken() {
    check(&answer("call_at_once"), &[("call_a", "get_weather", ARGUMENTS)]);
}

#[test]
fn arguments_may_be_an_object_instead_of_a_text() {
    check(&answer("call_arguments_object"), &[("call_a", "get_weather", "{\"city\":\"Bern\",\"days\":2}")]);
}

#[test]
fn no_arguments_are_an_empty_object() {
    let answer = answer("call_no_arguments");
    let call = &answer.extract_tool_calls()[0];
    assert!(call.complete);
    assert!(matches!(&call.input, ToolInput::Json(_)));
    assert_eq!(call.value().unwrap(), serde_json::json!({}));
}

#[test]
fn a_custom_tool_is_called_with_free_text() {
    let answer = whole("call_custom").result.unwrap();
    let call = &answer.extract_tool_calls()[0];
    assert_eq!(
        (call.name.as_str(), &call.input),
        ("run_code", &ToolInput::Text("print(\"hi\")\n".to_owned()))
    );
}

#[test]
fn a_function_call_of_old_is_a_call() {
    let answer = answer("call_legacy");
    let calls = calls(&answer);
    assert_eq!((calls[0].1.as_str(), calls[0].2.as_str()), ("get_weather", "{\"city\":\"Bern\"}"));
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
}

#[test]
fn an_answer_with_calls_waits_for_them_even_if_it_says_stop() {
    let answer = answer("call_said_to_stop");
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("stop"));
    check(&answer, &[("call_a", "get_weather", "{\"city\":\"Bern\"}")]);
}

#[test]
fn a_call_that_is_cut_by_the_limit_is_not_complete() {
    for answer in [answer("call_cut_by_length"), whole("call_cut_by_length").result.unwrap()] {
        assert_eq!(answer.stop_reason, Some(StopReason::MaxOutputTokens));
        assert_eq!(answer.extract_text(), "Looking.");
        assert!(!answer.extract_tool_calls()[0].complete);
        assert_eq!(answer.usage.unwrap().output_tokens, Some(4));
    }
}

#[test]
fn a_signature_beside_a_call_is_kept_for_the_next_turn() {
    let answer = answer("call_with_signature");
    let replay = answer.content[0].meta().replay.as_ref().unwrap();
    assert!(replay.get().contains("c2ln"));
}

#[test]
fn arguments_that_begin_with_a_whole_object_are_not_yet_whole() {
    let answer = changed("call", "{\\\"city\\\":", "{}").result.unwrap();
    assert_eq!(answer.extract_tool_calls()[0].raw(), "{}\"Zürich\",\"unit\":\"c\"}", "nothing is lost");
}
