use std::borrow::Cow;

use steer_core::json::{Json, Record};
use steer_core::stream::MessageStart;
use steer_core::{ChunkSink, StreamChunk, Warning, WarningKind};

/// `Known` is what has been told of an answer as a whole, so that what each chunk repeats is told once.
#[derive(Debug, Default)]
pub(super) struct Known {
    id: Option<String>,
    model: Option<String>,
    id_changed: bool,
    /// Record without a typed field, by name, as they came last.
    rest: Vec<(String, String)>,
}

/// Record that say nothing: what kind of object it is, and padding that hides how long the deltas are.
const NOISE: [&str; 4] = ["object", "obfuscation", "p", "padding"];

impl Known {
    /// Takes id, model and time out of a chunk, and reports what is new in them.
    pub(super) fn take_start(&mut self, members: &mut Record<'_>, out: &mut ChunkSink) {
        let Start { id, model, created } = Start::take(members);
        let mut start = MessageStart::default();
        match (&self.id, id) {
            (None, Some(id)) => {
                start.response_id = Some(id.clone().into_owned());
                self.id = Some(id.into_owned());
            }
            (Some(first), Some(id)) if *first != id && !std::mem::replace(&mut self.id_changed, true) => {
                let message = "a later chunk of the answer has another id; the first one is kept";
                out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "id", message)));
            }
            _ => {}
        }
        if let (None, Some(model)) = (&self.model, model) {
            start.model = Some(model.clone().into_owned());
            self.model = Some(model.into_owned());
        }
        if start != MessageStart::default() {
            start.created = created;
            out.push(StreamChunk::MessageStart(Box::new(start)));
        }
    }

    /// Reports the members that have no typed field, where they are new or changed. Says whether any was.
    pub(super) fn report_rest(&mut self, members: &Record<'_>, out: &mut ChunkSink) -> bool {
        let mut is_new = false;
        for (key, json) in members.rest_json() {
            is_new |= !NOISE.contains(&key) && self.report(key, json, out);
        }
        is_new
    }

    fn report(&mut self, key: &str, json: Json<'_>, out: &mut ChunkSink) -> bool {
        match self.rest.iter_mut().find(|(name, _)| name == key) {
            Some((_, last)) if last == json.get() => return false,
            Some((_, last)) => {
                last.clear();
                last.push_str(json.get());
            }
            None => self.rest.push((key.to_owned(), json.get().to_owned())),
        }
        push_metadata(key, json, out);
        true
    }
}

/// What an answer tells of itself as a whole.
struct Start<'a> {
    id: Option<Cow<'a, str>>,
    model: Option<Cow<'a, str>>,
    created: Option<u64>,
}

impl<'a> Start<'a> {
    fn take(members: &mut Record<'a>) -> Self {
        Self {
            id: members.borrowed_text("id").filter(|id| !id.is_empty()),
            model: members.borrowed_text("model").filter(|model| !model.is_empty()),
            // Some servers write it as a fraction. Seconds since 1970 fit a double exactly.
            created: members.whole("created").filter(|time| *time >= 1).or_else(|| {
                members.lenient::<f64>("created").filter(|time| *time >= 1.0).map(|time| time as u64)
            }),
        }
    }
}

/// Reports id, model and time of an answer that comes in one piece.
pub(super) fn report_start(members: &mut Record<'_>, out: &mut ChunkSink) {
    let Start { id, model, created } = Start::take(members);
    if id.is_some() || model.is_some() {
        let mut start = MessageStart::default();
        start.response_id = id.map(Cow::into_owned);
        start.model = model.map(Cow::into_owned);
        start.created = created;
        out.push(StreamChunk::MessageStart(Box::new(start)));
    }
}

/// Reports the members of a choice, its message or a whole answer that have no typed field.
pub(super) fn report_inner(members: &Record<'_>, out: &mut ChunkSink) {
    for (key, json) in members.rest_json() {
        if !NOISE.contains(&key) {
            push_metadata(key, json, out);
        }
    }
}

fn push_metadata(key: &str, json: Json<'_>, out: &mut ChunkSink) {
    if let Ok(json) = json.to_raw() {
        out.push(StreamChunk::Metadata { key: key.to_owned(), json });
    }
}
