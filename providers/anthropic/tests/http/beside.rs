//! Counting tokens and listing models.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use steer_core::beside::ModelListRequest;
use steer_core::{CancellationToken, ClientCall, ErrorKind};
use wiremock::matchers::{any, query_param};
use wiremock::{Mock, MockServer, Request};

use super::setup::{KEY, client, json, request, serve};

#[tokio::test]
async fn tokens_are_counted_without_what_only_the_answer_needs() {
    let server = serve(json(200, r#"{"input_tokens":12}"#)).await;
    let count = client(&server.uri()).count_tokens(request().temperature(0.5)).await.unwrap();
    assert_eq!((count.input_tokens, count.is_estimate), (12, false));
    let sent = server.received_requests().await.unwrap().remove(0);
    assert_eq!(sent.url.path(), "/v1/messages/count_tokens");
    let body: serde_json::Value = sent.body_json().unwrap();
    assert!(body["messages"].is_array());
    assert!(body.get("max_tokens").is_none() && body.get("temperature").is_none(), "{body}");
}

/// Quirk: the endpoint refuses the vendor's own tools and MCP servers.
#[tokio::test]
async fn a_count_without_mcp_servers_is_marked_as_an_estimate() {
    let server = serve(json(200, r#"{"input_tokens":12}"#)).await;
    let members = serde_json::json!({
        "mcp_servers": [{"type": "url", "url": "https://a.example", "name": "a"}],
        "tools": [{"type": "web_search_20250305", "name": "web_search"}],
    });
    let mut asked = request();
    asked.provider_options.insert("anthropic".to_owned(), members.as_object().unwrap().clone());
    let count = client(&server.uri()).count_tokens(asked).await.unwrap();
    assert!(count.is_estimate);
    assert_eq!(count.warnings.len(), 2);
    let body: serde_json::Value = server.received_requests().await.unwrap().remove(0).body_json().unwrap();
    assert!(body.get("mcp_servers").is_none() && body.get("tools").is_none(), "{body}");
}

#[tokio::test]
async fn tools_that_the_program_runs_are_counted() {
    let server = serve(json(200, r#"{"input_tokens":12}"#)).await;
    let tools =
        serde_json::json!([{"type": "bash_20250124", "name": "bash"}, {"name": "own", "input_schema": {}}]);
    let count = client(&server.uri())
        .count_tokens(request().provider_option("anthropic", "tools", tools.clone()))
        .await
        .unwrap();
    assert!(!count.is_estimate);
    let body: serde_json::Value = server.received_requests().await.unwrap().remove(0).body_json().unwrap();
    assert_eq!(body["tools"], tools);
}

#[tokio::test]
async fn models_are_listed_page_after_page() {
    let server = MockServer::start().await;
    let second = json(200, r#"{"data":[{"id":"b"}],"has_more":false,"last_id":"b"}"#);
    Mock::given(query_param("after_id", "a")).respond_with(second).mount(&server).await;
    let first = r#"{"data":[{"id":"a","display_name":"A","created_at":"2026-01-01T00:00:00Z"}],"has_more":true,"last_id":"a"}"#;
    Mock::given(any()).respond_with(json(200, first)).mount(&server).await;
    let list = client(&server.uri()).list_models("anthropic").await.unwrap();
    assert!(list.is_complete);
    let ids: Vec<_> = list.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(list.models[0].display_name.as_deref(), Some("A"));
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_ends_the_list_with_an_error() {
    let server = serve(json(200, r#"{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}"#)).await;
    let error = client(&server.uri()).list_models("anthropic").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
}

/// A server whose list never ends, each page with two models.
async fn endless() -> MockServer {
    let server = MockServer::start().await;
    let pages = AtomicUsize::new(0);
    let page = move |_: &Request| {
        let page = pages.fetch_add(1, Ordering::Relaxed);
        let data = [format!("{page}-a"), format!("{page}-b")].map(|id| serde_json::json!({"id": id}));
        let body = serde_json::json!({"data": data, "has_more": true, "last_id": format!("{page}-b")});
        json(200, &body.to_string())
    };
    Mock::given(any()).respond_with(page).mount(&server).await;
    server
}

#[tokio::test]
async fn a_list_without_end_ends_at_the_most_pages_or_models_and_says_that_there_are_more() {
    let server = endless().await;
    let list = client(&server.uri()).list_models("anthropic").await.unwrap();
    assert_eq!((list.models.len(), list.is_complete), (200, false));
    assert_eq!(server.received_requests().await.unwrap().len(), 100);
    for (request, models, pages) in [
        (ModelListRequest::new("anthropic").max_pages(2), 4, 2),
        (ModelListRequest::new("anthropic").max_models(3), 3, 2),
        (ModelListRequest::new("anthropic").max_models(4), 4, 2),
        (ModelListRequest::new("anthropic").max_models(0), 0, 1),
        (ModelListRequest::new("anthropic").max_pages(0), 0, 0),
    ] {
        let server = endless().await;
        let list = client(&server.uri()).list_models(request).await.unwrap();
        let asked = server.received_requests().await.unwrap().len();
        assert_eq!((list.models.len(), asked, list.is_complete), (models, pages, false));
    }
}

#[tokio::test]
async fn a_list_that_goes_on_without_saying_where_goes_on_behind_its_last_model_or_fails() {
    let server = MockServer::start().await;
    let second = json(200, r#"{"data":[],"has_more":true}"#);
    Mock::given(query_param("after_id", "a")).respond_with(second).mount(&server).await;
    let first = json(200, r#"{"data":[{"id":"a"}],"has_more":true,"last_id":null}"#);
    Mock::given(any()).respond_with(first).mount(&server).await;
    let error = client(&server.uri()).list_models("anthropic").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_count_that_is_cancelled_ends_at_once() {
    let server = serve(json(200, r#"{"input_tokens":12}"#).set_delay(Duration::from_secs(60))).await;
    let token = CancellationToken::new();
    let call = ClientCall::new(request()).cancel_on(token.clone());
    let client = client(&server.uri());
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        token.cancel();
    };
    let (counted, ()) = tokio::join!(client.count_tokens(call), cancel);
    assert_eq!(counted.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn a_refused_count_keeps_its_kind_its_id_and_no_key() {
    let said = format!("invalid x-api-key {KEY}");
    let body =
        serde_json::json!({"type": "error", "error": {"type": "authentication_error", "message": said}});
    let server = serve(json(401, &body.to_string()).insert_header("request-id", "req_1")).await;
    let client = client(&server.uri());
    for error in [
        client.count_tokens(request()).await.unwrap_err(),
        client.list_models("anthropic").await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::AuthenticationFailed, Some("req_1")));
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
    }
}

#[tokio::test]
async fn embeddings_are_not_offered_and_the_error_says_so() {
    let server = serve(json(200, "{}")).await;
    let asked = steer_core::EmbeddingRequest::new("anthropic/e").input("one");
    let error = client(&server.uri()).embed(asked).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
}

#[tokio::test]
async fn a_body_without_a_count_is_an_error() {
    for body in ["", "null", "[]", r#"{"input_tokens":-1}"#, r#"{"input_tokens":"12"}"#] {
        let server = serve(json(200, body)).await;
        let error = client(&server.uri()).count_tokens(request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseParsing, "{body}");
    }
}
