//! The body of a request of `generateContent` -> our types: <https://ai.google.dev/api/generate-content#request-body>.
//!
//! What has a type is read into it, whichever of its two spellings a name has; every other member is kept where the
//! encoder writes it again, and so is what the encoder would write in other words.

mod content;
mod format;
mod generation;
mod media;
mod member;
mod part;
mod result;
mod schema;
mod settings;
mod thinking;
mod tools;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::importing::{BodyFault, Imported, read_body, settle};
use steer_core::{ApiError, Call, CompletionRequest, ModelConfig, ModelId, Origin};

use crate::{API, REGISTRATION, SchemaForm, encode};

/// Reads the body of a request of `generateContent` into our types. The API names the model and the delivery in the
/// address, so the request has no model unless the body names one.
///
/// # Errors
/// The body is not one of the API's requests. Errors name no content.
pub fn import(body: &[u8]) -> Result<CompletionRequest, ApiError> {
    let mut members = read_body(API, body)?;
    let contents = members.take("contents").ok_or_else(|| BodyFault::new(API, "contents", "is missing"))?;
    let contents: Vec<&RawValue> =
        serde_json::from_str(contents.get()).map_err(|_| BodyFault::new(API, "contents", "is not a list"))?;
    let mut request = CompletionRequest::new(members.text("model").unwrap_or_default());
    let origin = Arc::new(Origin::imported(API, request.model.as_str()));
    for (place, raw) in contents.iter().enumerate() {
        request.messages.push(content::read(raw, place, &origin)?);
    }
    // What cannot be read as a list of tools stays among the members.
    if let Some(tools) = members.get("tools").and_then(tools::read) {
        request.tools = tools;
        let _ = members.take("tools");
    }
    settings::take(&mut members, &mut request);
    for (name, raw) in members.rest() {
        if let Ok(value) = serde_json::from_str::<Value>(raw.get()) {
            request = member::option(request, name, value);
        }
    }
    let imported = Imported {
        request,
        api: API,
        messages_member: "contents",
        messages: contents,
        in_system: 0,
        // One entry of the list may hold many functions, so that it is kept as a whole.
        tools: Vec::new(),
        lone_text: |_| None,
    };
    settle(imported, body, write)
}

fn write(request: CompletionRequest) -> Result<Vec<Vec<u8>>, ApiError> {
    let delivery = request.delivery;
    // The name stands in the address alone.
    let call = Call::new(request, ModelConfig::unlisted(ModelId::new(REGISTRATION.id, "model")));
    let write = |form| Ok(encode::encode(&call, delivery, form)?.body.to_vec());
    [SchemaForm::JsonSchema, SchemaForm::OpenApi].into_iter().map(write).collect()
}
