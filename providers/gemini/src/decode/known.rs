use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::stream::MessageStart;
use steer_core::{ChunkSink, RawJson, StreamChunk, Warning, WarningKind};

/// `Known` is what has been told of an answer as a whole, so that what each piece repeats is told once.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What tells the id from another one.
    id: Option<u64>,
    has_model: bool,
    id_changed: bool,
    /// Record without a typed field, by name, as they came last.
    rest: Vec<(String, String)>,
}

impl Known {
    /// Takes id and model out of a piece, and reports what is new in them.
    pub(super) fn take_start(&mut self, members: &mut Record<'_>, out: &mut ChunkSink) {
        let id = members.borrowed_text("responseId").filter(|id| !id.is_empty());
        let model = members.borrowed_text("modelVersion").filter(|model| !model.is_empty());
        let hash = id.as_deref().map(hash);
        let mut start = MessageStart::default();
        match (self.id, hash) {
            (None, Some(_)) => {
                start.response_id = id.map(Cow::into_owned);
                self.id = hash;
            }
            (Some(first), Some(id)) if first != id && !std::mem::replace(&mut self.id_changed, true) => {
                let message = "a later piece of the answer has another id; the first one is kept";
                out.push(StreamChunk::Warning(Warning::new(
                    WarningKind::Inconsistent,
                    "responseId",
                    message,
                )));
            }
            _ => {}
        }
        if let Some(model) = model.filter(|_| !self.has_model) {
            start.model = Some(model.into_owned());
            self.has_model = true;
        }
        if start != MessageStart::default() {
            out.push(StreamChunk::MessageStart(Box::new(start)));
        }
    }

    /// Reports the members that have no typed field, where they are new or changed.
    pub(super) fn report_rest(&mut self, members: &Record<'_>, out: &mut ChunkSink) {
        for (key, raw) in members.rest() {
            match self.rest.iter_mut().find(|(name, _)| name == key) {
                Some((_, last)) if last == raw.get() => continue,
                Some((_, last)) => {
                    last.clear();
                    last.push_str(raw.get());
                }
                None => self.rest.push((key.to_owned(), raw.get().to_owned())),
            }
            report(key, raw, out);
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    text.hash(&mut hash);
    hash.finish()
}

/// Reports a member of the vendor's that has no typed field.
pub(super) fn report(key: &str, raw: &RawValue, out: &mut ChunkSink) {
    out.push(StreamChunk::Metadata { key: key.to_owned(), json: RawJson::from_raw(raw.to_owned()) });
}
