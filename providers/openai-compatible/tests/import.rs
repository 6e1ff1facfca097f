//! The body of a request, read into our types and written again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{send_as, try_call, unlisted};
use serde_json::{Value, json};
use steer_core::message::{Authority, Role};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{
    Call, CompletionRequest, ErrorKind, Message, Part, ResponseFormat, ThinkingConfig, Tool, ToolChoice,
    ToolResult,
};
use steer_openai_compatible::{Dialect, import};

fn read(body: &Value) -> CompletionRequest {
    import(body.to_string().as_bytes()).unwrap()
}

/// The body as it comes out again in the dialects that differ most.
fn again(body: &Value) -> Value {
    let request = read(body);
    let delivery = request.delivery;
    let call = Call::new(request, unlisted());
    let send = |dialect| try_call(&call, delivery, dialect).unwrap().body;
    assert_eq!(send(Dialect::compatible()), send(Dialect::original()));
    send(Dialect::original())
}

fn body(messages: Value) -> Value {
    json!({"model": "model-1", "messages": messages})
}

/// A body with a bit of everything, written from the documentation of Chat Completions and of servers like it.
fn rich() -> Value {
    json!({
        "model": "model-1",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "name": "ann", "content": [
                {"type": "text", "text": "What is this?", "cache_control": {"type": "ephemeral"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,BASE64_ELIDED_9"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
                {"type": "file", "file": {"file_id": "file-1"}},
                {"type": "document_url", "document_url": "https://example.com/a.pdf"},
            ]},
            {"role": "assistant", "content": null, "reasoning_content": "Hm.", "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{\"b\": 1.50}"}},
                {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "ls"}},
            ]},
            {"role": "tool", "tool_call_id": "call_2", "content": "x"},
            {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "Error: no"}]},
            {"role": "assistant", "content": "A sky.", "prefix": true},
            {"role": "critic", "content": "Well."},
        ],
        "tools": [
            {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}},
             "strict": true}},
            {"type": "custom", "custom": {"name": "run", "format": {"type": "text"}}},
            {"type": "openrouter:web_search", "parameters": {"n": 1}},
        ],
        "tool_choice": {"type": "function", "function": {"name": "look"}},
        "max_tokens": 5,
        "reasoning_effort": "none",
        "response_format": {"type": "json_object"},
        "stop": "END",
        "stream": true,
        "logit_bias": {"1": -1},
        "n": 1,
    })
}

#[test]
fn a_body_comes_out_as_it_went_in_whatever_the_dialect() {
    let mut wanted = rich();
    // A lone text part may be written as its string.
    let mut got = again(&rich());
    for body in [&mut wanted, &mut got] {
        body["messages"][4]["content"] = json!("Error: no");
    }
    assert_eq!(got, wanted);
}

#[test]
fn what_has_a_type_is_typed() {
    let request = read(&rich());
    assert_eq!(request.system.render(), "Be brief.");
    assert_eq!(request.system.authority, Some(Authority::System));
    assert_eq!(request.parameters.max_output_tokens, Some(5));
    assert_eq!(request.parameters.thinking, Some(ThinkingConfig::Off));
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("look".to_owned())));
    assert_eq!(request.response_format, Some(ResponseFormat::JsonObject));
    assert!(matches!(request.tools.as_slice(), [Tool::Function(_), Tool::Custom(_), Tool::Provider(_)]));
    assert_eq!(request.parameters.logit_bias.get("1"), Some(&-1.0));
    let [asked, said, _, result, _, critic] = request.messages.as_slice() else { panic!("six messages") };
    assert_eq!(asked.name.as_deref(), Some("ann"));
    let kinds: Vec<MediaKind> = asked
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Media(part) => Some(part.media.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [MediaKind::Image, MediaKind::Image, MediaKind::Audio, MediaKind::Document]);
    let Some(Part::Media(image)) = asked.parts.get(1) else { panic!("an image") };
    assert!(matches!(image.media.source, MediaSource::Bytes(_)));
    let [Part::Thinking(thought), Part::ToolCall(look), Part::ToolCall(run)] = said.parts.as_slice() else {
        panic!("{:?}", said.parts)
    };
    assert_eq!((&*thought.text(), look.call.raw(), run.call.raw()), ("Hm.", "{\"b\": 1.50}", "ls"));
    assert_eq!(result.role, Role::Tool);
    assert!(matches!(critic.parts.as_slice(), [Part::Opaque(_)]));
}

