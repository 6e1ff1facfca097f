//! What the chunks and bodies of the vendors' documentation are read into. The bytes stand in `tests/fixtures`.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::bytes::Bytes;
use steer_core::message::SealKind;
use steer_core::response::FilterPlace;
use steer_core::{ApiError, CompletionResponse, Delivery, EndProof, ErrorKind, Part, StopReason, ToolCall};
use steer_testkit::conformance::Subject;

fn read(name: &str) -> Result<CompletionResponse, ApiError> {
    let delivery = if name.ends_with(".json") { Delivery::Whole } else { Delivery::Stream };
    let bytes = std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let subject = Subject::new(steer_openai_compatible::REGISTRATION, "openai-compatible/m-1").unwrap();
    subject.decode(delivery, [Bytes::from(bytes)]).result
}

fn answer(name: &str) -> CompletionResponse {
    read(&format!("{name}.stream.sse")).unwrap()
}

fn calls(name: &str) -> Vec<(String, String, String)> {
    answer(name)
        .extract_tool_calls()
        .into_iter()
        .map(|ToolCall { id, name, input, .. }| {
            let steer_core::tools::ToolInput::Json(arguments) = input else { panic!("no JSON arguments") };
            (id, name, arguments)
        })
        .collect()
}

fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
    (id.to_owned(), name.to_owned(), arguments.to_owned())
}

#[test]
fn text_usage_and_ids_are_read() {
    let answer = answer("text");
    assert_eq!(answer.extract_text(), "Héllo \"wörld\"\n.");
    assert_eq!((answer.stop_reason, answer.proof), (Some(StopReason::EndTurn), Some(EndProof::Confirmed)));
    assert_eq!((answer.response_id.as_deref(), answer.model.as_deref()), (Some("chatcmpl-1"), Some("m-1")));
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(9), Some(4)));
}

#[test]
fn thinking_is_read_under_each_of_its_names() {
    for name in ["reasoning_content", "reasoning_details", "content_list"] {
        let answer = answer(name);
        let [Part::Thinking(thinking), Part::Text(text)] = answer.content.as_slice() else {
            panic!("{name}: {answer:?}")
        };
        assert!(["Let me think.", "Hmm.", "Hmm."].contains(&&*thinking.text()), "{name}");
        assert_eq!(text.text, "Yes.", "{name}");
    }
}

#[test]
fn reasoning_details_are_joined_and_kept_for_the_way_back() {
    let answer = answer("reasoning_details");
    let Some(Part::Thinking(thinking)) = answer.content.first() else { panic!("no thinking") };
    assert_eq!(thinking.seal.as_ref().map(|seal| seal.kind), Some(SealKind::Signature));
    let details = thinking.meta.replay.as_ref().unwrap().get();
    assert_eq!(
        details,
        r#"[{"format":"f","index":0,"signature":"c2ln","text":"Hmm.","type":"reasoning.text"}]"#
    );
}

#[test]
fn fragments_of_parallel_calls_are_told_apart_by_their_numbers() {
    let both = [call("call_a", "look", r#"{"x":1}"#), call("call_b", "ask", r#"{"y":2}"#)];
    assert_eq!(calls("tool_calls_interleaved"), both);
}

#[test]
fn a_new_id_under_a_used_number_is_a_new_call() {
    let both = [call("call_a", "look", r#"{"x":1}"#), call("call_b", "ask", r#"{"y":2}"#)];
    assert_eq!(calls("tool_calls_same_index"), both);
    assert_eq!(calls("tool_calls_without_index"), both);
}

#[test]
fn an_id_that_comes_late_belongs_to_the_call_that_has_none() {
    assert_eq!(calls("tool_call_id_late"), [call("call_a", "look", "{}")]);
}

#[test]
fn a_call_without_arguments_has_an_empty_object() {
    let answer = answer("tool_call_without_arguments");
    assert_eq!(answer.tool_calls().next().unwrap().value().unwrap(), serde_json::json!({}));
}

#[test]
fn a_call_that_the_token_limit_cut_is_incomplete() {
    let answer = answer("tool_call_cut");
    assert_eq!(answer.stop_reason, Some(StopReason::MaxOutputTokens));
    assert!(!answer.tool_calls().next().unwrap().complete);
}

#[test]
fn a_plain_stop_with_calls_waits_for_their_results() {
    let answer = answer("tool_calls_same_index");
    assert_eq!(
        (answer.stop_reason, answer.stop_reason_raw.as_deref()),
        (Some(StopReason::ToolUse), Some("stop"))
    );
}

#[test]
fn the_call_of_the_time_before_parallel_calls_is_a_call() {
    assert_eq!(calls("function_call"), [call("", "look", r#"{"x":1}"#)]);
}

#[test]
fn a_refusal_is_a_part_and_the_reason() {
    let answer = answer("refusal");
    let [Part::Refusal(refusal)] = answer.content.as_slice() else { panic!("{answer:?}") };
    assert_eq!(refusal.text, "I cannot.");
    assert_eq!(answer.stop_reason, Some(StopReason::Refused { category: None, explanation: None }));
}

#[test]
fn the_first_of_several_answers_is_the_answer_and_the_others_are_kept() {
    let answer = answer("choices");
    assert_eq!(answer.extract_text(), "one");
    let [other] = answer.alternatives.as_slice() else { panic!("{answer:?}") };
    assert_eq!((other.index, &other.stop_reason), (1, &Some(StopReason::MaxOutputTokens)));
    assert!(matches!(other.content.as_slice(), [Part::Text(text)] if text.text == "two"));
}

#[test]
fn counters_are_found_in_the_choice_too() {
    assert_eq!(answer("usage_in_choice").usage.unwrap().output_tokens, Some(4));
}

#[test]
fn thinking_that_is_counted_beside_the_completion_is_added_to_it() {
    let usage = answer("reasoning_beside_completion").usage.unwrap();
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(11), Some(7)));
}

#[test]
fn an_error_inside_a_stream_is_an_error_with_what_came() {
    let error = read("error_after_text.stream.sse").unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Overloaded, Some(529)));
    assert_eq!(error.partial().unwrap().extract_text(), "Hi");
    assert_eq!(answer("error_null").extract_text(), "Hi");
}

#[test]
fn the_end_is_confirmed_by_a_reason_inferred_from_done_and_otherwise_missing() {
    assert_eq!(answer("finish_without_done").proof, Some(EndProof::Confirmed));
    assert_eq!(answer("done_only").proof, Some(EndProof::Inferred));
    let error = read("end_missing.stream.sse").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial().unwrap().extract_text(), "Hi");
}

#[test]
fn a_first_chunk_that_only_tells_of_a_filter_names_no_model() {
    let answer = answer("filter_first");
    assert_eq!((answer.model.as_deref(), &*answer.extract_text()), (Some("m-1"), "Hi"));
    let filtered = StopReason::Filtered { place: FilterPlace::Output, categories: Vec::new() };
    assert_eq!(answer.stop_reason, Some(filtered));
}

#[test]
fn a_body_without_an_answer_is_no_empty_success() {
    assert_eq!(read("no_choices.whole.json").unwrap_err().kind(), ErrorKind::NoChoices);
}
