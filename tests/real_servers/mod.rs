//! The servers of `cargo xtask real-servers`, the wire formats that they speak, and clients for those.
#![allow(dead_code, reason = "each of the test programs that share this uses its part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "only tests call it")]

use std::time::Duration;

use futures::StreamExt;
use steer::auth::Environment;
use steer::bytes::Bytes;
use steer::http::{ReqwestTransport, Timeouts, Transport};
use steer::http_types::Request;
use steer::{ApiError, Client, CompletionRequest, CompletionResponse, CompletionStream, StreamChunk};

/// A small model writes a few words in a second, and one in ten on a machine that builds beside it.
const PATIENCE: Duration = Duration::from_secs(180);

/// `Server` is a server of whose address and key the environment tells.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) key: String,
}

impl Server {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            url: variable(&format!("STEER_REAL_{name}_URL")),
            key: variable(&format!("STEER_REAL_{name}_KEY")),
        }
    }

    /// A client that speaks to the server alone, whatever keys the environment has.
    pub(crate) fn client(&self, dialect: Dialect, key: &str) -> Client {
        let base_url = match dialect {
            Dialect::Chat | Dialect::Responses => format!("{}/v1", self.url),
            Dialect::Gemini => format!("{}/v1beta", self.url),
            Dialect::Messages | Dialect::Ollama => self.url.clone(),
        };
        Client::builder()
            .environment(Environment::of::<&str, &str>([]))
            .base_url(dialect.provider(), base_url)
            .api_key(dialect.provider(), key)
            .timeouts(Timeouts::default().headers(PATIENCE).idle(PATIENCE).total(PATIENCE))
            .build()
            .unwrap()
    }

    /// What the server says of itself, as JSON.
    pub(crate) async fn get(&self, path: &str) -> serde_json::Value {
        let request = Request::get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key))
            .body(Bytes::new())
            .unwrap();
        let response = ReqwestTransport::new(Timeouts::default()).unwrap().send(request).await.unwrap();
        assert_eq!(response.status(), 200, "GET {path}");
        let pieces: Vec<Bytes> = response.into_body().map(|piece| piece.unwrap()).collect().await;
        serde_json::from_slice(&pieces.concat()).unwrap()
    }
}

pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run `cargo xtask real-servers test`"))
}

/// `Dialect` is a wire format that a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Chat,
    Messages,
    Responses,
    Gemini,
    Ollama,
}

impl Dialect {
    /// Those that are tested in full, with both servers.
    pub(crate) const ALL: [Self; 2] = [Self::Chat, Self::Messages];

    pub(crate) fn provider(self) -> &'static str {
        match self {
            Self::Chat => "openai-compatible",
            Self::Messages => "anthropic",
            Self::Responses => "openai",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// Where its requests go.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Chat => "/v1/chat/completions",
            Self::Messages => "/v1/messages",
            Self::Responses => "/v1/responses",
            Self::Gemini => "/v1beta/models/made-up-model:generateContent",
            Self::Ollama => "/api/chat",
        }
    }

    /// A request to a model that no catalog lists.
    pub(crate) fn ask(self, model: &str, text: &str) -> CompletionRequest {
        CompletionRequest::new(format!("{}/{model}", self.provider())).user(text).max_output_tokens(64)
    }
}

/// Reads a stream to its end, and checks that the end comes once: the visible text by deltas, and the whole answer
/// or the error.
pub(crate) async fn read(
    mut stream: CompletionStream,
) -> (Vec<String>, Result<CompletionResponse, ApiError>) {
    let mut deltas = Vec::new();
    let end = loop {
        match stream.next().await.expect("a stream ends with an answer or an error") {
            Ok(StreamChunk::TextDelta { text, .. }) => deltas.push(text),
            Ok(StreamChunk::MessageComplete(answer)) => break Ok(*answer),
            Ok(_) => {}
            Err(error) => break Err(ApiError::from(error)),
        }
    };
    assert!(stream.next().await.is_none(), "nothing follows the end");
    (deltas, end)
}
