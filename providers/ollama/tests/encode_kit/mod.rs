//! What the tests of the request side share: a call, and what became of it.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use serde_json::Value;
use steer_core::model::ThinkingMode;
use steer_core::{
    ApiError, Call, Capability, CompletionRequest, Delivery, ModelConfig, ModelId, Origin, Outgoing, Part,
    Protocol, Warning,
};
use steer_ollama::{API, Chat};

pub(crate) struct Sent {
    pub(crate) body: Value,
    pub(crate) text: String,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) outgoing: Outgoing,
}

impl Sent {
    pub(crate) fn subjects(&self) -> Vec<&str> {
        self.warnings.iter().map(|warning| warning.subject.as_str()).collect()
    }
}

/// A model that no catalog lists.
pub(crate) fn unlisted() -> ModelConfig {
    ModelConfig::unlisted(ModelId::new("ollama", "a-model"))
}

/// A model of a catalog, with these ways of thinking and 10 000 output tokens.
pub(crate) fn listed(modes: &[ThinkingMode]) -> ModelConfig {
    let mut model = unlisted();
    model.known = true;
    model.max_output_tokens = Some(10_000);
    model.capabilities.insert(Capability::Sampling);
    model.thinking_modes = modes.to_vec();
    model
}

/// A request of one question.
pub(crate) fn asking() -> CompletionRequest {
    chat().user("Hi")
}

pub(crate) fn chat() -> CompletionRequest {
    CompletionRequest::new("ollama/a-model")
}

pub(crate) fn try_send(request: CompletionRequest, model: ModelConfig) -> Result<Sent, ApiError> {
    let outgoing = Chat.encode(&Call::new(request, model), Delivery::Whole)?;
    let text = String::from_utf8(outgoing.body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap();
    Ok(Sent { body, text, warnings: outgoing.warnings.clone(), outgoing })
}

pub(crate) fn send_to(request: CompletionRequest, model: ModelConfig) -> Sent {
    try_send(request, model).unwrap()
}

pub(crate) fn send(request: CompletionRequest) -> Sent {
    send_to(request, unlisted())
}

pub(crate) fn refused(request: CompletionRequest) -> ApiError {
    match try_send(request, unlisted()) {
        Ok(_) => panic!("the request was written"),
        Err(error) => error,
    }
}

/// The part as one that Ollama sent before.
pub(crate) fn ours(part: impl Into<Part>) -> Part {
    from("ollama", API, part)
}

/// The part as one that another vendor sent before.
pub(crate) fn foreign(part: impl Into<Part>) -> Part {
    from("openai", "openai-responses", part)
}

fn from(provider: &str, api: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    part.meta_mut().origin = Some(Arc::new(Origin::new(provider.into(), api, "a-model")));
    part
}
