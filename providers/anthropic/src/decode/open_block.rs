use serde_json::{Map, Value};
use steer_core::json::Record;
use steer_core::message::{Compaction, Opaque};
use steer_core::{Part, RawJson};

use super::block::Block;

/// `OpenBlock` is what must be known of a block between its start and its stop.
#[derive(Debug)]
pub(super) struct OpenBlock {
    pub(super) index: u32,
    pub(super) kind: Kind,
}

/// What a block is, as far as its deltas go.
#[derive(Debug)]
pub(super) enum Kind {
    Text,
    Thinking,
    /// A call. Its start may hold the whole arguments; deltas, where they come all the same, are the arguments.
    Call {
        whole_at_start: bool,
    },
    /// A summary, whose only delta holds it whole.
    Compaction(Compaction),
    /// A part without a type; what its deltas add is gathered, and joined at its stop.
    Opaque {
        part: Opaque,
        text: String,
        input: String,
    },
    /// A part that has no deltas.
    Closed,
}

impl OpenBlock {
    pub(super) fn of(index: u32, block: &Block) -> Self {
        let kind = match &block.part {
            Part::Text(_) => Kind::Text,
            Part::Thinking(_) => Kind::Thinking,
            Part::ToolCall(_) => Kind::Call { whole_at_start: !block.content.is_empty() },
            Part::Compaction(part) => Kind::Compaction(part.clone()),
            Part::Opaque(part) => {
                Kind::Opaque { part: part.clone(), text: String::new(), input: String::new() }
            }
            _ => Kind::Closed,
        };
        Self { index, kind }
    }

    /// The whole part, where the deltas could not be handed out one by one.
    pub(super) fn into_whole(self) -> Option<Part> {
        match self.kind {
            Kind::Compaction(part) => Some(Part::Compaction(part)),
            Kind::Opaque { part, text, input } if !(text.is_empty() && input.is_empty()) => {
                Some(Part::Opaque(joined(part, text, input)))
            }
            _ => None,
        }
    }

    /// Takes the delta of a summary.
    pub(super) fn take_compaction(&mut self, mut delta: Record<'_>) {
        if let Kind::Compaction(part) = &mut self.kind {
            part.summary = delta.text("content").or(part.summary.take());
            part.encrypted = delta.text("encrypted_content").or(part.encrypted.take());
        }
    }
}

/// An opaque part with what its deltas added, where typed blocks have it.
fn joined(mut part: Opaque, text: String, input: String) -> Opaque {
    let Ok(mut object) = part.json.parse::<Map<String, Value>>() else { return part };
    if !text.is_empty() {
        let start = object.get("text").and_then(Value::as_str).unwrap_or_default();
        object.insert("text".to_owned(), Value::String(format!("{start}{text}")));
    }
    if !input.is_empty() {
        let input = serde_json::from_str(&input).unwrap_or(Value::String(input));
        object.insert("input".to_owned(), input);
    }
    if let Ok(json) = RawJson::of(&object) {
        part.json = json;
    }
    part
}
