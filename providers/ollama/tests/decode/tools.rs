//! Calls of tools: <https://docs.ollama.com/capabilities/tool-calling>.

use steer_core::{Delivery, Part, StopReason};

use crate::read::{answer, bytes, whole};

#[test]
fn calls_keep_their_ids_and_the_order_of_their_arguments() {
    for answer in [answer("tool_calls"), whole("tool_calls").result.unwrap()] {
        let calls = answer.extract_tool_calls();
        let shown: Vec<_> = calls.iter().map(|call| (&*call.id, &*call.name, call.raw())).collect();
        assert_eq!(
            shown[1],
            ("call_02", "get_time", "{}"),
            "a call without arguments has none, and is not broken"
        );
        assert_eq!((shown[0].0, shown[0].1), ("call_01", "get_weather"));
        assert!(shown[0].2.find("unit").unwrap() < shown[0].2.find("city").unwrap());
        assert_eq!(answer.extract_text(), "I look. ");
    }
}

#[test]
fn a_stop_with_calls_waits_for_their_results() {
    let answer = answer("tool_calls");
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("stop"));
}

#[test]
fn calls_without_ids_have_the_empty_id() {
    let answer = answer("tool_calls_without_ids");
    let calls = answer.extract_tool_calls();
    assert!(calls.iter().all(|call| call.id.is_empty() && call.name == "get_weather"));
    assert_eq!(calls[1].value().unwrap()["city"], "Bonn");
}

#[test]
fn a_call_with_unknown_members_goes_back_as_it_came() {
    let answer = answer("unknown_members");
    let Part::ToolCall(part) = &answer.content[1] else { panic!() };
    assert!(part.meta.replay.as_ref().unwrap().get().contains("sparkle"));
    assert_eq!((&*part.call.name, part.call.raw()), ("look", "{\"a\":1}"));
}

#[test]
fn arguments_that_come_as_text_are_the_text() {
    let call = |arguments: &str| {
        let body = format!(
            "{{\"message\":{{\"tool_calls\":[{{\"function\":{{\"name\":\"f\",\"arguments\":{arguments}}}}}]}},\"done\":true}}"
        );
        let answer = bytes(Delivery::Whole, body).result.unwrap();
        assert_eq!(answer.stop_reason, Some(StopReason::ToolUse), "an old server that gives no reason");
        answer.extract_tool_calls()[0].raw().to_owned()
    };
    assert_eq!(call("\"{\\\"a\\\":\\\"b\\\"}\""), "{\"a\":\"b\"}");
    assert_eq!(call("null"), "");
}
