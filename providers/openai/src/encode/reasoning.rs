use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::RawJson;
use steer_core::message::{Seal, SealKind, Thinking, ThinkingForm};

use super::answer::item_id;

/// `Reasoning` is what the model thought, as it goes back: <https://platform.openai.com/docs/guides/reasoning>.
#[derive(Debug)]
pub(super) enum Reasoning<'a> {
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
    Typed(&'a Thinking),
}

/// The encrypted form.
pub(super) fn encrypted(part: &Thinking) -> Option<&str> {
    let is_encrypted = |seal: &&Seal| seal.kind == SealKind::Encrypted && !seal.data.is_empty();
    part.seal.as_ref().filter(is_encrypted).map(|seal| seal.data.as_str())
}

impl Reasoning<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Raw(raw) => raw.get().len(),
            Self::Typed(part) => {
                let texts: usize =
                    part.sections.iter().map(|section| section.text.len().saturating_add(48)).sum();
                texts.saturating_add(encrypted(part).map_or(0, str::len)).saturating_add(128)
            }
        }
    }
}

impl Serialize for Reasoning<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let part = match self {
            Self::Raw(raw) => return raw.nested().serialize(serializer),
            Self::Typed(part) => part,
        };
        let texts = |is_thought: bool| {
            let kind = if is_thought { "reasoning_text" } else { "summary_text" };
            let sections = part.sections.iter();
            let wanted = sections.filter(move |section| (section.form == ThinkingForm::Raw) == is_thought);
            wanted.map(move |section| Section { kind, text: &section.text }).collect::<Vec<_>>()
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "reasoning")?;
        if let Some(id) = item_id(part.id.as_deref()) {
            map.serialize_entry("id", id)?;
        }
        map.serialize_entry("summary", &texts(false))?;
        let thoughts = texts(true);
        if !thoughts.is_empty() {
            map.serialize_entry("content", &thoughts)?;
        }
        if let Some(data) = encrypted(part) {
            map.serialize_entry("encrypted_content", data)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Section<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}
