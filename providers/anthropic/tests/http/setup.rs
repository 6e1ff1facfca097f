//! Clients of a server or of a script.

use std::sync::Arc;

use futures::StreamExt;
use steer_core::auth::Environment;
use steer_core::http::Timeouts;
use steer_core::{
    ApiError, Client, ClientBuilder, CompletionRequest, CompletionStream, StreamChunk, StreamError,
};
use steer_testkit::transport::ScriptedTransport;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const KEY: &str = "sk-ant-CANARY-0123456789";

pub(crate) const TEXT: &str = include_str!("../fixtures/text.stream.sse");

/// The fixture up to its last text, which is followed by the block's end.
pub(crate) fn beginning() -> &'static str {
    let at = TEXT.find("event: content_block_stop").unwrap();
    &TEXT[..at]
}

pub(crate) fn builder() -> ClientBuilder {
    Client::builder()
        .only_registered()
        .register(steer_anthropic::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .api_key("anthropic", KEY)
}

pub(crate) fn client(url: &str) -> Client {
    builder().base_url("anthropic", url).build().unwrap()
}

pub(crate) fn scripted(transport: &ScriptedTransport) -> ClientBuilder {
    builder().transport(Arc::new(transport.clone()))
}

pub(crate) fn timed(transport: &ScriptedTransport, timeouts: Timeouts) -> Client {
    scripted(transport).timeouts(timeouts).build().unwrap()
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("anthropic/claude-sonnet-5-5").user("Hello").max_output_tokens(64)
}

/// A server that answers everything with one template.
pub(crate) async fn serve(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

pub(crate) fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream; charset=utf-8")
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
