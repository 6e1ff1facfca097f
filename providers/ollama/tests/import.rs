//! The body of a request, read into our types and written again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{send, unlisted};
use serde_json::{Value, json};
use steer_core::{
    Call, CompletionRequest, Delivery, ErrorKind, Part, Protocol, ResponseFormat, ThinkingConfig, ToolResult,
};
use steer_ollama::{Chat, import};

fn read(body: &Value) -> CompletionRequest {
    import(body.to_string().as_bytes()).unwrap()
}

fn again(body: &Value) -> Value {
    let request = read(body);
    let delivery = request.delivery;
    let outgoing = Chat.encode(&Call::new(request, unlisted()), delivery).unwrap();
    serde_json::from_slice(&outgoing.body).unwrap()
}

/// A body with a bit of everything, written from the documentation.
fn rich() -> Value {
    json!({
        "model": "a-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "What is this?", "images": ["iVBORw0KGgo=", "BASE64_ELIDED_9"]},
            {"role": "assistant", "content": "", "thinking": "Hm.", "tool_calls": [
                {"type": "function", "function": {"name": "look", "arguments": {"b": 1.5, "a": 2}}},
                {"id": "c2", "function": {"index": 1, "name": "look", "arguments": {}}},
            ]},
            {"role": "tool", "tool_name": "look", "content": "A sky."},
            {"role": "tool", "tool_call_id": "c2", "tool_name": "look", "content": "Error: none", "zz": 1},
            {"role": "assistant", "content": "A sky."},
            {"role": "critic", "content": "Well."},
            {"role": "system", "content": "Be briefer."},
        ],
        "tools": [
            {"type": "function", "function": {"name": "look", "description": "Looks.",
             "parameters": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}}}},
            {"type": "hologram", "hologram": {}},
        ],
        "think": "high",
        "format": {"type": "object"},
        "options": {"temperature": 0.5, "num_predict": -1, "num_ctx": 8192, "stop": ["END"]},
        "keep_alive": "10m",
        "stream": false,
        "logprobs": true,
    })
}

#[test]
fn a_body_comes_out_as_it_went_in() {
    assert_eq!(again(&rich()), rich());
    for body in [
        json!({"model": "a-model", "messages": [], "options": {}, "think": "max", "format": ""}),
        json!({"model": "a-model", "messages": [{"role": "tool", "content": "orphan"}], "stream": true, "logprobs": false}),
        json!({"model": "a-model", "messages": [{"role": "assistant", "content": "", "tool_calls": [{"function": 7}]}],
               "options": {"temperature": "hot"}, "tools": []}),
    ] {
        assert_eq!(again(&body), body);
    }
}

#[test]
fn what_has_a_type_is_read_into_it() {
    let request = read(&rich());
    assert_eq!((&*request.model, request.delivery), ("a-model", Delivery::Whole));
    assert_eq!(request.system.render(), "Be brief.");
    assert!(matches!(request.parameters.thinking, Some(ThinkingConfig::Effort(_))));
    assert!(matches!(request.response_format, Some(ResponseFormat::JsonSchema { .. })));
    assert_eq!(request.parameters.temperature, Some(0.5));
    assert!(matches!(request.messages[1].parts[0], Part::Thinking(_)));
    let Part::ToolCall(call) = &request.messages[1].parts[1] else { panic!() };
    assert_eq!((&*call.call.name, call.call.raw()), ("look", "{\"a\":2,\"b\":1.5}"));
}

#[test]
fn a_conversation_goes_on_behind_what_was_read() {
    let body = json!({"model": "a-model", "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "", "zz": 1, "tool_calls": [
            {"function": {"name": "a", "arguments": {}}}, {"function": {"name": "b", "arguments": {}}}]},
        {"role": "tool", "tool_name": "b", "content": "two", "zz": 1},
    ]});
    let request = read(&body).message(steer_core::Message::tool(ToolResult::text("", "one").for_tool("a")));
    let messages = send(request).body["messages"].clone();
    assert_eq!(messages[1], body["messages"][1], "as it stood in the body");
    let said: Vec<_> =
        messages.as_array().unwrap().iter().map(|message| message["content"].clone()).collect();
    assert_eq!(said, ["Hi", "", "one", "two"]);
}

#[test]
fn what_is_no_request_is_refused_without_a_word_of_it() {
    for body in
        ["[\"secret\"]", "{\"messages\": \"secret\"}", "{\"messages\": [\"secret\"]}", "{\"messages\": [{}]}"]
    {
        let error = import(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
