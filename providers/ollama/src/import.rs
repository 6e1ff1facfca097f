//! The body of a request of `/api/chat` -> our types: <https://docs.ollama.com/api/chat>.
//!
//! What has a type is read into it; every other member is kept where the encoder writes it again.

mod message;
mod settings;
mod tool;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::importing::{BodyFault, Imported, read_body, settle};
use steer_core::{ApiError, Call, CompletionRequest, ModelConfig, ModelId, Origin};

use crate::{API, REGISTRATION, encode};

/// Reads the body of a request of `/api/chat` into our types. The model is the body's own word for it, without a provider.
///
/// # Errors
/// The body is not one of the format's requests. Errors name no content.
pub fn import(body: &[u8]) -> Result<CompletionRequest, ApiError> {
    let mut members = read_body(API, body)?;
    // Without messages the model is loaded.
    let messages: Vec<&RawValue> = match members.take("messages") {
        Some(raw) => {
            let fault = |_| BodyFault::new(API, "messages", "is not a list");
            serde_json::from_str(raw.get()).map_err(fault)?
        }
        None => Vec::new(),
    };
    // What is no list stays among the members.
    let tools = members.get("tools").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let _ = tools.as_ref().and_then(|_| members.take("tools"));
    let tools = tools.unwrap_or_default();
    let mut request = CompletionRequest::new(members.text("model").unwrap_or_default());
    let origin = Arc::new(Origin::imported(API, request.model.as_str()));
    let system = messages.first().and_then(|raw| message::system(raw));
    let in_system = usize::from(system.is_some());
    request.system = system.unwrap_or_default();
    for (place, raw) in messages.iter().enumerate().skip(in_system) {
        request.messages.push(message::read(raw, place, &origin)?);
    }
    request.tools = tools.iter().copied().map(tool::read).collect();
    settings::take(&mut members, &mut request);
    for (name, raw) in members.rest() {
        if let Ok(value) = serde_json::from_str::<Value>(raw.get()) {
            request = request.provider_option(API, name, value);
        }
    }
    let lone_text = |_: &[Value]| None;
    let imported =
        Imported { request, api: API, messages_member: "messages", messages, in_system, tools, lone_text };
    settle(imported, body, write)
}

fn write(request: CompletionRequest) -> Result<Vec<Vec<u8>>, ApiError> {
    let delivery = request.delivery;
    let model = ModelConfig::unlisted(ModelId::new(REGISTRATION.id, request.model.as_str()));
    Ok(vec![encode::encode(&Call::new(request, model), delivery)?.body.to_vec()])
}
