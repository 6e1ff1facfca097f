//! What the tests of the request side share: a call, and what became of it.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use serde_json::Value;
use steer_core::message::Message;
use steer_core::protocol::Protocol;
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{
    ApiError, Call, CompletionRequest, Delivery, ModelConfig, ModelId, Origin, Part, RawJson, ToolSchema,
    Warning,
};
use steer_core::{InputSchema, Tool};
use steer_openai::{API, Responses, ResponsesDialect};

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

    pub(crate) fn input(&self) -> &[Value] {
        self.body["input"].as_array().unwrap()
    }

    /// The role of each message and the type of each other item.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        let kind = |item: &'_ Value| match item.get("role") {
            Some(_) => "role",
            None => "type",
        };
        self.input().iter().map(|item| item[kind(item)].as_str().unwrap()).collect()
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

pub(crate) fn changed(change: impl FnOnce(&mut ResponsesDialect)) -> ResponsesDialect {
    let mut dialect = ResponsesDialect::original();
    change(&mut dialect);
    dialect
}

pub(crate) fn try_call(call: &Call, delivery: Delivery, dialect: ResponsesDialect) -> Result<Sent, ApiError> {
    let outgoing = Responses::new(dialect).encode(call, delivery)?;
    let text = String::from_utf8(outgoing.body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap();
    Ok(Sent { path: outgoing.path.into_owned(), body, text, warnings: outgoing.warnings })
}

pub(crate) fn try_send(request: CompletionRequest, dialect: ResponsesDialect) -> Result<Sent, ApiError> {
    try_call(&Call::new(request, unlisted()), Delivery::Whole, dialect)
}

pub(crate) fn send_as(request: CompletionRequest, dialect: ResponsesDialect) -> Sent {
    try_send(request, dialect).unwrap()
}

pub(crate) fn send(request: CompletionRequest) -> Sent {
    send_as(request, ResponsesDialect::original())
}

pub(crate) fn send_to(request: CompletionRequest, model: ModelConfig) -> Sent {
    try_call(&Call::new(request, model), Delivery::Whole, ResponsesDialect::original()).unwrap()
}

pub(crate) fn refused(request: CompletionRequest) -> ApiError {
    match try_send(request, ResponsesDialect::original()) {
        Ok(_) => panic!("the request was written"),
        Err(error) => error,
    }
}

/// The part as one that the model that is asked sent before.
pub(crate) fn ours(part: impl Into<Part>) -> Part {
    from("acme", API, "model-1-2026-01-31", part)
}

/// The part as one that another model of the same provider sent before.
pub(crate) fn siblings(part: impl Into<Part>) -> Part {
    from("acme", API, "model-2", part)
}

/// The part as one that another vendor sent before.
pub(crate) fn foreign(part: impl Into<Part>) -> Part {
    from("other", "other-api", "a-model", part)
}

/// The part as one of the answer of this id.
pub(crate) fn of_response(id: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    let mut origin = Origin::new("acme".into(), API, "model-1");
    origin.response_id = Some(id.to_owned());
    part.meta_mut().origin = Some(Arc::new(origin));
    part
}

pub(crate) fn raw(json: &str) -> RawJson {
    RawJson::new(json).unwrap()
}

/// The part with the vendor's own JSON.
pub(crate) fn replayed(json: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    part.meta_mut().replay = Some(raw(json));
    part
}

pub(crate) fn turn(parts: Vec<Part>) -> Message {
    Message::new(steer_core::message::Role::Assistant, parts)
}

pub(crate) fn function(name: &str) -> Tool {
    ToolSchema::new(name, InputSchema::empty()).into()
}

fn from(provider: &str, api: &str, model: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    part.meta_mut().origin = Some(Arc::new(Origin::new(provider.into(), api, model)));
    part
}
