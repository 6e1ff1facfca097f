use serde_json::value::RawValue;
use steer_core::json::{JsonText, Record};
use steer_core::message::{Opaque, Refusal, Text};
use steer_core::{Part, RawJson};

use super::{citation, list, strict};
use crate::API;

/// Reads the contents of a message: <https://platform.openai.com/docs/api-reference/responses/object>. Id and phase of
/// the message stand on each of its texts.
pub(super) fn read(members: &mut Record<'_>) -> Result<(Vec<Part>, Option<String>), serde_json::Error> {
    let (id, phase) = (members.text("id").filter(|id| !id.is_empty()), members.text("phase"));
    let contents: Vec<&RawValue> = match members.take("content") {
        Some(raw) if raw.get().starts_with('"') => {
            let mut text = Text::new(JsonText::read(raw)?.into_owned());
            (text.id, text.phase) = (id, phase.clone());
            return Ok((vec![Part::Text(text)], phase));
        }
        Some(raw) => serde_json::from_str(raw.get())?,
        None => Vec::new(),
    };
    let read = |raw| {
        let mut part = content(raw)?;
        if let Part::Text(text) = &mut part {
            (text.id, text.phase) = (id.clone(), phase.clone());
        }
        Ok(part)
    };
    Ok((contents.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?, phase))
}

/// Reads one content. What has no known type becomes an opaque part.
pub(super) fn content(raw: &RawValue) -> Result<Part, serde_json::Error> {
    let mut members = Record::read(raw.get())?;
    let kind = members.borrowed_text("type").unwrap_or_default();
    let mut part = match &*kind {
        "output_text" | "text" => {
            let mut text = Text::new(strict(&mut members, "text")?.into_owned());
            text.citations = list(&mut members, "annotations")?.into_iter().map(citation::read).collect();
            // An empty list says nothing.
            let logprobs = members.take("logprobs").filter(|raw| raw.get() != "[]");
            text.logprobs = logprobs.map(|raw| RawJson::from_raw(raw.to_owned())).into_iter().collect();
            Part::Text(text)
        }
        "refusal" => Part::Refusal(Refusal::new(strict(&mut members, "refusal")?.into_owned())),
        _ => {
            members = Record::default();
            Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
        }
    };
    part.meta_mut().extra = members.into_extra();
    Ok(part)
}
