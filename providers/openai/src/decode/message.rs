use serde_json::value::RawValue;
use steer_core::json::{JsonText, List, Record};
use steer_core::message::{Opaque, Refusal, Text};
use steer_core::{Part, RawJson};

use super::{citation, list, strict};
use crate::API;

/// Reads the contents of a message: <https://platform.openai.com/docs/api-reference/responses/object>. Id and phase of
/// the message stand on each of its texts. The contents are among the members, unless they are given.
pub(super) fn read<'a>(
    members: &mut Record<'a>,
    contents: Option<List<'a>>,
) -> Result<(Vec<Part>, Option<String>), serde_json::Error> {
    let (mut id, phase) = (members.text("id").filter(|id| !id.is_empty()), members.text("phase"));
    let contents = match (contents, members.take("content")) {
        (Some(contents), _) => contents,
        (None, Some(raw)) if raw.get().starts_with('"') => {
            let mut text = Text::new(JsonText::read(raw)?.into_owned());
            (text.id, text.phase) = (id, phase.clone());
            return Ok((vec![Part::Text(text)], phase));
        }
        (None, Some(raw)) => List::read(raw)?,
        (None, None) => List::default(),
    };
    let mut parts = Vec::with_capacity(contents.len());
    for (raw, left) in contents.iter().zip((0..contents.len()).rev()) {
        let mut part = content(raw)?;
        if let Part::Text(text) = &mut part {
            // The last one needs no copy.
            text.id = if left == 0 { id.take() } else { id.clone() };
            text.phase.clone_from(&phase);
        }
        parts.push(part);
    }
    Ok((parts, phase))
}

/// Reads one content. What has no known type becomes an opaque part.
pub(super) fn content(raw: &RawValue) -> Result<Part, serde_json::Error> {
    let mut members = Record::read(raw.get())?;
    let kind = members.borrowed_text("type").unwrap_or_default();
    let mut part = match &*kind {
        "output_text" | "text" => {
            let mut text = Text::new(strict(&mut members, "text")?.into_owned());
            text.citations = list(&mut members, "annotations")?.iter().copied().map(citation::read).collect();
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
