//! Embeddings and lists of models that their caller ends, or that take too long.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::sync::Arc;
use std::time::Duration;

use steer_core::auth::Environment;
use steer_core::beside::{EmbeddingCall, ModelListCall};
use steer_core::http::Timeouts;
use steer_core::http_types::StatusCode;
use steer_core::{
    ApiError, CancellationToken, Client, EmbeddingRequest, ErrorKind, ModelListRequest, TimeoutPhase,
};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

const ID: &str = "openai-compatible";

fn client(transport: &Arc<ScriptedTransport>) -> Client {
    let transport: Arc<ScriptedTransport> = Arc::clone(transport);
    Client::builder()
        .only_registered()
        .register(steer_openai_compatible::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .base_url(ID, "https://a.example/v1")
        .transport(transport)
        .build()
        .unwrap()
}

/// Every request gets such a response.
fn scripted(response: fn() -> Response) -> Arc<ScriptedTransport> {
    Arc::new(ScriptedTransport::handler(move |_| response()))
}

/// A body that begins and goes no further.
fn beginning() -> Response {
    Response::json(StatusCode::OK, r#"{"data":["#).stall()
}

fn embedding() -> EmbeddingRequest {
    EmbeddingRequest::new("openai-compatible/e-1").input("one")
}

/// Both calls, each with its token.
async fn both(client: &Client, token: &CancellationToken) -> [ApiError; 2] {
    let embedding = EmbeddingCall::new(embedding()).cancel_on(token.clone());
    let listing = ModelListCall::new(ID).cancel_on(token.clone());
    let (embedded, listed) = tokio::join!(client.embed(embedding), client.list_models(listing));
    [embedded.unwrap_err(), listed.unwrap_err()]
}

#[tokio::test]
async fn calls_that_are_cancelled_before_they_begin_send_nothing() {
    let transport = scripted(Response::silence);
    let token = CancellationToken::new();
    token.cancel();
    for error in both(&client(&transport), &token).await {
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn calls_can_be_cancelled_while_they_wait_for_headers_and_in_the_middle_of_the_body() {
    for response in [Response::silence, beginning] {
        let transport = scripted(response);
        let (client, token, start) = (client(&transport), CancellationToken::new(), Instant::now());
        let (errors, ()) = tokio::join!(both(&client, &token), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            token.cancel();
        });
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Cancelled);
        }
        assert_eq!(start.elapsed().as_secs(), 3);
        assert_eq!(transport.sends_dropped().max(transport.bodies_dropped()), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_the_time_that_its_request_gives_it() {
    let transport = scripted(beginning);
    let client = client(&transport);
    let limits = Timeouts::default().total(Duration::from_secs(5));
    let start = Instant::now();
    let embedded = client.embed(embedding().timeouts(limits)).await.unwrap_err();
    let listed = client.list_models(ModelListRequest::new(ID).timeouts(limits)).await.unwrap_err();
    for error in [embedded, listed] {
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, Some(TimeoutPhase::Total)));
    }
    assert_eq!(start.elapsed().as_secs(), 10);
}
