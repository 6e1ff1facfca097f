//! Clients of a server or of a script.

use std::sync::Arc;

use futures::StreamExt;
use steer_core::auth::Environment;
use steer_core::{
    ApiError, Client, ClientBuilder, CompletionRequest, CompletionStream, StreamChunk, StreamError,
};
use steer_testkit::transport::ScriptedTransport;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const KEY: &str = "ollama-CANARY-0123456789";

pub(crate) const TEXT: &str = include_str!("../fixtures/text.stream.jsonl");

/// The fixture up to its last line, which says that it is done.
pub(crate) fn beginning() -> &'static str {
    let at = TEXT.trim_end().rfind("\n{").unwrap() + 1;
    &TEXT[..at]
}

pub(crate) fn builder() -> ClientBuilder {
    Client::builder()
        .only_registered()
        .register(steer_ollama::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .api_key("ollama", KEY)
}

pub(crate) fn client(url: &str) -> Client {
    builder().base_url("ollama", url).build().unwrap()
}

pub(crate) fn scripted(transport: &ScriptedTransport) -> ClientBuilder {
    builder().transport(Arc::new(transport.clone()))
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("ollama/gemma3").user("Hello")
}

/// A server that answers everything with one template.
pub(crate) async fn serve(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

pub(crate) fn lines(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/x-ndjson")
}

pub(crate) fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

/// Reads a stream to its error, and checks that nothing comes after it.
pub(crate) async fn fails(mut stream: CompletionStream) -> ApiError {
    let error = loop {
        match stream.next().await {
            Some(Ok(StreamChunk::MessageComplete(_))) => panic!("the answer is whole"),
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the stream ended without a terminal item"),
        }
    };
    for _ in 0..10 {
        assert!(stream.next().await.is_none(), "one terminal item, and then nothing for ever");
    }
    match error {
        StreamError::Api(error) => error,
        error => error.into(),
    }
}
