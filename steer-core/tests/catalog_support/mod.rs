//! A vendor that does not exist, whose crate speaks two wire formats and heeds the dialects of one.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use steer_core::async_trait;
use steer_core::bytes::Bytes;
use steer_core::catalog::{CatalogProblems, Word, word};
use steer_core::http::{HttpProvider, Transport, TransportBody, TransportError, TransportErrorKind};
use steer_core::http_types::{Request, Response};
use steer_core::{
    ApiError, BodyEnd, Call, ChunkSink, Client, ClientBuilder, CompletionRequest, Decoder, Delivery, Frame,
    Outgoing, Protocol, Provider, ProviderSettings, Registration, StreamError,
};

pub(crate) const BUILT_IN: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "acme-chat"
base_url = "https://api.acme.example"
env = ["ACME_KEY"]

[[models]]
provider = "acme"
id = "anvil"
aliases = ["a"]
recommended = true
max_output_tokens = 100

[[models]]
provider = "acme"
id = "vendor/hammer"
"#;

pub(crate) const ACME: Registration =
    Registration::new("acme", "acme-crate", &["acme-chat", "acme-plain"], BUILT_IN, build)
        .heeding_dialects(&["acme-chat"]);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    let dialect = settings.config.dialect.over(Dialect { path: "/talk", seed: true })?;
    Ok(Arc::new(HttpProvider::new(Talk(dialect), settings)?))
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialect {
    #[serde(deserialize_with = "word")]
    path: Word,
    seed: bool,
}

#[derive(Debug)]
struct Talk(Dialect);

impl Protocol for Talk {
    fn api(&self) -> &str {
        "acme-chat"
    }

    fn encode(&self, _: &Call, _: Delivery) -> Result<Outgoing, ApiError> {
        Ok(Outgoing::post(self.0.path, if self.0.seed { "{\"seed\":1}" } else { "{}" }))
    }

    fn decoder(&self, _: &Call, _: Delivery) -> Box<dyn Decoder> {
        Box::new(Nothing)
    }
}

struct Nothing;

impl Decoder for Nothing {
    fn frame(&mut self, _: Frame<'_>, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

/// `Wire` keeps what would have been sent, and sends nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<String>>>);

impl Wire {
    /// Everything that would have been sent: addresses, headers and bodies.
    pub(crate) fn sent(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<TransportBody>, TransportError> {
        let (head, body) = request.into_parts();
        let mut told = format!("{} {}", head.method, head.uri);
        for (name, value) in &head.headers {
            told.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
        }
        self.0.lock().unwrap().push(format!("{told}\n{}", String::from_utf8_lossy(&body)));
        Err(TransportError::new(TransportErrorKind::Connect))
    }
}

pub(crate) fn builder() -> ClientBuilder {
    Client::builder().only_registered().register(ACME).transport(Arc::new(Wire::default()))
}

/// Every problem of what the builder was given, as it is told.
pub(crate) fn problems(builder: ClientBuilder) -> Vec<String> {
    let error = builder.build().unwrap_err();
    let Some(problems) = CatalogProblems::behind(&error) else { panic!("{error}") };
    let told: Vec<String> = problems.all().iter().map(ToString::to_string).collect();
    assert!(told.iter().all(|problem| error.to_string().contains(problem)), "{error}");
    told
}

/// The problems of one catalog.
pub(crate) fn wrong(text: &str) -> Vec<String> {
    problems(builder().catalog("mine.toml", text))
}

/// Asks a model for anything.
pub(crate) async fn ask(client: &Client, model: &str) -> ApiError {
    client.complete(CompletionRequest::new(model).user("Hi")).await.unwrap_err()
}

/// A folder of a test's own, removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("steer-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
