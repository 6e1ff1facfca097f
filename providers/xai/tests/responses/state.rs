//! What the vendor keeps, and what goes back to it.

use std::sync::Arc;

use serde_json::{Value, json};
use steer_core::{
    CompletionRequest, CompletionResponse, Delivery, InputSchema, Message, Role, ToolResult, ToolSchema,
};
use steer_testkit::conformance::Subject;

use crate::{asking, sent, subjects, told};

fn read(file: &str) -> CompletionResponse {
    let path = format!("{}/tests/fixtures/responses/{file}", env!("CARGO_MANIFEST_DIR"));
    let subject = Subject::new(steer_xai::REGISTRATION, "xai/grok-4.7").unwrap();
    subject.decode(Delivery::Stream, [std::fs::read(path).unwrap().into()]).result.unwrap()
}

fn after(answer: &CompletionResponse) -> CompletionRequest {
    asking("grok-4.7").message(Message::new(Role::Assistant, answer.content.clone()))
}

#[test]
fn nothing_is_kept_unless_it_is_asked_for_and_then_thinking_comes_sealed() {
    let body = sent(asking("grok-4.7"));
    assert_eq!((&body["store"], &body["include"]), (&json!(false), &json!(["reasoning.encrypted_content"])));
    let mut kept = asking("grok-4.7");
    kept.state.store = Some(true);
    let body = sent(kept);
    assert_eq!((&body["store"], body.get("include")), (&json!(true), None));
    assert_eq!(
        sent(asking("grok-4.20-0309-non-reasoning")).get("include"),
        None,
        "a model that does not think seals nothing"
    );
}

#[test]
fn sealed_thinking_and_the_calls_of_the_vendors_tools_go_back_as_they_came() {
    let answer = read("tools.stream.sse");
    let body = sent(after(&answer).user("And tomorrow?"));
    let input = body["input"].as_array().unwrap();
    let kinds: Vec<&str> =
        input.iter().filter_map(|item| item["type"].as_str().or(item["role"].as_str())).collect();
    assert_eq!(
        kinds,
        [
            "user",
            "reasoning",
            "web_search_call",
            "x_search_call",
            "custom_tool_call",
            "code_interpreter_call",
            "message",
            "user"
        ]
    );
    assert_eq!(input[1]["encrypted_content"], "c2VhbGVk");
    let told = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/responses/tools.whole.json"
    ));
    let told: Value = serde_json::from_str(&told.unwrap()).unwrap();
    assert_eq!(input[1..6], told["output"].as_array().unwrap()[..5]);
}

#[test]
fn a_call_that_goes_on_from_an_answer_sends_what_is_new_and_no_prompt() {
    let answer = read("call.stream.sse");
    let mut request = after(&answer)
        .system("Be brief.")
        .tool(ToolSchema::new("weather", InputSchema::empty()))
        .message(Message::tool(ToolResult::text("call_1", "Snow.").for_tool("weather")));
    request.state.store = Some(true);
    request.state.previous_response_id.clone_from(&answer.response_id);
    let (body, warnings) = told(request);
    assert_eq!(body["previous_response_id"], "9d1e0001");
    assert_eq!(body.get("instructions"), None, "the vendor refuses them here");
    assert_eq!(
        body["input"],
        json!([{"type": "function_call_output", "call_id": "call_1", "output": "Snow."}])
    );
    assert_eq!(subjects(&warnings), ["system"]);
}

#[test]
fn bodies_of_both_formats_are_read_and_come_out_equal() {
    let client = crate::builder().build().unwrap();
    let responses = json!({
        "model": "grok-4.7", "instructions": "Be brief.", "input": [{"role": "user", "content": "Hi"}],
        "previous_response_id": "9d1e0001", "logprobs": true, "max_turns": 3, "store": true,
        "tools": [{"type": "x_search"}], "include": ["reasoning.encrypted_content"],
    });
    let mut request = client.providers().import(steer_xai::API, responses.to_string()).unwrap();
    request.model.insert_str(0, "xai/");
    assert_eq!(sent(request), responses);
    let chat = json!({
        "model": "grok-4.7", "messages": [{"role": "user", "content": "Hi"}],
        "search_parameters": {"mode": "auto"}, "service_tier": "priority",
    });
    let mut request = client.providers().import(steer_xai::CHAT_API, chat.to_string()).unwrap();
    request.model.insert_str(0, "xai/");
    let own = "[[models]]\nprovider = \"xai\"\nid = \"grok-4.7\"\napi_format = \"openai-chat\"\n";
    let client = crate::builder().catalog("mine.toml", own).build().unwrap();
    let http = client.preview(Arc::new(request)).unwrap().unwrap();
    assert_eq!(http.uri(), "https://api.x.ai/v1/chat/completions");
    assert_eq!(serde_json::from_slice::<Value>(http.body()).unwrap(), chat);
}
