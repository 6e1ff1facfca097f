use serde_json::value::RawValue;
use serde_json::{Map, Value};
use steer_core::json::{Json, Record};
use steer_core::message::Seal;
use steer_core::{RawJson, StreamError};

use super::broken;

/// `Details` gathers `reasoning_details`, the form in which some gateways pass on the thinking of all vendors, so that
/// it goes back as it came: <https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning>.
///
/// In a stream the details of one place and type are pieces of one.
#[derive(Debug, Default)]
pub(super) struct Details(Vec<Map<String, Value>>);

/// What details say in this delta.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) seal: Option<Seal>,
}

impl Details {
    /// Takes the details of a message or delta.
    pub(super) fn take(&mut self, raw: &RawValue) -> Result<Said, StreamError> {
        let details: Vec<Map<String, Value>> =
            serde_json::from_str(raw.get()).map_err(|error| broken("reasoning_details", &error))?;
        let mut said = Said::default();
        for detail in details {
            let text = |key: &str| detail.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            if let Some(text) = text("text").or_else(|| text("summary")) {
                said.text.push_str(text);
            }
            if let Some(data) = text("signature") {
                said.seal = Some(Seal::signature(data));
            } else if let Some(data) = text("data") {
                said.seal = Some(Seal::encrypted(data));
            }
            self.join(detail);
        }
        Ok(said)
    }

    /// All details so far, as one JSON list; they start anew.
    pub(super) fn finish(&mut self) -> Option<RawJson> {
        let details = std::mem::take(&mut self.0);
        if details.is_empty() { None } else { RawJson::of(&details).ok() }
    }

    fn join(&mut self, detail: Map<String, Value>) {
        let same = |key: &str, a: &Map<String, Value>| a.get(key) == detail.get(key);
        // Without a place there is nothing to join by.
        let there = self
            .0
            .iter_mut()
            .rfind(|there| detail.contains_key("index") && same("index", there) && same("type", there));
        let Some(there) = there else {
            self.0.push(detail);
            return;
        };
        for (key, value) in detail {
            match (there.get_mut(&key), value) {
                (Some(Value::String(text)), Value::String(more)) if is_content(&key) => text.push_str(&more),
                (_, Value::Null) => {}
                (_, value) => {
                    there.insert(key, value);
                }
            }
        }
    }
}

fn is_content(key: &str) -> bool {
    matches!(key, "text" | "summary" | "data")
}

/// Takes the thinking of a message or delta where it stands as plain text: under the first of its names that has any.
pub(super) fn take_text<'a>(members: &mut Record<'a>) -> Option<Json<'a>> {
    let mut found = None;
    for key in ["reasoning_content", "reasoning", "reasoning_text"] {
        if members.get_json(key).is_some_and(|json| json.get().starts_with('"')) {
            let text = members.take_json(key).filter(|json| json.get() != "\"\"");
            found = found.or(text);
        }
    }
    found
}
