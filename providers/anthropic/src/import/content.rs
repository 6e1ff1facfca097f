use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::tools::{SearchResult, ToolResultContent};

use super::media;
use crate::API;

/// Reads the content of a tool's result, or of a document of parts: a text, or blocks.
pub(super) fn read(raw: &RawValue) -> Option<Vec<ToolResultContent>> {
    if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
        return Some(vec![ToolResultContent::text(text)]);
    }
    let blocks: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    Some(blocks.into_iter().map(|raw| typed(raw).unwrap_or_else(|| opaque(raw))).collect())
}

/// A block with a type. What it has beside is kept with the message.
fn typed(raw: &RawValue) -> Option<ToolResultContent> {
    let mut members = Record::read(raw.get()).ok()?;
    let kind = members.text("type")?;
    Some(match kind.as_str() {
        "text" => ToolResultContent::text(members.text("text")?),
        "image" | "document" => ToolResultContent::Media(media::read(&kind, &mut members)?),
        "search_result" => {
            let blocks: Vec<&RawValue> = serde_json::from_str(members.take("content")?.get()).ok()?;
            let texts = blocks.into_iter().map(|raw| Record::read(raw.get()).ok()?.text("text"));
            let texts: Vec<String> = texts.collect::<Option<_>>()?;
            let mut found = SearchResult::new(members.text("source")?, members.text("title")?, texts);
            found.citations = media::citations(&mut members);
            ToolResultContent::SearchResult(found)
        }
        "tool_reference" => ToolResultContent::tool_reference(members.text("tool_name")?),
        _ => return None,
    })
}

fn opaque(raw: &RawValue) -> ToolResultContent {
    let kind = Record::read(raw.get()).ok().and_then(|mut members| members.text("type")).unwrap_or_default();
    ToolResultContent::Opaque { api: API.to_owned(), kind, json: raw.get().to_owned() }
}
