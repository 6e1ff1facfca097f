//! What a target cannot hold a model to is told to the model in words.

use serde_json::{Value, json};

use super::keywords::is_housekeeping;
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::walk::Place;

// A longer text costs more tokens with every request than it helps.
const MAX_NOTE: usize = 500;

/// What goes into the description of one schema.
#[derive(Default)]
pub(super) struct Notes(Vec<(String, String)>);

impl Notes {
    /// Appends the notes to the description, in the order of their keywords.
    pub(super) fn write(mut self, schema: &mut Schema) {
        if self.0.is_empty() {
            return;
        }
        self.0.sort();
        let notes: Vec<String> = self.0.iter().map(|(keyword, text)| format!("{keyword}: {text}")).collect();
        let notes = format!("Constraints: {}.", notes.join("; "));
        let description = match schema.get("description").and_then(Value::as_str) {
            Some(text) if !text.is_empty() => format!("{text}\n{notes}"),
            _ => notes,
        };
        schema.insert("description".to_owned(), json!(description));
    }
}

impl Pass<'_> {
    /// Takes away the keywords that the target does not know.
    pub(super) fn keywords(&mut self, schema: &mut Schema, notes: &mut Notes, at: &Place) {
        let profile = self.profile;
        let unknown: Vec<String> =
            schema.keys().filter(|key| *key != "$ref" && !profile.allows(key)).cloned().collect();
        for keyword in unknown {
            if let Some(value) = schema.remove(&keyword) {
                self.note(&keyword, &value, notes, at);
            }
        }
    }

    /// Notes a keyword for the description if that tells a model something, and reports what became of it.
    pub(super) fn note(&mut self, keyword: &str, value: &Value, notes: &mut Notes, at: &Place) {
        let text = value.to_string();
        let tells_nothing = is_housekeeping(keyword)
            || text.len() > MAX_NOTE
            || matches!((keyword, value), ("additionalProperties" | "nullable", Value::Bool(_)));
        if tells_nothing || !self.profile.allows("description") {
            self.report(at, keyword, ChangeAction::Dropped);
        } else {
            notes.0.push((keyword.to_owned(), text));
            self.report(at, keyword, ChangeAction::Moved);
        }
    }
}