#[test]
fn a_developers_word_stays_one() {
    let body = body(json!([{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "?"}]));
    assert_eq!(again(&body), body);
    assert_eq!(read(&body).messages[0].authority, Some(Authority::Developer));
}

#[test]
fn a_stored_request_gives_the_same_bytes() {
    let request = read(&rich());
    let loaded: CompletionRequest = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    let (a, b) = (send_as(request, Dialect::original()), send_as(loaded, Dialect::original()));
    assert_eq!(a.text, b.text);
}

#[test]
fn calls_without_ids_and_of_the_old_form_come_back() {
    let old = body(json!([
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": null, "function_call": {"name": "look", "arguments": "{}"}},
        {"role": "function", "name": "look", "content": "seen"},
        {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "look", "arguments": {}}}]},
        {"role": "tool", "content": "seen"},
    ]));
    let mut wanted = old.clone();
    wanted["messages"][1].as_object_mut().unwrap().remove("content");
    let mut got = again(&old);
    got["messages"][1].as_object_mut().unwrap().remove("content");
    assert_eq!(got, wanted);
}

#[test]
fn a_change_wins_over_what_was_kept() {
    let mut request =
        read(&body(json!([{"role": "user", "content": "a", "x": 1}, {"role": "tool", "content": "b"}])));
    assert!(request.messages[1].kept("openai-chat").is_some());
    request.messages.truncate(1);
    request.messages[0].parts[0] = Part::text("b");
    request.max_tokens_are(7);
    let sent = send_as(request, Dialect::original());
    assert_eq!(sent.body["messages"], json!([{"role": "user", "content": "b", "x": 1}]));
    assert_eq!(sent.body["max_completion_tokens"], 7);
}

trait Changed {
    fn max_tokens_are(&mut self, tokens: u32);
}

impl Changed for CompletionRequest {
    fn max_tokens_are(&mut self, tokens: u32) {
        self.parameters.max_output_tokens = Some(tokens);
    }
}

#[test]
fn a_conversation_goes_on_from_a_body() {
    let said = json!({"role": "assistant", "prefix": true, "tool_calls": [
        {"id": "an id that is far too long for the target of this request", "type": "function",
         "function": {"name": "look", "arguments": "{}"}},
    ]});
    let request = read(&body(json!([{"role": "user", "content": "?"}, said])));
    let id = said["tool_calls"][0]["id"].as_str().unwrap();
    let answered = request.clone().message(Message::tool(ToolResult::text(id, "seen"))).user("And now?");
    let sent = send_as(answered, Dialect::original());
    assert_eq!(sent.roles(), ["user", "assistant", "tool", "user"]);
    assert_eq!((&sent.messages()[1], &sent.messages()[2]["tool_call_id"]), (&said, &json!(id)));
    // Without its result, a call is answered once the conversation goes on.
    let sent = send_as(request.user("And now?"), Dialect::original());
    assert_eq!(sent.roles(), ["user", "assistant", "tool", "user"]);
}

#[test]
fn what_is_no_request_is_refused_without_a_word_of_it() {
    for (body, place) in [
        ("\"secret\"", "JSON object"),
        ("{\"model\": \"secret\"}", "`messages` is missing"),
        ("{\"messages\": {\"secret\": 1}}", "`messages` is not a list"),
        ("{\"messages\": [[\"secret\"]]}", "`messages[0]` is not an object"),
        ("{\"messages\": [{\"role\": [\"secret\"]}]}", "`messages[0]` has no role"),
    ] {
        let error = import(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(place), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
