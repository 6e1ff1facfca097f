//! Calls of the program's own tools.

use steer_core::message::{Executor, ToolCallPart, ToolCaller};
use steer_core::tools::ToolInput;
use steer_core::{CompletionResponse, Delivery, Part, StopReason, StreamChunk};

use crate::read::{answer, bytes, stream};

fn parts(answer: &CompletionResponse) -> Vec<&ToolCallPart> {
    let calls = answer.content.iter().filter_map(|part| match part {
        Part::ToolCall(part) => Some(part),
        _ => None,
    });
    calls.collect()
}

/// Quirk 46: that the answer waits for the program is said nowhere and follows from its calls.
#[test]
fn interleaved_calls_are_told_apart_by_their_places() {
    let answer = answer("calls");
    let [one, two] = parts(&answer)[..] else { panic!("{:?}", answer.content) };
    assert_eq!((one.call.id.as_str(), one.call.name.as_str()), ("call_a", "get_weather"));
    assert_eq!(one.call.raw(), "{\"city\":\"Zürich\",\"unit\":\"c\"}");
    assert_eq!((one.item_id.as_deref(), one.status.as_deref()), (Some("fc_1"), Some("completed")));
    assert_eq!((two.call.id.as_str(), two.call.raw()), ("call_b", "{}"));
    assert_eq!(two.namespace.as_deref(), Some("clock"));
    assert_eq!(
        (answer.stop_reason, answer.stop_reason_raw.as_deref()),
        (Some(StopReason::ToolUse), Some("completed"))
    );
}

#[test]
fn a_call_without_arguments_is_complete() {
    let answer = answer("call_without_arguments");
    let calls = answer.extract_tool_calls();
    assert!(calls[0].complete && calls[0].value().unwrap() == serde_json::json!({}));
}

#[test]
fn a_call_with_free_text_is_the_programs_too() {
    let answer = answer("custom_call");
    let call = parts(&answer)[0];
    assert_eq!(call.call.input, ToolInput::Text("SELECT \"a\"\nFROM b".to_owned()));
    assert_eq!((call.executor, call.kind.as_deref()), (Executor::Client, Some("custom_tool_call")));
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
}

#[test]
fn a_call_that_a_limit_cuts_is_incomplete() {
    let answer = answer("call_cut");
    assert_eq!(answer.stop_reason, Some(StopReason::MaxOutputTokens));
    assert!(answer.extract_tool_calls().iter().all(|call| !call.complete));
}

#[test]
fn a_call_of_a_program_that_the_vendor_runs_says_so() {
    let answer = answer("rare_items");
    let call = parts(&answer).into_iter().find(|part| part.call.id == "call_in").unwrap();
    let caller = ToolCaller::Program { kind: "program".to_owned(), call_id: Some("call_p".to_owned()) };
    assert_eq!(call.caller, Some(caller));
}

/// Quirk 50: arguments that only their own end tells.
#[test]
fn servers_that_send_no_deltas_are_told_as_if_they_did() {
    let decoded = stream("only_done");
    let input = decoded.chunks.iter().find_map(|chunk| match chunk {
        StreamChunk::ToolInputDelta { delta, .. } => Some(delta.as_str()),
        _ => None,
    });
    assert_eq!(input, Some("{\"city\":\"Bern\"}"));
    let answer = decoded.result.unwrap();
    assert_eq!(parts(&answer)[0].call.raw(), "{\"city\":\"Bern\"}");
    assert!(answer.extract_text().starts_with("Hello"));
}

const ADDED: &str = r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"early","name":"look","arguments":""}}"#;

fn events(events: &[&str]) -> CompletionResponse {
    let end = r#"{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}"#;
    let all = events.iter().chain([&end]).map(|event| format!("data: {event}\n\n")).collect::<String>();
    bytes(Delivery::Stream, all).result.unwrap()
}

/// Quirk 50: what the end of the arguments says replaces what the deltas said.
#[test]
fn arguments_count_as_their_end_tells_them() {
    let answer = events(&[
        ADDED,
        r#"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":"}"#,
        r#"{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"b\":22}"}"#,
    ]);
    assert_eq!(parts(&answer)[0].call.raw(), "{\"b\":22}");
}

/// Quirk 51: the id of a call may change until the call is whole.
#[test]
fn the_id_of_the_whole_call_is_the_one_to_answer() {
    let end = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"late","name":"look","arguments":"{}"}}"#;
    let completed = r#"{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}"#;
    let body = [ADDED, end, completed].map(|event| format!("data: {event}\n\n")).concat();
    let decoded = bytes(Delivery::Stream, body);
    let revised = decoded.chunks.iter().any(
        |chunk| matches!(chunk, StreamChunk::ToolCallRevised { id: Some(id), name: None, .. } if id == "late"),
    );
    assert!(revised);
    assert_eq!(decoded.result.unwrap().extract_tool_calls()[0].id, "late");
}

#[test]
fn arguments_whose_call_nothing_announced_are_a_call() {
    let answer = events(&[
        r#"{"type":"response.function_call_arguments.delta","output_index":3,"delta":"{}"}"#,
        r#"{"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","call_id":"c","name":"look","arguments":"{}"}}"#,
    ]);
    let calls = answer.extract_tool_calls();
    assert_eq!((calls.len(), calls[0].id.as_str(), calls[0].name.as_str()), (1, "c", "look"));
}
