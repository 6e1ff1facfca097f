//! The body of a request, read into our types and written again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{listed, send, send_open_api, send_to};
use serde_json::{Value, json};
use steer_core::message::{Executor, Role};
use steer_core::model::ThinkingMode;
use steer_core::tools::{MediaSource, ToolResultContent};
use steer_core::{CompletionRequest, Effort, ErrorKind, Message, Part, ThinkingConfig, Tool, ToolChoice};
use steer_gemini::import;

fn read(body: &Value) -> CompletionRequest {
    import(body.to_string().as_bytes()).unwrap()
}

/// A body with a bit of everything, written from the documentation of the API.
fn rich() -> Value {
    json!({
        "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}, {"text": "Facts.", "thought": false}]},
        "tools": [
            {"googleSearch": {}},
            {"functionDeclarations": [
                {"name": "look", "description": "Looks.", "parameters": {"type": "OBJECT", "properties": {
                    "at": {"type": "STRING", "nullable": true}}}},
                {"name": "ask", "parametersJsonSchema": {"type": "object", "properties": {}}, "behavior": "BLOCKING"},
                {"name": "stop"},
            ]},
        ],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["look", "ask"]},
            "retrievalConfig": {"languageCode": "de"}, "includeServerSideToolInvocations": true},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
        "generationConfig": {
            "temperature": 0.5, "topK": 40.0, "max_output_tokens": 100, "responseModalities": ["TEXT"],
            "responseMimeType": "application/json", "responseSchema": {"type": "OBJECT", "properties": {}},
            "thinkingConfig": {"thinkingLevel": "LOW", "includeThoughts": true}, "mediaResolution": "MEDIA_RESOLUTION_LOW",
        },
        "labels": {"team": "a"},
        "contents": [
            {"role": "user", "parts": [
                {"text": "What is this?"},
                {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
                {"inline_data": {"mime_type": "image/png", "data": "BASE64_ELIDED_9"}},
                {"fileData": {"mimeType": "video/mp4", "fileUri": "https://example.com/a.mp4"},
                 "videoMetadata": {"startOffset": "1.5s"}},
                {"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/x"}},
            ]},
            {"role": "user", "parts": [{"text": "Say."}]},
            {"role": "model", "parts": [
                {"text": "I look.", "thought": true, "thoughtSignature": "c2ln"},
                {"text": "", "thoughtSignature": "c2lnMg=="},
                {"executableCode": {"language": "PYTHON", "code": "1"}},
                {"hologram": {"deep": [1.50]}},
                {"functionCall": {"name": "look", "args": {"b": 1.5, "a": []}}},
                {"functionCall": {"name": "look", "args": {"b": 2}}, "thoughtSignature": "c2lnMw=="},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"name": "look", "response": {"output": "blue"}}},
                {"functionResponse": {"name": "look", "response": {"error": "dark"}}},
            ]},
            {"role": "model", "parts": []},
            {"parts": [{"text": "And now?"}], "role": "user"},
        ],
    })
}

#[test]
fn a_body_comes_out_as_it_went_in_in_either_form_of_schemas() {
    assert_eq!(send(read(&rich())).body, rich());
    assert_eq!(send_open_api(read(&rich())).body, rich());
}

#[test]
fn a_stored_request_gives_the_same_bytes() {
    let request = read(&rich());
    let loaded = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(send(request).text, send(loaded).text);
}

#[test]
fn what_has_a_type_is_typed() {
    let request = read(&rich());
    assert_eq!(request.system.render(), "Be brief.\n\nFacts.");
    assert_eq!(request.parameters.thinking, Some(ThinkingConfig::Effort(Effort::Low)));
    assert_eq!((request.parameters.top_k, request.parameters.max_output_tokens), (Some(40), Some(100)));
    let both = ToolChoice::Allowed { tools: vec!["look".to_owned(), "ask".to_owned()], required: true };
    assert_eq!(request.tool_choice, Some(both));
    let [Tool::Provider(_), Tool::Function(look), Tool::Function(ask), Tool::Function(_)] =
        request.tools.as_slice()
    else {
        panic!("{:?}", request.tools)
    };
    let at = &look.schema.input_schema.as_value()["properties"]["at"];
    assert_eq!(*at, json!({"type": ["string", "null"]}));
    assert!(ask.extra.is_some());
    let [asked, _, said, answered, _, _] = request.messages.as_slice() else { panic!("six messages") };
    let sources: Vec<&MediaSource> = asked
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Media(part) => Some(&part.media.source),
            _ => None,
        })
        .collect();
    assert!(matches!(
        sources.as_slice(),
        [MediaSource::Bytes(_), MediaSource::Url(_), MediaSource::Url(_), MediaSource::File { .. }]
    ));
    let [Part::Thinking(_), Part::Text(_), Part::ToolCall(code), Part::Opaque(new), Part::ToolCall(_), _] =
        said.parts.as_slice()
    else {
        panic!("{:?}", said.parts)
    };
    assert_eq!((code.executor, new.kind.as_str()), (Executor::Provider, "hologram"));
    assert_eq!(answered.role, Role::Tool);
    let [Part::ToolResult(good), Part::ToolResult(bad)] = answered.parts.as_slice() else {
        panic!("results")
    };
    assert_eq!(good.result.content, [ToolResultContent::text("blue")]);
    assert!(bad.result.is_error() && !good.result.is_error());
}

#[test]
fn what_was_changed_since_is_sent_as_it_is_now() {
    let mut request = read(&rich());
    request.messages[0].parts[0] = Part::text("What is that?");
    request.parameters.temperature = Some(1.0);
    if let Tool::Function(look) = &mut request.tools[1] {
        look.schema.description = Some("Looks twice.".to_owned());
    }
    let sent = send(request.message(Message::user("Well?"))).body;
    assert_eq!(sent["contents"][0]["parts"][0]["text"], "What is that?");
    assert_eq!(sent["contents"][1], rich()["contents"][1]);
    assert_eq!(sent["contents"][6]["parts"][0]["text"], "Well?");
    assert_eq!(sent["generationConfig"]["temperature"], 1.0);
    let functions = &sent["tools"][1]["functionDeclarations"];
    assert_eq!(functions[0]["description"], "Looks twice.");
    assert_eq!(functions[2], rich()["tools"][1]["functionDeclarations"][2]);
}

#[test]
fn tools_in_other_groups_stay_so_until_one_is_changed() {
    let tools = json!([
        {"function_declarations": [{"name": "a"}]},
        {"functionDeclarations": [{"name": "b"}], "codeExecution": {}},
    ]);
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "tools": tools});
    assert_eq!(send(read(&body)).body, body);
    let mut request = read(&body);
    let _ = request.tools.remove(0);
    let sent = send(request).body;
    assert_eq!(sent["tools"], json!([{"functionDeclarations": [{"name": "b"}]}, {"codeExecution": {}}]));
}

#[test]
fn a_conversation_that_begins_with_a_call_begins_so_again() {
    let body = json!({"contents": [
        {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"seen": 1}}}]},
    ]});
    // Even a model that insists on signatures gets what stood there.
    let sent = send_to(read(&body), listed(&[ThinkingMode::Effort]));
    assert_eq!(sent.body, body);
}

#[test]
fn what_is_no_request_is_refused_without_a_word_of_it() {
    for body in [r#"{"contents": {"secret": 1}}"#, r#"{"contents": ["secret"]}"#, r#"{"secret": 1}"#, "[]"] {
        let error = import(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
