//! What only OpenAI's own dialect does; the wire format itself is tested where it lives.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use serde_json::{Value, json};
use steer_core::{Client, CompletionRequest, Delivery};
use steer_testkit::conformance::{pass, the_registration_and_its_catalog_are_valid};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn the_registration_and_its_catalog_hold_what_they_must() {
    pass(the_registration_and_its_catalog_are_valid(steer_openai::REGISTRATION));
}

#[tokio::test]
async fn the_request_says_developer_and_max_completion_tokens_and_carries_the_key_as_a_bearer_token() {
    let server = MockServer::start().await;
    let answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4.1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    });
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer sk-test"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let client = Client::builder()
        .only_registered()
        .register(steer_openai::REGISTRATION)
        .base_url("openai", format!("{}/v1", server.uri()))
        .api_key("openai", "sk-test")
        .build()
        .unwrap();
    let request = CompletionRequest::new("openai/gpt-4.1")
        .system("Be brief.")
        .user("Hello")
        .max_output_tokens(9)
        .delivery(Delivery::Whole);
    let response = client.complete(request).await.unwrap();
    assert_eq!(response.extract_text(), "Hi.");
    // Three tokens at $2 and two at $8 a million.
    assert_eq!(response.cost.unwrap().to_string(), "0.000022");
    let sent: Value = server.received_requests().await.unwrap().first().unwrap().body_json().unwrap();
    assert_eq!(sent.get("max_completion_tokens"), Some(&json!(9)));
    assert_eq!(sent.pointer("/messages/0/role"), Some(&json!("developer")));
}
