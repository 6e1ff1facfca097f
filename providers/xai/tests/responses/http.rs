//! The whole path from a request to an answer, over real sockets.

use serde_json::json;
use steer_core::{Client, Delivery, ErrorKind};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{asking, builder};

async fn client(template: ResponseTemplate) -> (Client, MockServer) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/responses"))
        .and(header("authorization", "Bearer xai-test"))
        .respond_with(template)
        .mount(&server)
        .await;
    let url = format!("{}/v1", server.uri());
    (builder().base_url("xai", url).build().unwrap(), server)
}

fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

#[tokio::test]
async fn a_stream_is_answered_and_its_cost_is_that_of_the_catalog() {
    let (client, _server) = client(sse(include_str!("../fixtures/responses/thinking.stream.sse"))).await;
    let answer = client.complete(asking("grok-4.7")).await.unwrap();
    assert_eq!(
        (&*answer.extract_text(), answer.extract_thinking().as_str()),
        ("It rains.", "Rain, I think.")
    );
    // 15 tokens at $2, five from the cache at $0.5 and 41 at $6 a million.
    assert_eq!(answer.cost().unwrap().to_string(), "0.0002785");
}

#[tokio::test]
async fn an_answer_that_the_vendors_tools_helped_with_has_no_cost_since_none_is_known_of_them() {
    let (client, _server) = client(sse(include_str!("../fixtures/responses/tools.stream.sse"))).await;
    assert_eq!(client.complete(asking("grok-4.7")).await.unwrap().cost(), None);
}

#[tokio::test]
async fn an_error_as_json_with_the_status_200_is_an_error_that_can_be_tried_again() {
    let body =
        json!({"code": "The service is currently unavailable", "error": "Service temporarily unavailable."});
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let (client, _server) = client(ResponseTemplate::new(200).set_body_json(&body)).await;
        let error = client.complete(asking("grok-4.7").delivery(delivery)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Overloaded, "{delivery:?}: {error}");
        assert!(error.is_retryable() && error.to_string().contains("temporarily unavailable"), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_in_the_vendors_words_has_its_kind() {
    let body = json!({"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***st."});
    let (client, _server) = client(ResponseTemplate::new(400).set_body_json(body)).await;
    let error = client.complete(asking("grok-4.7")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error}");
}
