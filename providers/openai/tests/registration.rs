//! What the crate tells the registry, and which wire format a model answers in.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use serde_json::{Value, json};
use steer_core::{Client, ClientBuilder, CompletionRequest, Delivery};
use steer_testkit::conformance::{pass, the_registration_and_its_catalog_are_valid};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn the_registration_and_its_catalog_hold_what_they_must() {
    pass(the_registration_and_its_catalog_are_valid(steer_openai::REGISTRATION));
}

fn builder(server: &MockServer) -> ClientBuilder {
    Client::builder()
        .only_registered()
        .register(steer_openai::REGISTRATION)
        .base_url("openai", format!("{}/v1", server.uri()))
        .api_key("openai", "sk-test")
}

async fn serve(at: &str, answer: Value) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path(at))
        .and(header("authorization", "Bearer sk-test"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    server
}

async fn chat() -> MockServer {
    let answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4.1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    });
    serve("/v1/chat/completions", answer).await
}

async fn responses() -> MockServer {
    let content = json!([{"type": "output_text", "text": "Hi.", "annotations": []}]);
    let answer = json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "gpt-4.1",
        "output": [{"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": content}],
        "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5},
    });
    serve("/v1/responses", answer).await
}

fn request(model: &str) -> CompletionRequest {
    CompletionRequest::new(model)
        .system("Be brief.")
        .user("Hello")
        .max_output_tokens(9)
        .delivery(Delivery::Whole)
}

async fn sent(server: &MockServer) -> Value {
    server.received_requests().await.unwrap().first().unwrap().body_json().unwrap()
}

#[tokio::test]
async fn a_model_answers_over_responses_and_its_tokens_have_their_price() {
    let server = responses().await;
    let response = builder(&server).build().unwrap().complete(request("openai/gpt-4.1")).await.unwrap();
    assert_eq!(response.extract_text(), "Hi.");
    // Three tokens at $2 and two at $8 a million.
    assert_eq!(response.cost.unwrap().to_string(), "0.000022");
    let sent = sent(&server).await;
    assert_eq!(sent.get("max_output_tokens"), Some(&json!(9)));
    assert_eq!(sent.get("instructions"), Some(&json!("Be brief.")));
}

#[tokio::test]
async fn a_model_that_speaks_chat_alone_is_asked_in_chat() {
    let server = chat().await;
    let response = builder(&server).build().unwrap().complete(request("openai/gpt-audio")).await.unwrap();
    assert_eq!(response.extract_text(), "Hi.");
}

#[tokio::test]
async fn a_program_asks_in_chat_where_its_own_catalog_says_so() {
    let model = "[[models]]\nprovider = \"openai\"\nid = \"gpt-4.1\"\napi_format = \"openai-chat\"\n";
    let provider = "[[providers]]\nid = \"openai\"\napi_format = \"openai-chat\"\n";
    for own in [model, provider] {
        let server = chat().await;
        let client = builder(&server).catalog("mine.toml", own).build().unwrap();
        let response = client.complete(request("openai/gpt-4.1")).await.unwrap();
        assert_eq!(response.cost.unwrap().to_string(), "0.000022");
        let sent = sent(&server).await;
        assert_eq!(sent.get("max_completion_tokens"), Some(&json!(9)));
        assert_eq!(sent.pointer("/messages/0/role"), Some(&json!("developer")));
    }
}
