//! A provider that stands in the program's own catalog alone: its errors speak of it, whoever's wire format it speaks.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible",
    feature = "xai"
))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "only tests are here")]

use std::sync::Arc;

use futures::StreamExt;
use steer::auth::Environment;
use steer::bytes::Bytes;
use steer::http_types::StatusCode;
use steer::registry::ProviderRegistry;
use steer::{
    ApiError, Client, CompletionRequest, Delivery, ErrorKind, InputSchema, RetryPolicy, StreamError,
    ToolSchema,
};
use steer_testkit::transport::{Response, ScriptedTransport};

const ERROR: &str = r#"{"error":{"message":"no","type":"server_error"}}"#;

/// Every wire format that is spoken here.
fn formats() -> Vec<&'static str> {
    let mut formats: Vec<_> =
        ProviderRegistry::linked().flat_map(|registration| registration.api_formats).copied().collect();
    formats.sort_unstable();
    formats.dedup();
    formats
}

fn client(format: &str, transport: &ScriptedTransport) -> Client {
    let catalog = format!(
        "[[providers]]\nid = \"mine\"\napi_format = {format:?}\nbase_url = \"https://mine.example/v1\"\n\
         env = [\"MINE_KEY\"]\n"
    );
    Client::builder()
        .catalog("own", catalog)
        .environment(Environment::of([("MINE_KEY", "key")]))
        .transport(Arc::new(transport.clone()))
        .retry(RetryPolicy::once())
        .build()
        .unwrap()
}

fn request() -> CompletionRequest {
    CompletionRequest::new("mine/large").user("Hello").max_output_tokens(9)
}

async fn streamed(client: &Client) -> ApiError {
    let mut stream = match client.stream_complete(request()).await {
        Ok(stream) => stream,
        Err(error) => return error,
    };
    let mut failed = None;
    while let Some(chunk) = stream.next().await {
        failed = chunk.err().or(failed);
    }
    match failed.unwrap() {
        StreamError::Api(error) => error,
        error => error.into(),
    }
}

/// A way to fail.
type Failing = fn() -> Response;

fn speaks_of_mine(error: &ApiError, format: &str) {
    assert_eq!(error.provider().map(|id| id.as_str()), Some("mine"), "{format}: {error:?}");
    let text = error.to_string().to_lowercase();
    assert!(text.starts_with("mine: "), "{format}: {text}");
    for vendor in ["anthropic", "claude", "gemini", "google", "ollama", "openai", "xai", "grok"] {
        assert!(!text.contains(vendor), "{format}: {text}");
    }
}

#[tokio::test]
async fn every_failure_of_a_custom_provider_speaks_of_it_and_of_no_vendor() {
    let ok = StatusCode::OK;
    let failures: [(&str, Failing); 7] = [
        ("refused", || Response::json(StatusCode::UNAUTHORIZED, ERROR)),
        ("overloaded", || Response::json(StatusCode::SERVICE_UNAVAILABLE, "")),
        ("an error inside a success", || Response::sse(format!("data: {ERROR}\n\n"))),
        ("cut", || Response::sse(Bytes::new())),
        ("broken off", || Response::sse(Bytes::new()).break_off()),
        ("broken JSON", || Response::sse("data: {\"a\n\n")),
        ("no connection", Response::refuse),
    ];
    for format in formats() {
        for (what, response) in failures {
            let transport = ScriptedTransport::handler(move |_| response());
            let client = client(format, &transport);
            let error = streamed(&client).await;
            assert_eq!(transport.requests().len(), 1, "{format}, {what}: {error}");
            assert_eq!(transport.requests()[0].uri.host(), Some("mine.example"));
            speaks_of_mine(&error, &format!("{format}, {what}"));
            let error = client.complete(request().delivery(Delivery::Whole)).await.unwrap_err();
            speaks_of_mine(&error, &format!("{format}, {what}, whole"));
        }
        let transport = ScriptedTransport::handler(move |_| Response::json(ok, "{}"));
        speaks_of_mine(&streamed(&client(format, &transport)).await, format);
    }
}

#[tokio::test]
async fn what_a_custom_provider_cannot_take_is_told_in_its_name_before_anything_is_sent() {
    for format in formats() {
        let transport = ScriptedTransport::responses([]);
        let client = client(format, &transport);
        let tool = ToolSchema::new("look", InputSchema::empty());
        let error = client.complete(request().tool(tool.clone()).tool(tool)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{format}: {error}");
        assert_eq!(transport.requests().len(), 0, "{format}");
        speaks_of_mine(&error, format);
    }
}

#[tokio::test]
async fn a_custom_provider_without_a_key_is_told_which_variable_holds_one() {
    for format in formats() {
        let catalog = format!(
            "[[providers]]\nid = \"mine\"\napi_format = {format:?}\nbase_url = \"https://mine.example/v1\"\n\
             env = [\"MINE_KEY\"]\nauth = \"api-key\"\n"
        );
        let client = Client::builder()
            .catalog("own", catalog)
            .environment(Environment::of([("MINE_KEY", " \n")]))
            .transport(Arc::new(ScriptedTransport::responses([])))
            .build()
            .unwrap();
        let error = client.complete(request()).await.unwrap_err();
        assert!(error.message().contains("MINE_KEY"), "{error}");
        speaks_of_mine(&error, format);
    }
}
