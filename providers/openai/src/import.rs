//! The body of a Responses request -> our types: <https://platform.openai.com/docs/api-reference/responses/create>, in
//! the union of what servers of this format take.
//!
//! What has a type is read into it; every other member is kept where the encoder writes it again, and so is what the
//! encoder of one dialect or another would write in other words.

mod content;
mod item;
mod settings;
mod tool;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::importing::{BodyFault, Imported, read_body, settle};
use steer_core::json::{JsonText, Record};
use steer_core::{
    ApiError, Call, CompletionRequest, Message, ModelConfig, ModelId, Origin, RawJson, SystemContext,
};

use crate::{API, LogprobsSetting, REGISTRATION, ReasoningSetting, ResponsesDialect, encode};

/// The members that may bring what the model is asked, in place of the input.
const IN_PLACE_OF_INPUT: [&str; 3] = ["prompt", "previous_response_id", "conversation"];

/// Reads the body of a Responses request into our types, whichever vendor it was written for. The model is the body's own
/// word for it, without a provider.
///
/// # Errors
/// The body is not one of the format's requests. Errors name no content.
pub fn import(body: &[u8]) -> Result<CompletionRequest, ApiError> {
    let mut members = read_body(API, body)?;
    let mut request = CompletionRequest::new(members.text("model").unwrap_or_default());
    let origin = Arc::new(Origin::imported(API, request.model.as_str()));
    let items = items(&mut members, &mut request)?;
    for (place, raw) in items.iter().enumerate() {
        request.messages.push(item::read(raw, place, &origin)?);
    }
    request.system = members.text("instructions").map(SystemContext::new).unwrap_or_default();
    // What is no list stays among the members.
    let tools = members.get("tools").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let _ = tools.as_ref().and_then(|_| members.take("tools"));
    let tools = tools.unwrap_or_default();
    request.tools = tool::read(&tools);
    settings::take(&mut members, &mut request);
    for (name, raw) in members.rest() {
        if let Ok(value) = serde_json::from_str::<Value>(raw.get()) {
            request = request.provider_option(API, name, value);
        }
    }
    let imported = Imported {
        request,
        api: API,
        messages_member: "input",
        messages: items,
        in_system: 0,
        tools,
        lone_text,
    };
    settle(imported, body, write)
}

/// Takes the items of the input. A text that is the whole input is a message of the user's, and stays a text.
fn items<'a>(
    members: &mut Record<'a>,
    request: &mut CompletionRequest,
) -> Result<Vec<&'a RawValue>, ApiError> {
    let Some(raw) = members.get("input") else {
        let has_other = IN_PLACE_OF_INPUT.iter().any(|name| members.get(name).is_some());
        return if has_other {
            Ok(Vec::new())
        } else {
            Err(BodyFault::new(API, "input", "is missing").into())
        };
    };
    if raw.get().starts_with('"') {
        let text = JsonText::read(raw).map_err(|_| BodyFault::new(API, "input", "is not a text"))?;
        let mut message = Message::user(text.into_owned());
        message.keep(API, RawJson::from_raw(raw.to_owned()));
        request.messages.push(message);
        let _ = members.take("input");
        return Ok(Vec::new());
    }
    let items: Vec<&RawValue> = serde_json::from_str(raw.get())
        .map_err(|_| BodyFault::new(API, "input", "is neither a text nor a list"))?;
    // An empty list stays among the members.
    if !items.is_empty() {
        let _ = members.take("input");
    }
    Ok(items)
}

/// Writes a request in each way that a dialect may have. What is the same in all of them needs no keeping.
fn write(request: CompletionRequest) -> Result<Vec<Vec<u8>>, ApiError> {
    let delivery = request.delivery;
    let call = Call::new(
        request.clone(),
        ModelConfig::unlisted(ModelId::new(REGISTRATION.id, request.model.as_str())),
    );
    // What is asked may stand at the vendor's alone.
    let compatible =
        ResponsesDialect { server_state: true, conversations: true, ..ResponsesDialect::compatible() };
    let other = ResponsesDialect {
        keeps_instructions: true,
        // Without it nothing at all might be asked.
        conversations: request.messages.is_empty(),
        strict_tools: false,
        reasoning: ReasoningSetting::EffortSummedUp,
        logprobs: LogprobsSetting::Flag,
        file_bytes: false,
        ..ResponsesDialect::original()
    };
    let probes = [ResponsesDialect::original(), compatible, other];
    probes.iter().map(|dialect| Ok(encode::encode(&call, delivery, dialect)?.body.to_vec())).collect()
}

/// An object's members; none where there is no object.
fn object(raw: Option<&RawValue>) -> Option<Record<'_>> {
    Record::read(raw?.get()).ok()
}

/// The text of a list that holds nothing else.
fn lone_text(list: &[Value]) -> Option<&str> {
    let [Value::Object(part)] = list else { return None };
    let kind = part.get("type")?.as_str()?;
    let is_text = part.len() == 2 && matches!(kind, "input_text" | "output_text");
    part.get("text").filter(|_| is_text)?.as_str()
}
