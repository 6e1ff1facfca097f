//! The body of a request, read into our types and written again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{Sent, send};
use serde_json::{Value, json};
use steer_anthropic::import;
use steer_core::message::{Role, Visibility};
use steer_core::tools::ToolResultContent;
use steer_core::{
    CompletionRequest, Delivery, Effort, ErrorKind, Message, Part, ThinkingConfig, Tool, ToolChoice,
    ToolResult,
};

fn read(body: &Value) -> CompletionRequest {
    import(body.to_string().as_bytes()).unwrap()
}

/// The body as it comes out again. The tests of the request side have a model of one name.
fn again(body: &Value) -> Sent {
    send(read(body))
}

fn body(messages: Value) -> Value {
    json!({"model": "claude-test", "max_tokens": 10, "messages": messages})
}

/// A body with a bit of everything, written from the documentation of the Messages API.
fn rich() -> Value {
    json!({
        "model": "claude-test",
        "max_tokens": 2000,
        "system": [
            {"type": "text", "text": "Be brief."},
            {"type": "text", "text": "Facts.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        ],
        "tools": [
            {"name": "look", "description": "Looks.", "input_schema": {"type": "object", "properties": {}},
             "eager_input_streaming": true},
            {"type": "custom", "name": "ask", "input_schema": {"type": "object"}, "defer_loading": false},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
        ],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": false},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "high"},
        "metadata": {"user_id": "u1"},
        "service_tier": "auto",
        "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]},
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?", "cache_control": {"type": "ephemeral"}},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "BASE64_ELIDED_9"}},
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Words."},
                 "title": "T", "citations": {"enabled": true}},
            ]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "", "signature": "c2ln+/=="},
                {"type": "redacted_thinking", "data": "ZW5j"},
                {"type": "text", "text": "A sky.", "citations": [{"type": "char_location", "cited_text": "Words.",
                 "document_index": 0, "document_title": "T", "start_char_index": 0, "end_char_index": 6}]},
                {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"b": 1.50, "a": []}},
                {"type": "brand_new", "deep": {"n": 1}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": false, "content": [
                    {"type": "text", "text": "blue"}, {"type": "tool_reference", "tool_name": "ask"}]},
                {"type": "text", "text": "Go on."},
            ]},
        ],
    })
}

#[test]
fn a_body_comes_out_as_it_went_in() {
    assert_eq!(again(&rich()).body, rich());
}

#[test]
fn what_has_a_type_is_typed() {
    let request = read(&rich());
    assert_eq!(request.system.render(), "Be brief.\n\nFacts.");
    assert_eq!(request.parameters.thinking, Some(ThinkingConfig::Effort(Effort::High)));
    assert_eq!((request.user.as_deref(), request.tool_choice), (Some("u1"), Some(ToolChoice::Auto)));
    assert_eq!(request.delivery, Delivery::Whole);
    assert!(request.provider_options["anthropic-messages"].contains_key("context_management"));
    let [Tool::Function(look), Tool::Function(_), Tool::Provider(_)] = request.tools.as_slice() else {
        panic!("{:?}", request.tools)
    };
    assert_eq!(look.schema.description.as_deref(), Some("Looks."));
    let [asked, said, answered] = request.messages.as_slice() else { panic!("three messages") };
    assert!(matches!(
        asked.parts.as_slice(),
        [Part::Text(_), Part::Media(_), Part::Media(_), Part::Media(_)]
    ));
    let [
        Part::Thinking(omitted),
        Part::Thinking(redacted),
        Part::Text(text),
        Part::ToolCall(call),
        Part::Opaque(new),
    ] = said.parts.as_slice()
    else {
        panic!("{:?}", said.parts)
    };
    assert_eq!((omitted.visibility, redacted.visibility), (Visibility::Omitted, Visibility::Redacted));
    assert_eq!((text.citations.len(), call.call.raw()), (1, "{\"a\":[],\"b\":1.5}"));
    assert_eq!(new.kind, "brand_new");
    assert_eq!(answered.role, Role::User);
    let Some(Part::ToolResult(result)) = answered.parts.first() else { panic!("a result") };
    assert_eq!(result.result.content.first(), Some(&ToolResultContent::text("blue")));
}

#[test]
fn a_stored_request_gives_the_same_bytes() {
    let request = read(&rich());
    let loaded = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(send(request).text, send(loaded).text);
}

#[test]
fn what_the_encoder_would_write_otherwise_stays_as_it_stood() {
    let odd = json!([
        {"role": "user", "content": "One"},
        {"role": "user", "content": [{"type": "text", "text": "two", "weird": null}, {"type": "text", "text": " "}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Sure: "}]},
    ]);
    let mut odd = body(odd);
    odd["temperature"] = json!(1.7);
    odd["thinking"] = json!({"type": "enabled", "budget_tokens": 16});
    let mut sent = again(&odd);
    // A member that is null says nothing, and a lone text is its string.
    odd["messages"][1]["content"][0].as_object_mut().unwrap().remove("weird");
    sent.body["messages"][1]["content"][0].as_object_mut().unwrap().remove("weird");
    assert_eq!(sent.body, odd);
}

#[test]
fn a_change_wins_over_what_was_kept() {
    let mut request = read(&body(json!([
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": " "}]},
    ])));
    assert!(request.messages[0].kept("anthropic-messages").is_some());
    request.messages[0].parts[0] = Part::text("b");
    assert_eq!(send(request).body["messages"], json!([{"role": "user", "content": "b"}]));

    let mut request = read(&json!({
        "model": "claude-test", "max_tokens": 10, "temperature": 1.7, "messages": [{"role": "user", "content": "a"}],
    }));
    assert_eq!(send(request.clone()).body["temperature"], 1.7);
    request.parameters.temperature = Some(0.5);
    assert_eq!(send(request).body["temperature"], 0.5);
}

#[test]
fn a_conversation_goes_on_from_a_body() {
    let kept = json!([
        {"role": "user", "content": [{"type": "text", "text": "a", "x": 1}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "odd id", "name": "look", "input": {}, "x": 1}]},
    ]);
    let mut request = read(&body(kept.clone()));
    for message in &mut request.messages {
        // As if the encoder could not have written them.
        let json = kept[usize::from(message.role == Role::Assistant)].to_string();
        message.keep("anthropic-messages", steer_core::RawJson::new(json).unwrap());
    }
    let answered =
        request.clone().message(Message::tool(ToolResult::text("odd id", "seen"))).user("And now?");
    let sent = send(answered);
    assert_eq!(sent.body["messages"][1], kept[1]);
    assert_eq!(sent.body["messages"][2]["content"][0]["tool_use_id"], "odd id");
    assert_eq!(sent.body["messages"][2]["content"][1]["text"], "And now?");
    // Without its result, a call is answered once the conversation goes on.
    let sent = send(request.user("And now?"));
    assert_eq!(sent.body["messages"][2]["content"][0]["is_error"], true);
}

#[test]
fn what_is_no_request_is_refused_without_a_word_of_it() {
    for (body, place) in [
        ("[\"secret\"]", "JSON object"),
        ("{\"secret\":", "JSON object"),
        ("{\"model\": \"secret\"}", "`messages` is missing"),
        ("{\"messages\": \"secret\"}", "`messages` is not a list"),
        ("{\"messages\": [\"secret\"]}", "`messages[0]` is not an object"),
        ("{\"messages\": [{\"content\": \"secret\"}]}", "`messages[0]` has no role"),
    ] {
        let error = import(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(place), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
