use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::stream::MessageStart;
use steer_core::{ChunkSink, RawJson, StreamChunk, Warning, WarningKind};

/// `Known` is what has been told of an answer as a whole, so that what each line repeats is told once.
#[derive(Debug, Default)]
pub(super) struct Known {
    model: Option<String>,
    model_changed: bool,
    /// Members without a typed field, by name, as they came last.
    rest: Vec<(String, String)>,
}

impl Known {
    /// Takes the model out of a line, and reports it if it is new.
    pub(super) fn take_start(&mut self, members: &mut Record<'_>, out: &mut ChunkSink) {
        let Some(model) = members.borrowed_text("model").filter(|model| !model.is_empty()) else { return };
        match &self.model {
            None => {
                let mut start = MessageStart::default();
                start.model = Some(model.clone().into_owned());
                self.model = Some(model.into_owned());
                out.push(StreamChunk::MessageStart(Box::new(start)));
            }
            Some(first) if *first != model && !std::mem::replace(&mut self.model_changed, true) => {
                let message = "a later line of the answer names another model; the first one is kept";
                out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "model", message)));
            }
            Some(_) => {}
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

/// Reports a member of the vendor's that has no typed field.
pub(super) fn report(key: &str, raw: &RawValue, out: &mut ChunkSink) {
    out.push(StreamChunk::Metadata { key: key.to_owned(), json: RawJson::from_raw(raw.to_owned()) });
}
