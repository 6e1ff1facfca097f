//! The body of a request of the Messages API -> our types: <https://docs.claude.com/en/api/messages>.
//!
//! What has a type is read into it; every other member is kept where the encoder writes it again, and so is what the
//! encoder would write in other words.

mod block;
mod content;
mod media;
mod message;
mod settings;
mod tool;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::importing::{BodyFault, Imported, read_body, settle};
use steer_core::{ApiError, Call, CompletionRequest, ModelConfig, ModelId, Origin};

use crate::{API, encode};

/// Reads the body of a request of the Messages API into our types. The model is the body's own word for it, without a
/// provider.
///
/// # Errors
/// The body is not one of the API's requests. Errors name no content.
pub fn import(body: &[u8]) -> Result<CompletionRequest, ApiError> {
    let mut members = read_body(API, body)?;
    let messages = members.take("messages").ok_or_else(|| BodyFault::new(API, "messages", "is missing"))?;
    let messages: Vec<&RawValue> =
        serde_json::from_str(messages.get()).map_err(|_| BodyFault::new(API, "messages", "is not a list"))?;
    // What is no list stays among the members.
    let tools = members.get("tools").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let _ = tools.as_ref().and_then(|_| members.take("tools"));
    let tools = tools.unwrap_or_default();
    let mut request = CompletionRequest::new(members.text("model").unwrap_or_default());
    let origin = Arc::new(Origin::imported(API, request.model.as_str()));
    for (place, raw) in messages.iter().enumerate() {
        request.messages.push(message::read(raw, place, &origin)?);
    }
    request.tools = tools.iter().copied().map(tool::read).collect();
    settings::take(&mut members, &mut request, &origin);
    for (name, raw) in members.rest() {
        if let Ok(value) = serde_json::from_str::<Value>(raw.get()) {
            request = request.provider_option(API, name, value);
        }
    }
    let imported =
        Imported { request, api: API, messages_member: "messages", messages, in_system: 0, tools, lone_text };
    settle(imported, body, |request| {
        let delivery = request.delivery;
        let model = ModelConfig::unlisted(ModelId::new(crate::REGISTRATION.id, request.model.as_str()));
        Ok(vec![encode::encode(&Call::new(request, model), delivery)?.body.to_vec()])
    })
}

/// The text of a list that holds nothing else.
fn lone_text(list: &[Value]) -> Option<&str> {
    let [Value::Object(block)] = list else { return None };
    let is_text = block.len() == 2 && block.get("type").is_some_and(|kind| kind == "text");
    block.get("text").filter(|_| is_text)?.as_str()
}
