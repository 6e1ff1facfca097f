//! How tools, their results and the choice among them are written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, ours, refused, send};
use serde_json::{Value, json};
use steer_core::message::{Executor, Message, ToolCallPart};
use steer_core::request::{CustomTool, FeaturePolicy, OnUnsupported, ProviderTool};
use steer_core::tools::{InputSchema, ToolResultContent};
use steer_core::{ErrorKind, Media, Part, RawJson, Tool, ToolCall, ToolChoice, ToolResult, ToolSchema};

fn tool(name: &str) -> ToolSchema {
    ToolSchema::new(name, InputSchema::from_json(city()).unwrap()).description("Looks.")
}

fn city() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
}

fn called(id: &str, name: &str) -> Message {
    Message::assistant(ours(ToolCall::new(id, name, "{}")))
}

fn answered(result: ToolResult) -> Value {
    send(asking().message(called("1", "look")).message(Message::tool(result))).body["messages"][2].clone()
}

#[test]
fn a_function_is_declared_with_its_schema() {
    let sent = send(asking().tool(tool("look")));
    assert_eq!(
        sent.body["tools"],
        json!([{"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": city()}}])
    );
    assert!(sent.warnings.is_empty());
    assert!(send(asking()).body.get("tools").is_none());
}

#[test]
fn a_schema_is_written_without_the_references_that_the_server_would_leave_out() {
    let schema = json!({
        "type": "object", "properties": {"to": {"$ref": "#/$defs/place"}},
        "$defs": {"place": {"type": "string", "description": "A place."}},
    });
    let tool = ToolSchema::new("go", InputSchema::from_json(schema).unwrap());
    let sent = send(asking().tool(tool));
    assert_eq!(
        sent.body["tools"][0]["function"]["parameters"]["properties"]["to"],
        json!({"type": "string", "description": "A place."})
    );
}

#[test]
fn a_bad_name_is_mapped_in_its_declaration_its_calls_and_its_results() {
    let request = asking()
        .tool(tool("get weather!"))
        .message(called("1", "get weather!"))
        .message(Message::tool(ToolResult::text("1", "hot")));
    let sent = send(request);
    let name = sent.body["tools"][0]["function"]["name"].clone();
    assert!(name.as_str().unwrap().starts_with("get_weather_"), "{name}");
    assert_eq!(sent.body["messages"][1]["tool_calls"][0]["function"]["name"], name);
    assert_eq!(sent.body["messages"][2]["tool_name"], name);
    assert_eq!(sent.subjects(), ["tool get weather!", "tool_call"]);
}

#[test]
fn two_tools_of_one_name_and_tools_without_names_are_refused() {
    assert!(refused(asking().tool(tool("a")).tool(tool("a"))).message().contains("two tools"));
    assert!(refused(asking().tool(tool(" "))).message().contains("no name"));
}

