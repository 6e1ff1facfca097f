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
        ("POST", "/v1/messages", None)
    );
    assert_eq!(header(&request, "x-api-key"), KEY);
    assert_eq!(header(&request, "anthropic-version"), "2023-06-01");
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
    let body: serde_json::Value = request.body_json().unwrap();
    assert_ne!(body["stream"], true);
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
async fn the_key_is_not_in_the_body() {
    let request = sent(Delivery::Stream).await;
    assert!(!String::from_utf8(request.body).unwrap().contains("CANARY"));
}

#[tokio::test]
async fn headers_for_one_provider_or_format_go_to_it_alone_and_win() {
    let server = serve(sse(TEXT)).await;
    let request = request()
        .header("x-all", "1")
        .header("x-team", "all")
        .provider_header("anthropic-messages", "x-team", "format")
        .provider_header("anthropic", "x-team", "provider")
        .provider_header("other", "x-other", "1");
    let client = client(&server.uri());
    client.complete(request.clone()).await.unwrap();
    let sent = server.received_requests().await.unwrap().remove(0);
    assert_eq!((header(&sent, "x-all").as_str(), header(&sent, "x-team").as_str()), ("1", "provider"));
    assert_eq!(header(&sent, "x-other"), "");
    let stolen = request.provider_header("anthropic", "x-api-key", "mine");
    let error = client.complete(stolen).await.unwrap_err();
    assert!(error.to_string().contains("carries a credential"), "{error}");
}
