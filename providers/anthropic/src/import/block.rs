use std::sync::Arc;

use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{
    CachePoint, CacheTtl, Opaque, SearchResult, ThinkingForm, ThinkingSection, ToolAvailability,
    ToolResultPart, Visibility,
};
use steer_core::tools::{ToolInput, ToolOutcome, ToolResult, ToolSchema};
use steer_core::{Origin, Part, RawJson};

use super::{content, media};
use crate::API;
use crate::decode::read_block;

/// Reads a content block: <https://docs.claude.com/en/api/messages#body-messages-content>. What has no type, or is not
/// what its type says, is an opaque part.
pub(super) fn read(raw: &RawValue, origin: &Arc<Origin>) -> Part {
    let mut part = typed(raw, origin).unwrap_or_else(|| opaque(raw, origin));
    if let Ok(mut members) = Record::read(raw.get()) {
        part.meta_mut().cache = cache_point(&mut members);
    }
    part
}

/// Takes a cache point, unless it says more than our type holds:
/// <https://docs.claude.com/en/docs/build-with-claude/prompt-caching>.
pub(super) fn cache_point(members: &mut Record<'_>) -> Option<CachePoint> {
    let mut inner = Record::read(members.get("cache_control")?.get()).ok()?;
    if inner.text("type")? != "ephemeral" {
        return None;
    }
    let point = match inner.text("ttl").as_deref() {
        Some("5m") => CachePoint::lasting(CacheTtl::FiveMinutes),
        Some("1h") => CachePoint::lasting(CacheTtl::OneHour),
        Some(_) => return None,
        None => CachePoint::new(),
    };
    if inner.rest().next().is_some() {
        return None;
    }
    let _ = members.take("cache_control");
    Some(point)
}

fn typed(raw: &RawValue, origin: &Arc<Origin>) -> Option<Part> {
    let mut members = Record::read(raw.get()).ok()?;
    let kind = members.text("type")?;
    let _ = members.take("cache_control");
    let mut part = match kind.as_str() {
        "tool_result" => Part::ToolResult(result(&mut members)?),
        "image" | "document" => Part::from(media::read(&kind, &mut members)?),
        "search_result" => Part::SearchResult(passage(&mut members)?),
        "tool_addition" | "tool_removal" => {
            return Some(Part::ToolAvailability(tool_change(&kind, raw, origin)));
        }
        _ => return answered(raw),
    };
    part.meta_mut().extra = members.into_extra();
    Some(part)
}

/// A block as the API's answers have it too.
fn answered(raw: &RawValue) -> Option<Part> {
    let block = read_block(raw.into()).ok()?;
    let mut part = block.part;
    match &mut part {
        Part::Text(text) => (text.text, text.citations) = (block.content, block.citations),
        Part::Thinking(thinking) => {
            thinking.seal = block.seal.or(thinking.seal.take());
            if !block.content.is_empty() {
                thinking.sections.push(ThinkingSection::new(ThinkingForm::default(), block.content));
            } else if thinking.visibility == Visibility::Shown {
                thinking.visibility = Visibility::Omitted;
            }
        }
        Part::ToolCall(call) => call.call.input = ToolInput::Json(block.content),
        _ => {}
    }
    Some(part)
}

fn opaque(raw: &RawValue, origin: &Arc<Origin>) -> Part {
    let kind = Record::read(raw.get()).ok().and_then(|mut members| members.text("type")).unwrap_or_default();
    let mut part = Opaque::new(API, kind, RawJson::from_raw(raw.to_owned()));
    part.meta.origin = Some(Arc::clone(origin));
    Part::Opaque(part)
}

/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#handling-tool-use-and-tool-result-content-blocks>
fn result(members: &mut Record<'_>) -> Option<ToolResultPart> {
    let call_id = members.text("tool_use_id")?;
    let content = match members.take("content") {
        Some(raw) => content::read(raw)?,
        None => Vec::new(),
    };
    // The flag stays among the extra members, so that it goes back as it was sent.
    let is_error = members.get("is_error").is_some_and(|raw| raw.get() == "true");
    let outcome = if is_error { ToolOutcome::Error } else { ToolOutcome::Ok };
    Some(ToolResultPart::new(ToolResult::new(call_id, content).outcome(outcome)))
}

/// <https://docs.claude.com/en/docs/build-with-claude/search-results>
fn passage(members: &mut Record<'_>) -> Option<SearchResult> {
    let mut passage = SearchResult::new(members.text("source")?, members.text("title")?, "");
    passage.citations = media::citations(members);
    let blocks: Vec<&RawValue> = serde_json::from_str(members.take("content")?.get()).ok()?;
    passage.content = blocks.into_iter().map(answered).collect::<Option<_>>()?;
    Some(passage)
}

/// <https://docs.claude.com/en/docs/build-with-claude/mid-conversation-system-messages>
fn tool_change(kind: &str, raw: &RawValue, origin: &Arc<Origin>) -> ToolAvailability {
    let mut change = ToolAvailability::default();
    change.json = Some(RawJson::from_raw(raw.to_owned()));
    change.meta.origin = Some(Arc::clone(origin));
    let tool = Record::read(raw.get()).ok().and_then(|mut members| members.take("tool"));
    let Some(mut tool) = tool.and_then(|tool| Record::read(tool.get()).ok()) else { return change };
    if let Some(name) = tool.text("name") {
        let names = if kind == "tool_removal" { &mut change.remove } else { &mut change.add };
        names.push(name);
    }
    if let Some(definition) = tool.take("definition") {
        // The vendor's schema has the members of our own file format.
        change.define.extend(serde_json::from_str::<ToolSchema>(definition.get()).ok());
    }
    change
}
