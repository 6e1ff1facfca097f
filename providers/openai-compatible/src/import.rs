//! The body of a request of Chat Completions -> our types:
//! <https://platform.openai.com/docs/api-reference/chat/create>, in the union of what compatible servers take.
//!
//! What has a type is read into it; every other member is kept where the encoder writes it again, and so is what the
//! encoder of one dialect or another would write in other words.

mod assistant;
mod content;
mod format;
mod message;
mod settings;
mod thinking;
mod tool;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::importing::{BodyFault, Imported, read_body, settle};
use steer_core::json::Record;
use steer_core::{ApiError, Call, CompletionRequest, ModelConfig, ModelId, Origin};

use crate::{
    API, Dialect, EmptyContent, MaxTokens, REGISTRATION, ThinkingReplay, ThinkingSetting, ToolIds, encode,
};

/// Reads the body of a request of Chat Completions into our types, whichever vendor it was written for. The model is the
/// body's own word for it, without a provider.
///
/// # Errors
/// The body is not one of the format's requests. Errors name no content.
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
    let imported =
        Imported { request, api: API, messages_member: "messages", messages, in_system, tools, lone_text };
    settle(imported, body, write)
}

/// Writes a request in each way that a dialect may have. What is the same in all of them needs no keeping.
fn write(request: CompletionRequest) -> Result<Vec<Vec<u8>>, ApiError> {
    let delivery = request.delivery;
    let call = Call::new(
        request.clone(),
        ModelConfig::unlisted(ModelId::new(REGISTRATION.id, request.model.as_str())),
    );
    probes().iter().map(|dialect| Ok(encode::encode(&call, delivery, dialect)?.body.to_vec())).collect()
}

/// Dialects that between them have every way of writing that a dialect can choose.
fn probes() -> Vec<Dialect> {
    let (compatible, original) = (Dialect::compatible(), Dialect::original());
    let settings =
        [ThinkingSetting::None, ThinkingSetting::Object, ThinkingSetting::Switch, ThinkingSetting::Flag];
    let mut probes: Vec<Dialect> =
        settings.iter().map(|thinking| Dialect { thinking: *thinking, ..compatible }).collect();
    probes.extend([
        compatible,
        original,
        Dialect { thinking_replay: ThinkingReplay::EveryTurn("reasoning_content"), ..compatible },
        Dialect {
            empty_content: EmptyContent::Text,
            tool_ids: ToolIds::Alphanumeric(9),
            thinking_replay: ThinkingReplay::Details,
            ..compatible
        },
        Dialect {
            max_tokens: MaxTokens::MaxCompletionTokens,
            stream_usage: false,
            parallel_switch: false,
            choice_none: false,
            tools_for_calls: true,
            user_after_results: false,
            logprobs: false,
            stop_while_thinking: false,
            force_word: "any",
            force_one: false,
            formats: crate::Formats::Text,
            top_k: false,
            seed: false,
            penalties: false,
            stop_sequences: 0,
            candidates: false,
            images: false,
            audio: false,
            files: false,
            ..compatible
        },
    ]);
    probes
}

/// An object's members; none where there is no object.
fn object(raw: Option<&RawValue>) -> Option<Record<'_>> {
    Record::read(raw?.get()).ok()
}

/// The text of a list that holds nothing else.
fn lone_text(list: &[Value]) -> Option<&str> {
    let [Value::Object(part)] = list else { return None };
    let is_text = part.len() == 2 && part.get("type").is_some_and(|kind| kind == "text");
    part.get("text").filter(|_| is_text)?.as_str()
}
