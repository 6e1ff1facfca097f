//! Answers that the vendor makes in the background, and that are read later.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steer_core::auth::Environment;
use steer_core::request::{Resume, ServerState};
use steer_core::{Client, CompletionRequest, Delivery, EndProof, ErrorKind, StopReason};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const WHOLE: &str = include_str!("fixtures/text.whole.json");

async fn serve(template: ResponseTemplate) -> (Client, MockServer) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    let client = Client::builder()
        .only_registered()
        .register(steer_openai::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .base_url("openai", format!("{}/v1", server.uri()))
        .api_key("openai", "sk-test")
        .build()
        .unwrap();
    (client, server)
}

fn body(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn sent(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().remove(0)
}

fn reading(resume: Resume) -> CompletionRequest {
    let mut state = ServerState::default();
    state.resume = Some(resume);
    CompletionRequest::new("openai/gpt-5.2").state(state)
}

#[tokio::test]
async fn an_answer_in_the_background_is_stored_and_its_id_is_told_before_it_is_there() {
    let (client, server) = serve(body(200, include_str!("fixtures/queued.whole.json"))).await;
    let mut request = CompletionRequest::new("openai/gpt-5.2").user("Think long.").delivery(Delivery::Whole);
    request.state.background = Some(true);
    let answer = client.complete(request).await.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::Other("queued".to_owned())));
    assert!(answer.response_id.is_some() && answer.content.is_empty());
    let subjects: Vec<&str> = answer.warnings.iter().map(|warning| warning.subject.as_str()).collect();
    assert_eq!(subjects, ["state.store"]);
    let body: Value = sent(&server).await.body_json().unwrap();
    assert_eq!((&body["background"], &body["store"]), (&json!(true), &json!(true)));
    assert_eq!(body.get("include"), None, "what is stored is not sealed too");
}

#[tokio::test]
async fn an_answer_that_the_vendor_keeps_is_read_by_its_id_and_nothing_is_asked() {
    let (client, server) = serve(body(200, WHOLE)).await;
    let mut request = reading(Resume::new("resp_1")).user("is not sent").delivery(Delivery::Whole);
    let wanted = ["reasoning.encrypted_content", "web_search_call.action.sources"];
    request.state.include = wanted.map(str::to_owned).to_vec();
    let answer = client.complete(request).await.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
    assert!(!answer.extract_text().is_empty());
    let subjects: Vec<&str> = answer.warnings.iter().map(|warning| warning.subject.as_str()).collect();
    assert_eq!(subjects, ["state.include"], "sealed thinking is refused here, so it is not asked for");
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path()), ("GET", "/v1/responses/resp_1"));
    assert!(request.body.is_empty());
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    assert_eq!(query, [("include[]".to_owned(), "web_search_call.action.sources".to_owned())]);
}

#[tokio::test]
async fn a_stream_is_read_on_behind_an_event_and_then_has_no_beginning() {
    let stream = include_str!("fixtures/text.stream.sse");
    let is_beginning =
        |event: &&str| !event.contains("response.created") && !event.contains("response.in_progress");
    let rest: String = stream.split_inclusive("\n\n").filter(is_beginning).collect();
    let (client, server) = serve(ResponseTemplate::new(200).set_body_raw(rest, "text/event-stream")).await;
    let answer = client.complete(reading(Resume::new("resp_1").after(1))).await.unwrap();
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
    assert!(answer.response_id.is_some() && !answer.extract_text().is_empty());
    let query: BTreeMap<String, String> = sent(&server).await.url.query_pairs().into_owned().collect();
    assert_eq!((query["stream"].as_str(), query["starting_after"].as_str()), ("true", "1"));
}

#[tokio::test]
async fn an_answer_that_is_kept_no_longer_is_not_found() {
    let gone = r#"{"error":{"message":"Response with id 'resp_1' not found.","type":"invalid_request_error","param":null,"code":null}}"#;
    let (client, _server) = serve(body(404, gone)).await;
    let error = client.complete(reading(Resume::new("resp_1"))).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::NotFound, false));
    assert!(error.to_string().contains("not found"), "{error}");
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_and_a_body_behind_an_event_are_refused_before_anything_is_sent() {
    let (client, server) = serve(body(200, WHOLE)).await;
    for id in ["", "..", "../models", "resp_1/cancel", "a?b=c", "a%2fb", "a b", "ü"] {
        let error = client.complete(reading(Resume::new(id))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id}");
    }
    let whole = reading(Resume::new("resp_1").after(3)).delivery(Delivery::Whole);
    assert_eq!(client.complete(whole).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    let counted = client.count_tokens(reading(Resume::new("resp_1"))).await.unwrap_err();
    assert_eq!(counted.kind(), ErrorKind::UnsupportedFeature);
    assert!(server.received_requests().await.unwrap().is_empty());
}
