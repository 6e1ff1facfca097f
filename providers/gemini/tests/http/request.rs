//! What is sent.

use steer_core::{Delivery, tools};
use wiremock::Request;

use crate::setup::{KEY, TEXT, client, json, request, serve, sse};

async fn sent(delivery: Delivery) -> Request {
    let server = match delivery {
        Delivery::Whole => serve(json(200, include_str!("../fixtures/text.whole.json"))).await,
        _ => serve(sse(TEXT)).await,
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
async fn a_stream_is_asked_for_with_the_documented_headers() {
    let request = sent(Delivery::Stream).await;
    assert_eq!(
        (request.method.as_str(), request.url.path(), request.url.query()),
        ("POST", "/models/gemini-3.8-flash:streamGenerateContent", Some("alt=sse"))
    );
    assert_eq!(header(&request, "x-goog-api-key"), KEY);
    assert_eq!(header(&request, "content-type"), "application/json");
    assert_eq!(header(&request, "accept"), "text/event-stream");
    assert_eq!(header(&request, "accept-encoding"), "identity");
    assert_eq!(header(&request, "cache-control"), "no-store");
    assert_eq!(header(&request, "user-agent"), steer_core::http::USER_AGENT);
    assert_eq!(header(&request, "authorization"), "");
}

#[tokio::test]
async fn a_whole_answer_is_asked_for_as_json() {
    let request = sent(Delivery::Whole).await;
    assert_eq!(
        (header(&request, "accept").as_str(), header(&request, "cache-control").as_str()),
        ("application/json", "")
    );
    assert_eq!((request.url.path(), request.url.query()), ("/models/gemini-3.8-flash:generateContent", None));
}

#[tokio::test]
async fn the_body_is_the_documented_one() {
    let request = sent(Delivery::Stream).await;
    let body: serde_json::Value = request.body_json().unwrap();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!("request_body", body);
    });
}

#[tokio::test]
async fn the_key_is_neither_in_the_address_nor_in_the_body() {
    let request = sent(Delivery::Stream).await;
    assert!(!request.url.as_str().contains("CANARY"));
    assert!(!String::from_utf8(request.body).unwrap().contains("CANARY"));
}

#[tokio::test]
async fn a_base_url_of_vertex_ai_is_followed_as_it_is() {
    let server = serve(sse(TEXT)).await;
    let base = format!("{}/v1/projects/p/locations/global/publishers/google", server.uri());
    client(&base).complete(request()).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(
        request.url.path(),
        "/v1/projects/p/locations/global/publishers/google/models/gemini-3.8-flash:streamGenerateContent"
    );
}

#[tokio::test]
async fn a_name_that_was_mapped_comes_back_as_the_program_gave_it() {
    let tool = || tools::ToolSchema::new("get weather!", tools::InputSchema::empty());
    let server = serve(sse(TEXT)).await;
    client(&server.uri()).complete(request().tool(tool())).await.unwrap();
    let body: serde_json::Value = server.received_requests().await.unwrap().remove(0).body_json().unwrap();
    let name = body["tools"][0]["functionDeclarations"][0]["name"].clone();
    let call = serde_json::json!({"candidates": [{"content": {"parts": [{"functionCall": {"name": name, "args": {}}}]}, "finishReason": "STOP"}]});
    let server = serve(sse(&format!("data: {call}\n\n"))).await;
    let answer = client(&server.uri()).complete(request().tool(tool())).await.unwrap();
    assert_eq!(answer.extract_tool_calls()[0].name, "get weather!");
}
