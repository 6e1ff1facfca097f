//! Calls of the program's functions, and of the vendor's own tools.

use serde_json::json;
use steer_core::message::Executor;
use steer_core::tools::ToolOutcome;
use steer_core::{Part, StopReason};

use crate::read::answer;

#[test]
fn a_call_has_its_id_name_and_arguments() {
    let answer = answer("tool_call");
    let call = &answer.extract_tool_calls()[0];
    assert_eq!((&*call.id, &*call.name), ("call_7", "look_up"));
    assert_eq!(call.value().unwrap(), json!({"city": "Köln", "days": 3}));
}

#[test]
fn quirk_102_calls_end_with_tool_use_although_the_reason_is_stop() {
    let answer = answer("tool_call");
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("STOP"));
}

#[test]
fn quirk_108_calls_without_ids_keep_their_order() {
    let answer = answer("tool_calls_parallel");
    let calls: Vec<_> = answer.tool_calls().map(|call| (call.id.as_str(), call.value().unwrap())).collect();
    assert_eq!(calls, [("", json!({"city": "Rome"})), ("", json!({"city": "Oslo"})), ("", json!({}))]);
}

#[test]
fn quirk_112_arguments_in_pieces_become_json() {
    let answer = answer("tool_partial_args");
    let calls = answer.extract_tool_calls();
    assert_eq!(calls[0].raw(), r#"{"city":"New Delhi","days":[3],"exact":true}"#);
    assert_eq!((&*calls[0].id, &*calls[0].name, &*calls[1].name), ("c1", "look_up", "now"));
    let Part::ToolCall(part) = &answer.content[0] else { panic!() };
    assert_eq!(part.seal.as_ref().unwrap().data, "sigPart==");
}

#[test]
fn code_that_the_vendor_runs_and_its_output_are_parts_in_their_place() {
    let answer = answer("code_execution");
    assert!(!answer.has_tool_calls(), "the program has nothing to run");
    assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
    let (Part::ToolCall(call), Part::ToolResult(result)) = (&answer.content[0], &answer.content[1]) else {
        panic!()
    };
    assert_eq!((call.executor, call.kind.as_deref()), (Executor::Provider, Some("executableCode")));
    assert_eq!(call.call.value().unwrap()["code"], "print(17**2)\n");
    assert_eq!(
        (&*result.result.call_id, result.result.content[0].to_text().unwrap()),
        ("x1", "289\n".into())
    );
    let Part::ToolResult(failed) = &answer.content[3] else { panic!() };
    assert_eq!(failed.result.outcome, ToolOutcome::Error);
}

#[test]
fn tools_that_the_vendor_runs_are_told_from_functions_of_the_programs() {
    let answer = answer("server_tools");
    let names: Vec<_> = answer.tool_calls().map(|call| call.name.as_str()).collect();
    assert_eq!(
        (names.as_slice(), answer.stop_reason.as_ref()),
        (["weather"].as_slice(), Some(&StopReason::ToolUse))
    );
    let Part::ToolCall(search) = &answer.content[0] else { panic!() };
    assert_eq!(
        (&*search.call.name, search.seal.as_ref().unwrap().data.as_str()),
        ("GOOGLE_SEARCH_WEB", "sigS1==")
    );
    assert!(answer.content[1].meta().replay.as_ref().unwrap().get().contains("sigS2=="));
}
