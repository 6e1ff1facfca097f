use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{
    GeneratedMedia, MediaPart, Opaque, Seal, Text, Thinking, ThinkingForm, ThinkingSection, ToolCallPart,
};
use steer_core::tools::ToolInput;
use steer_core::{Origin, Part, RawJson, ToolCall};

use super::{media, member, result};
use crate::API;
use crate::decode::read_code;

/// Reads a part: <https://ai.google.dev/api/caching#Part>. What has no type, or is not what its type says, is opaque.
pub(super) fn read(raw: &RawValue, origin: &Arc<Origin>) -> Part {
    let mut part = typed(raw).unwrap_or_else(|| opaque(raw));
    let meta = part.meta_mut();
    if meta.replay.is_some() || matches!(part, Part::Opaque(_)) {
        part.meta_mut().origin = Some(Arc::clone(origin));
    }
    part
}

/// Members without a type are kept with the content.
fn typed(raw: &RawValue) -> Option<Part> {
    let mut members = Record::read(raw.get()).ok()?;
    let seal = member::text(&mut members, "thoughtSignature", "thought_signature")
        .filter(|data| !data.is_empty())
        .map(Seal::signature);
    let is_thought = members.lenient::<bool>("thought").unwrap_or_default();
    if let Some(text) = members.text("text") {
        return Some(if is_thought { thinking(text, seal) } else { said(text, seal) });
    }
    if let Some(raw) = member::take(&mut members, "functionCall", "function_call") {
        return call(raw, seal);
    }
    if let Some(raw) = member::take(&mut members, "functionResponse", "function_response") {
        return result::read(raw).map(Part::from);
    }
    if let Some(medium) = media::take(&mut members) {
        let mut part = MediaPart::new(medium?);
        part.seal = seal;
        if is_thought {
            let mut generated = GeneratedMedia::default();
            generated.in_thinking = true;
            part.generated = Some(generated);
        }
        return Some(Part::Media(part));
    }
    let (mut part, input) = read_code(&mut members, seal, raw)?;
    if let Part::ToolCall(call) = &mut part {
        call.call.input = ToolInput::Json(input);
    }
    Some(part)
}

fn said(text: String, seal: Option<Seal>) -> Part {
    let mut part = Text::new(text);
    part.seal = seal;
    Part::Text(part)
}

fn thinking(text: String, seal: Option<Seal>) -> Part {
    let mut part = Thinking::default();
    if !text.is_empty() {
        part.sections.push(ThinkingSection::new(ThinkingForm::default(), text));
    }
    part.seal = seal;
    Part::Thinking(part)
}

/// <https://ai.google.dev/api/caching#FunctionCall>
fn call(raw: &RawValue, seal: Option<Seal>) -> Option<Part> {
    let mut members = Record::read(raw.get()).ok()?;
    let arguments = members.take("args").map_or("", RawValue::get);
    let id = members.text("id").unwrap_or_default();
    let mut part = ToolCallPart::new(ToolCall::new(id, members.text("name")?, arguments));
    part.seal = seal;
    Some(Part::ToolCall(part))
}

fn opaque(raw: &RawValue) -> Part {
    let kind = Record::read(raw.get()).ok().and_then(|members| Some(members.rest().next()?.0.to_owned()));
    Part::Opaque(Opaque::new(API, kind.unwrap_or_default(), RawJson::from_raw(raw.to_owned())))
}
