//! The whole path from a request to an answer, over real sockets.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::fmt::Write;

use steer_core::auth::Environment;
use steer_core::{ApiError, Client, ClientBuilder, CompletionRequest, Delivery, EndProof};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const KEY: &str = "sk-CANARY-0123456789";
const STREAM: &str = include_str!("fixtures/text_deltas.stream.sse");
const WHOLE: &str = include_str!("fixtures/text_deltas.whole.json");

fn builder(server: &MockServer) -> ClientBuilder {
    Client::builder()
        .only_registered()
        .register(steer_openai_compatible::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .base_url("openai-compatible", format!("{}/some/v1", server.uri()))
}

fn client(server: &MockServer) -> Client {
    builder(server).api_key("openai-compatible", KEY).build().unwrap()
}

fn request() -> CompletionRequest {
    CompletionRequest::new("openai-compatible/m-1").user("Hello").max_output_tokens(64)
}

async fn serve(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn sent(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().remove(0)
}

#[tokio::test]
async fn a_stream_is_asked_for_behind_the_base_url_with_the_key_as_bearer() {
    let server = serve(sse(STREAM)).await;
    let answer = client(&server).complete(request()).await.unwrap();
    assert!(answer.extract_text().ends_with("second line."));
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/some/v1/chat/completions"));
    assert_eq!(request.headers["authorization"].to_str().unwrap(), format!("Bearer {KEY}"));
    let body: serde_json::Value = request.body_json().unwrap();
    assert_eq!(body["model"], "m-1");
    assert_eq!(body["stream"], true);
    assert_eq!(body["stream_options"]["include_usage"], true);
    assert_eq!(body["max_tokens"], 64);
    assert!(!body.to_string().contains("CANARY"));
}

#[tokio::test]
async fn without_a_key_no_authorization_is_sent() {
    let server = serve(sse(STREAM)).await;
    builder(&server).build().unwrap().complete(request()).await.unwrap();
    assert!(sent(&server).await.headers.get("authorization").is_none());
}

#[tokio::test]
async fn a_whole_answer_is_the_same_as_its_stream() {
    let server = serve(json(200, WHOLE)).await;
    let answer = client(&server).complete(request().delivery(Delivery::Whole)).await.unwrap();
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\nsecond line.");
    let body: serde_json::Value = sent(&server).await.body_json().unwrap();
    assert_ne!(body["stream"], true);
}

#[tokio::test]
async fn rate_limits_come_with_an_answer() {
    let limits = sse(STREAM)
        .insert_header("x-ratelimit-limit-requests", "60")
        .insert_header("x-ratelimit-remaining-requests", "59")
        .insert_header("x-ratelimit-reset-requests", "1s")
        .insert_header("x-ratelimit-remaining-tokens", "149984");
    let server = serve(limits).await;
    let limits = client(&server).complete(request()).await.unwrap().rate_limits.unwrap();
    let requests = limits.requests.unwrap();
    assert_eq!((requests.limit, requests.remaining), (Some(60), Some(59)));
    assert_eq!(limits.tokens.unwrap().remaining, Some(149_984));
}

async fn refused(template: ResponseTemplate) -> ApiError {
    let server = serve(template).await;
    let error = client(&server).stream_complete(request()).await.err().unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    error
}

/// The statuses and codes of <https://platform.openai.com/docs/guides/error-codes>, and others that proxies add.
const TABLE: [(u16, &str, &str, &str); 17] = [
    (400, "invalid_request_error", "invalid_value", "Invalid value for 'temperature'."),
    (
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "This model's maximum context length is 8192 tokens.",
    ),
    (400, "invalid_request_error", "content_filter", "The response was filtered."),
    (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    (403, "invalid_request_error", "unsupported_country", "Country, region, or territory not supported."),
    (404, "invalid_request_error", "model_not_found", "The model does not exist."),
    (408, "timeout", "request_timeout", "The request took too long."),
    (409, "conflict", "conflict", "The resource was changed."),
    (413, "invalid_request_error", "request_too_large", "The request is too large."),
    (422, "invalid_request_error", "unprocessable", "The request could not be processed."),
    (429, "requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    (500, "server_error", "server_error", "The server had an error."),
    (502, "server_error", "bad_gateway", "Bad gateway."),
    (503, "server_error", "overloaded", "The engine is currently overloaded."),
    (504, "server_error", "timeout", "Gateway timeout."),
    (529, "server_error", "overloaded", "Overloaded."),
];

#[tokio::test]
async fn every_status_is_mapped_with_all_that_it_says() {
    let mut shown = String::new();
    for (status, kind, code, message) in TABLE {
        let error = serde_json::json!({"message": message, "type": kind, "param": null, "code": code});
        let mut template = json(status, &serde_json::json!({"error": error}).to_string())
            .insert_header("x-request-id", "req_header");
        if status == 429 {
            template = template
                .insert_header("retry-after", "12")
                .insert_header("x-ratelimit-remaining-requests", "0");
        }
        row(&mut shown, &refused(template).await);
    }
    for status in [400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 529] {
        for (body, kind) in [("<html><title>nginx</title></html>", "text/html"), ("", "application/json")] {
            row(&mut shown, &refused(ResponseTemplate::new(status).set_body_raw(body, kind)).await);
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("refusals", shown);
    });
}

fn row(out: &mut String, error: &ApiError) {
    let retry = if error.is_retryable() { "retryable" } else { "final" };
    let remaining = error.rate_limits().and_then(|limits| limits.requests.as_ref()?.remaining);
    writeln!(
        out,
        "{} {:?} {retry} code={:?} after={:?} remaining={remaining:?} id={:?}: {}",
        error.status().unwrap(),
        error.kind(),
        error.code(),
        error.retry_after(),
        error.request_id(),
        error.message()
    )
    .unwrap();
}
