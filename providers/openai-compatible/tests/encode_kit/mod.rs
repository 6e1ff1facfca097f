//! What the tests of the request side share: a call, and what became of it.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use serde_json::Value;
use steer_core::protocol::Protocol;
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{
    ApiError, Call, CompletionRequest, Delivery, ModelConfig, ModelId, Origin, Part, RawJson, ToolSchema,
    Warning,
};
use steer_core::{InputSchema, Tool};
use steer_openai_compatible::{API, Chat, Dialect};

pub(crate) struct Sent {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) text: String,
    pub(crate) warnings: Vec<Warning>,
}

impl Sent {
    pub(crate) fn subjects(&self) -> Vec<&str> {
        self.warnings.iter().map(|warning| warning.subject.as_str()).collect()
    }

    pub(crate) fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().unwrap()
    }

    pub(crate) fn roles(&self) -> Vec<&str> {
        self.messages().iter().map(|message| message["role"].as_str().unwrap()).collect()
    }
}

/// A model that no catalog lists.
pub(crate) fn unlisted() -> ModelConfig {
    ModelConfig::unlisted(ModelId::new("acme", "model-1"))
}

pub(crate) fn chat() -> CompletionRequest {
    CompletionRequest::new("acme/model-1")
}

pub(crate) fn asking() -> CompletionRequest {
    chat().user("Hi")
}

/// A policy under which nothing is denied.
pub(crate) fn warning() -> FeaturePolicy {
    FeaturePolicy::all(OnUnsupported::Warn)
}

pub(crate) fn changed(change: impl FnOnce(&mut Dialect)) -> Dialect {
    let mut dialect = Dialect::compatible();
    change(&mut dialect);
    dialect
}

pub(crate) fn try_call(call: &Call, delivery: Delivery, dialect: Dialect) -> Result<Sent, ApiError> {
    let outgoing = Chat::new(dialect).encode(call, delivery)?;
    let text = String::from_utf8(outgoing.body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap();
    Ok(Sent { path: outgoing.path.into_owned(), body, text, warnings: outgoing.warnings })
}

pub(crate) fn try_send(request: CompletionRequest, dialect: Dialect) -> Result<Sent, ApiError> {
    try_call(&Call::new(request, unlisted()), Delivery::Whole, dialect)
}

pub(crate) fn send_as(request: CompletionRequest, dialect: Dialect) -> Sent {
    try_send(request, dialect).unwrap()
}

pub(crate) fn send(request: CompletionRequest) -> Sent {
    send_as(request, Dialect::compatible())
}

pub(crate) fn send_to(request: CompletionRequest, model: ModelConfig) -> Sent {
    try_call(&Call::new(request, model), Delivery::Whole, Dialect::compatible()).unwrap()
}

pub(crate) fn refused(request: CompletionRequest) -> ApiError {
    refused_as(request, Dialect::compatible())
}

pub(crate) fn refused_as(request: CompletionRequest, dialect: Dialect) -> ApiError {
    match try_send(request, dialect) {
        Ok(_) => panic!("the request was written"),
        Err(error) => error,
    }
}

/// The part as one that the same provider sent before.
pub(crate) fn ours(part: impl Into<Part>) -> Part {
    from("acme", API, part)
}

/// The part as one that another vendor sent before.
pub(crate) fn foreign(part: impl Into<Part>) -> Part {
    from("other", "other-api", part)
}

pub(crate) fn raw(json: &str) -> RawJson {
    RawJson::new(json).unwrap()
}

pub(crate) fn function(name: &str) -> Tool {
    ToolSchema::new(name, InputSchema::empty()).into()
}

fn from(provider: &str, api: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    part.meta_mut().origin = Some(Arc::new(Origin::new(provider.into(), api, "a-model")));
    part
}
