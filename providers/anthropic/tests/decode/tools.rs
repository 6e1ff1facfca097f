//! Calls of the program's tools and of the vendor's own.

use serde_json::json;
use steer_core::message::{Executor, ToolCallPart, ToolCaller, ToolResultPart};
use steer_core::tools::ToolOutcome;
use steer_core::{CompletionResponse, Part};

use crate::read::answer;

fn call(answer: &CompletionResponse, place: usize) -> &ToolCallPart {
    match &answer.content[place] {
        Part::ToolCall(part) => part,
        _ => panic!("part {place} is no call"),
    }
}

fn result(answer: &CompletionResponse, place: usize) -> &ToolResultPart {
    match &answer.content[place] {
        Part::ToolResult(part) => part,
        _ => panic!("part {place} is no result"),
    }
}

#[test]
fn arguments_are_joined_from_their_fragments() {
    let answer = answer("tool_call");
    let calls = answer.extract_tool_calls();
    assert_eq!((calls[0].id.as_str(), calls[0].name.as_str()), ("toolu_01", "get_weather"));
    assert_eq!(calls[0].raw(), r#"{"city": "Zürich \"x\"","days":3}"#);
    assert!(calls[0].complete);
}

#[test]
fn parallel_calls_keep_their_own_arguments() {
    let calls = answer("tool_calls_parallel").extract_tool_calls();
    let arguments: Vec<_> = calls.iter().map(|call| call.value().unwrap()).collect();
    assert_eq!(arguments, [json!({"city": "Bern"}), json!({"city": "Basel"}), json!({"zone": "UTC"})]);
}

#[test]
fn a_call_without_arguments_has_an_empty_object() {
    for call in answer("tool_no_arguments").extract_tool_calls() {
        assert!(call.complete);
        assert_eq!(call.value().unwrap(), json!({}));
    }
}

#[test]
fn arguments_that_come_at_the_start_are_taken_unless_deltas_follow() {
    let answer = answer("tool_input_at_start");
    assert_eq!(call(&answer, 0).call.value().unwrap(), json!({"query": "rust"}));
    assert_eq!(call(&answer, 1).call.value().unwrap(), json!({"text": "final"}));
}

#[test]
fn blocks_that_are_open_at_once_do_not_mix() {
    let answer = answer("blocks_interleaved");
    assert_eq!(answer.extract_text(), "outer one, outer two");
    assert_eq!(call(&answer, 1).call.value().unwrap(), json!({"m": 1}));
    assert_eq!(call(&answer, 2).call.value().unwrap(), json!({"n": 2}));
}

#[test]
fn a_web_search_is_the_vendors_own_call_and_result() {
    let answer = answer("web_search");
    assert_eq!(
        (call(&answer, 0).executor, result(&answer, 1).executor),
        (Executor::Provider, Executor::Provider)
    );
    assert_eq!(call(&answer, 0).call.value().unwrap(), json!({"query": "founding year"}));
    assert_eq!(result(&answer, 1).result.outcome, ToolOutcome::Ok);
    assert!(!answer.has_tool_calls(), "the program has nothing to run");
}

#[test]
fn a_failed_web_search_is_a_failed_result() {
    assert_eq!(result(&answer("web_search_error"), 1).result.outcome, ToolOutcome::Error);
}

#[test]
fn a_call_to_a_tool_server_names_the_server() {
    let answer = answer("mcp");
    assert_eq!(call(&answer, 0).server_label.as_deref(), Some("example-mcp"));
    assert_eq!(result(&answer, 1).result.outcome, ToolOutcome::Error);
    assert!(!answer.has_tool_calls());
}

#[test]
fn a_call_says_which_program_made_it() {
    let answer = answer("code_execution");
    assert_eq!(call(&answer, 0).caller, Some(ToolCaller::Direct));
    let program = ToolCaller::Program {
        kind: "code_execution_20250825".to_owned(),
        call_id: Some("srvtoolu_01".to_owned()),
    };
    assert_eq!(call(&answer, 1).caller, Some(program));
    assert_eq!(answer.extract_tool_calls().len(), 1);
}

#[test]
fn a_call_that_the_token_limit_cut_is_incomplete_and_the_one_before_it_is_not() {
    let calls = answer("max_tokens_in_arguments").extract_tool_calls();
    assert_eq!(calls.iter().map(|call| call.complete).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_call_that_the_token_limit_cut_before_its_arguments_is_incomplete() {
    let calls = answer("max_tokens_before_arguments").extract_tool_calls();
    assert_eq!(calls.iter().map(|call| call.complete).collect::<Vec<_>>(), [true, false]);
}
