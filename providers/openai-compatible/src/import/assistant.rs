use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{GeneratedMedia, MediaPart, Opaque, Refusal, Thinking, ToolCallPart};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{Media, Part, RawJson, ToolCall};

use super::{content, object};
use crate::API;

/// Takes what the model said: thinking first, then words, then calls, as the format has no order of them.
pub(super) fn read(members: &mut Record<'_>, message: &RawValue) -> Vec<Part> {
    let mut parts: Vec<Part> = thinking(members).map(Part::Thinking).into_iter().collect();
    parts.extend(content::read(members));
    parts.extend(members.text("refusal").map(|text| Part::Refusal(Refusal::new(text))));
    parts.extend(sound(members));
    let calls =
        members.get("tool_calls").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    if let Some(calls) = calls {
        let _ = members.take("tool_calls");
        parts.extend(calls.into_iter().map(|raw| call(raw).map_or_else(|| opaque(raw), Part::ToolCall)));
    }
    parts.extend(legacy_call(members).map(Part::ToolCall));
    if parts.is_empty() {
        // A message of nothing that has a type is still a message.
        parts.push(opaque(message));
    }
    parts
}

/// Thinking under whichever name a server has for it. Details hold more than their texts, so they stay as they are.
fn thinking(members: &mut Record<'_>) -> Option<Thinking> {
    let names = ["reasoning_content", "reasoning"];
    let text = names.iter().find_map(|name| members.text(name).filter(|text| !text.is_empty()));
    let details = members.get("reasoning_details").map(ToOwned::to_owned);
    if details.is_some() {
        let _ = members.take("reasoning_details");
    }
    let texts = || {
        let details: Vec<&RawValue> = serde_json::from_str(details.as_deref()?.get()).ok()?;
        let texts = details.into_iter().filter_map(|raw| {
            let mut detail = object(Some(raw))?;
            detail.text("text").or_else(|| detail.text("summary"))
        });
        Some(texts.collect::<String>())
    };
    let text = text.or_else(texts);
    let mut thinking = match text {
        Some(text) if !text.is_empty() => Thinking::new(text),
        _ if details.is_some() => Thinking::default(),
        _ => return None,
    };
    thinking.meta.replay = details.map(RawJson::from_raw);
    Some(thinking)
}

/// A sound that the model made before, by its id: <https://platform.openai.com/docs/guides/audio>.
fn sound(members: &mut Record<'_>) -> Option<Part> {
    let id = object(members.get("audio"))?.text("id")?;
    let _ = members.take("audio");
    let source = MediaSource::File { provider: API.to_owned(), id: id.clone() };
    let mut part = MediaPart::new(Media::new(MediaKind::Audio, source));
    let mut generated = GeneratedMedia::default();
    generated.id = Some(id);
    part.generated = Some(generated);
    Some(Part::Media(part))
}

/// <https://platform.openai.com/docs/guides/function-calling>
fn call(raw: &RawValue) -> Option<ToolCallPart> {
    let mut members = Record::read(raw.get()).ok()?;
    let id = members.text("id").unwrap_or_default();
    let kind = members.text("type").unwrap_or_else(|| "function".to_owned());
    let mut inner = object(members.take(&kind))?;
    let name = inner.text("name")?;
    let call = match kind.as_str() {
        "function" => ToolCall::new(id, name, arguments(&mut inner)),
        "custom" => ToolCall::free_text(id, name, inner.text("input").unwrap_or_default()),
        _ => return None,
    };
    let mut part = ToolCallPart::new(call);
    part.meta.replay = members.take("extra_content").map(|raw| RawJson::from_raw(raw.to_owned()));
    part.meta.extra = members.into_extra();
    Some(part)
}

/// The form from before there were several calls and ids.
fn legacy_call(members: &mut Record<'_>) -> Option<ToolCallPart> {
    let mut inner = object(members.get("function_call"))?;
    let call = ToolCall::new("", inner.text("name")?, arguments(&mut inner));
    let _ = members.take("function_call");
    let mut part = ToolCallPart::new(call);
    part.kind = Some("function_call".to_owned());
    Some(part)
}

/// The arguments are a text of JSON; some servers take the object itself.
fn arguments(members: &mut Record<'_>) -> String {
    members
        .text("arguments")
        .or_else(|| members.take("arguments").map(|raw| raw.get().to_owned()))
        .unwrap_or_default()
}

fn opaque(raw: &RawValue) -> Part {
    let kind = object(Some(raw)).and_then(|mut members| members.text("type")).unwrap_or_default();
    Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
}
