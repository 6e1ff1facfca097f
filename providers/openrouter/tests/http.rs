//! The whole path from a request to an answer, over real sockets.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use serde_json::json;
use steer_core::{Client, CompletionRequest, Delivery, ErrorKind};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn client(template: ResponseTemplate) -> (Client, MockServer) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/chat/completions"))
        .and(header("authorization", "Bearer sk-or-test"))
        .respond_with(template)
        .mount(&server)
        .await;
    let builder = Client::builder()
        .only_registered()
        .register(steer_openrouter::REGISTRATION)
        .retry(steer_core::RetryPolicy::once());
    let url = format!("{}/api/v1", server.uri());
    (builder.base_url("openrouter", url).api_key("openrouter", "sk-or-test").build().unwrap(), server)
}

fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

fn asking() -> CompletionRequest {
    CompletionRequest::new("openrouter/anthropic/claude-sonnet-5.5").user("Hi")
}

#[tokio::test]
async fn a_stream_is_answered_and_its_cost_is_that_of_the_catalog() {
    let (client, _server) = client(sse(include_str!("fixtures/text.stream.sse"))).await;
    let answer = client.complete(asking()).await.unwrap();
    assert_eq!(answer.extract_text(), "It rains.");
    // 30 tokens at $2, 150 from the cache at $0.1, 20 into it at $2.5, and 30 at $10 a million.
    assert_eq!(answer.cost().unwrap().to_string(), "0.000425");
    assert_eq!(answer.usage.unwrap().provider_cost.as_deref(), Some("0.0007"));
}

#[tokio::test]
async fn an_error_inside_a_success_is_an_error() {
    let body = json!({"error": {"code": 502, "message": "Provider returned error",
        "metadata": {"provider_name": "X", "raw": "{\"error\":{\"message\":\"upstream is down\"}}"}}, "user_id": "u"});
    let (client, _server) = client(ResponseTemplate::new(200).set_body_json(&body)).await;
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let error = client.complete(asking().delivery(delivery)).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(error.message(), "Provider returned error: upstream is down");
        assert_eq!(error.provider().unwrap().as_str(), "openrouter");
    }
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_is_one_with_what_had_come() {
    // <https://openrouter.ai/docs/api/reference/streaming#handling-errors-during-streaming>
    let body = concat!(
        "data: {\"id\":\"gen-1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"It \"}}]}\n\n",
        "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"provider\":\"X\",",
        "\"error\":{\"code\":\"server_error\",\"message\":\"Provider disconnected unexpectedly\"},",
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n",
    );
    let (client, _server) = client(sse(body)).await;
    let error = client.complete(asking()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::ServerError, Some("server_error")), "{error}");
    assert_eq!(error.partial().unwrap().extract_text(), "It ");
}

#[tokio::test]
async fn each_of_the_documented_statuses_is_the_kind_that_it_means() {
    // <https://openrouter.ai/docs/api/reference/errors-and-debugging>
    for (status, kind) in [
        (400, ErrorKind::InvalidRequest),
        (401, ErrorKind::AuthenticationFailed),
        (402, ErrorKind::QuotaExhausted),
        (403, ErrorKind::PermissionDenied),
        (429, ErrorKind::RateLimited),
        (502, ErrorKind::ServerError),
        (503, ErrorKind::Overloaded),
    ] {
        let body = json!({"error": {"code": status, "message": "said so"}});
        let (client, _server) = client(ResponseTemplate::new(status).set_body_json(body)).await;
        let error = client.complete(asking()).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{error}");
    }
}
