//! What is sent.

use steer_core::auth::Environment;
use steer_core::{Client, Delivery, tools};
use wiremock::Request;

use crate::setup::{KEY, TEXT, client, json, lines, request, serve};

async fn sent(delivery: Delivery) -> Request {
    let server = match delivery {
        Delivery::Whole => serve(json(200, include_str!("../fixtures/text.whole.json"))).await,
        _ => serve(lines(TEXT)).await,
    };
    let schema = serde_json::json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let tool = tools::ToolSchema::new("get_weather", tools::InputSchema::from_json(schema).unwrap());
    let request = request().system("Be brief.").tool(tool).stop_sequence("END").delivery(delivery);
    client(&server.uri()).complete(request).await.unwrap();
    server.received_requests().await.unwrap().remove(0)
}

fn header(request: &Request, name: &str) -> String {
    let values: Vec<_> = request.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
    values.join(" + ")
}

#[tokio::test]
async fn a_stream_is_asked_for_with_the_documented_address() {
    let request = sent(Delivery::Stream).await;
    assert_eq!(
        (request.method.as_str(), request.url.path(), request.url.query()),
        ("POST", "/api/chat", None)
    );
    assert_eq!(header(&request, "authorization"), format!("Bearer {KEY}"));
    assert_eq!(header(&request, "content-type"), "application/json");
    assert_eq!(header(&request, "accept-encoding"), "identity");
    assert_eq!(header(&request, "user-agent"), steer_core::http::USER_AGENT);
}

#[tokio::test]
async fn no_key_is_needed() {
    let server = serve(lines(TEXT)).await;
    let client = Client::builder()
        .only_registered()
        .register(steer_ollama::REGISTRATION)
        .environment(Environment::of::<&str, &str>([]))
        .base_url("ollama", server.uri())
        .build()
        .unwrap();
    assert!(client.complete(request()).await.unwrap().extract_text().starts_with("Grüße"));
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(header(&request, "authorization"), "");
}

#[tokio::test]
async fn the_body_is_the_documented_one_and_says_how_it_is_delivered() {
    for (delivery, streams) in [(Delivery::Stream, true), (Delivery::Whole, false)] {
        let request = sent(delivery).await;
        let mut body: serde_json::Value = request.body_json().unwrap();
        assert_eq!(body["stream"].take(), serde_json::json!(streams));
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!("request_body", body);
        });
        assert!(!String::from_utf8(request.body).unwrap().contains("CANARY"));
    }
}

#[tokio::test]
async fn a_name_that_was_mapped_comes_back_as_the_program_gave_it() {
    let tool = || tools::ToolSchema::new("get weather!", tools::InputSchema::empty());
    let server = serve(lines(TEXT)).await;
    client(&server.uri()).complete(request().tool(tool())).await.unwrap();
    let body: serde_json::Value = server.received_requests().await.unwrap().remove(0).body_json().unwrap();
    let name = body["tools"][0]["function"]["name"].clone();
    assert_ne!(name, "get weather!");
    let call = serde_json::json!({
        "message": {"tool_calls": [{"function": {"name": name, "arguments": {}}}]}, "done": true,
    });
    let server = serve(lines(&format!("{call}\n"))).await;
    let answer = client(&server.uri()).complete(request().tool(tool())).await.unwrap();
    assert_eq!(answer.extract_tool_calls()[0].name, "get weather!");
}