#[test]
fn tools_of_other_kinds_are_the_vendors_own_or_refused() {
    let raw = RawJson::new(r#"{"type":"function","function":{"name":"x","zz":1}}"#).unwrap();
    let sent = send(asking().tool(ProviderTool::new("ollama-chat", raw.clone())));
    assert!(sent.text.contains(&format!("\"tools\":[{}]", raw.get())), "{}", sent.text);
    for tool in [Tool::from(ProviderTool::new("gemini", raw)), Tool::Custom(CustomTool::new("free"))] {
        assert_eq!(refused(asking().tool(tool)).kind(), ErrorKind::UnsupportedFeature);
    }
    let list = RawJson::new("[]").unwrap();
    assert_eq!(
        refused(asking().tool(ProviderTool::new("ollama-chat", list))).kind(),
        ErrorKind::InvalidRequest
    );
}

#[test]
fn strict_tools_and_examples_are_warned_of() {
    let mut strict = tool("look");
    strict.strict = Some(true);
    assert_eq!(send(asking().tool(strict)).subjects(), ["tool look"]);
}

#[test]
fn a_result_stands_under_its_tools_name() {
    assert_eq!(
        answered(ToolResult::text("1", "hot")),
        json!({"role": "tool", "tool_name": "look", "tool_call_id": "1", "content": "hot"})
    );
    assert_eq!(answered(ToolResult::json("1", json!({"a": [1]})))["content"], "{\"a\":[1]}");
    assert_eq!(answered(ToolResult::error("1", "no such city"))["content"], "Error: no such city");
    assert_eq!(answered(ToolResult::error("1", "error: none"))["content"], "error: none");
    let shown = ToolResult::text("1", "see").media(Media::image_bytes("image/png", b"abc".to_vec()));
    assert_eq!(
        answered(shown),
        json!({"role": "tool", "tool_name": "look", "tool_call_id": "1", "content": "see", "images": ["YWJj"]})
    );
    let many = ToolResult::new(
        "1",
        vec![ToolResultContent::text("a"), ToolResultContent::text(""), ToolResultContent::text("b")],
    );
    assert_eq!(answered(many)["content"], "a\nb");
}

#[test]
fn results_stand_after_their_calls_in_the_order_of_the_calls() {
    let calls =
        Message::assistant(ours(ToolCall::new("1", "a", "{}"))).part(ours(ToolCall::new("2", "b", "{}")));
    let request = asking()
        .message(calls)
        .user("Well?")
        .message(Message::tools([ToolResult::text("2", "two"), ToolResult::text("1", "one")]));
    let sent = send(request);
    let said: Vec<_> =
        sent.body["messages"].as_array().unwrap().iter().map(|message| message["content"].clone()).collect();
    assert_eq!(said, ["Hi", "", "one", "two", "Well?"]);
    assert_eq!(sent.subjects(), ["tool_result"]);
}

#[test]
fn calls_without_ids_are_answered_by_name_and_order_and_get_none() {
    let calls =
        Message::assistant(ours(ToolCall::new("", "a", "{}"))).part(ours(ToolCall::new("", "b", "{}")));
    let results = Message::tools([
        ToolResult::text("", "two").for_tool("b"),
        ToolResult::text("", "one").for_tool("a"),
    ]);
    let sent = send(asking().message(calls).message(results));
    assert_eq!(sent.body["messages"][2], json!({"role": "tool", "tool_name": "a", "content": "one"}));
    assert!(!sent.text.contains("\"id\"") && !sent.text.contains("tool_call_id"), "{}", sent.text);
}

#[test]
fn calls_that_nobody_answered_are_answered_unless_they_are_the_last_thing() {
    let sent = send(asking().message(called("1", "look")).user("Never mind."));
    assert_eq!(sent.body["messages"][2]["content"], "no result was given");
    assert_eq!(sent.subjects(), ["tool_call"]);
    let last = send(asking().message(called("1", "look")));
    assert_eq!(last.body["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn a_result_without_a_call_is_refused() {
    let error = refused(asking().message(Message::tool(ToolResult::text("1", "hot"))));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn ids_that_come_twice_are_sent_as_two() {
    let sent = send(
        asking()
            .message(called("1", "look"))
            .message(Message::tool(ToolResult::text("1", "hot")))
            .message(called("1", "look"))
            .message(Message::tool(ToolResult::text("1", "cold"))),
    );
    let messages = &sent.body["messages"];
    assert_ne!(messages[1]["tool_calls"][0]["id"], messages[3]["tool_calls"][0]["id"]);
    assert_eq!(messages[3]["tool_calls"][0]["id"], messages[4]["tool_call_id"]);
}

#[test]
fn arguments_that_are_no_object_are_wrapped_and_reported() {
    for (call, expected) in [
        (ToolCall::new("1", "look", ""), json!({})),
        (ToolCall::new("1", "look", "[1]"), json!({"raw": "[1]"})),
        (ToolCall::new("1", "look", "{\"a\":").incomplete(), json!({"raw": "{\"a\":"})),
        (ToolCall::free_text("1", "look", "free"), json!({"raw": "free"})),
    ] {
        let sent = send(asking().message(Message::assistant(ours(call))));
        assert_eq!(sent.body["messages"][1]["tool_calls"][0]["function"]["arguments"], expected);
        assert_eq!(sent.subjects().len(), usize::from(expected.get("raw").is_some()));
    }
}

#[test]
fn a_call_with_unknown_members_goes_back_as_it_came_to_its_origin_alone() {
    let raw = r#"{"id":"1","function":{"name":"look","arguments":{}},"sparkle":true}"#;
    let part = || {
        let mut part = ToolCallPart::new(ToolCall::new("1", "look", "{}"));
        part.meta.replay = Some(RawJson::new(raw).unwrap());
        Part::ToolCall(part)
    };
    assert!(send(asking().message(Message::assistant(ours(part())))).text.contains(raw));
    let sent = send(asking().message(Message::assistant(encode_kit::foreign(part()))));
    assert!(!sent.text.contains("sparkle"));
}

#[test]
fn calls_that_a_provider_ran_are_reported() {
    let mut part = ToolCallPart::new(ToolCall::new("1", "search", "{}"));
    part.executor = Executor::Provider;
    let sent = send(asking().message(Message::assistant(Part::ToolCall(part)).part("Done.")));
    assert_eq!(sent.subjects(), ["tool call"]);
    assert!(sent.body["messages"][1].get("tool_calls").is_none());
}

#[test]
fn tools_that_may_not_be_called_are_not_sent() {
    let request = || asking().tool(tool("a")).tool(tool("b"));
    let names = |sent: &encode_kit::Sent| -> Vec<String> {
        let tools = sent.body["tools"].as_array().cloned().unwrap_or_default();
        tools.iter().map(|tool| tool["function"]["name"].as_str().unwrap().to_owned()).collect()
    };
    let sent = send(request().tool_choice(ToolChoice::None));
    assert_eq!((names(&sent), sent.subjects()), (vec![], vec!["tool_choice"]));
    let allowed = |tools: &[&str], required| ToolChoice::Allowed {
        tools: tools.iter().map(|name| (*name).to_owned()).collect(),
        required,
    };
    let sent = send(request().tool_choice(allowed(&["b"], false)));
    assert_eq!((names(&sent), sent.subjects()), (vec!["b".to_owned()], vec!["tool_choice"]));
    assert!(send(request().tool_choice(ToolChoice::Auto)).warnings.is_empty());
    for forced in [ToolChoice::Required, ToolChoice::Tool("a".to_owned()), allowed(&["a"], true)] {
        let request = request().tool_choice(forced);
        assert_eq!(refused(request.clone()).kind(), ErrorKind::UnsupportedFeature);
        let sent = send(request.policy(FeaturePolicy::all(OnUnsupported::Warn)));
        assert!(sent.subjects().contains(&"tool_choice"));
    }
    for unknown in [ToolChoice::Tool("c".to_owned()), allowed(&["c"], false)] {
        assert_eq!(refused(request().tool_choice(unknown)).kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(refused(asking().tool_choice(ToolChoice::Required)).kind(), ErrorKind::InvalidRequest);
}
