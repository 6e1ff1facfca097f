//! Objects: properties that are not named, and properties that must be there.

use serde_json::{Value, json};

use super::choices::{ExtraProperties, RequiredProperties};
use super::describe::Notes;
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::types::make_nullable;
use super::walk::{Place, as_array, malformed};
use crate::schema::SchemaError;

impl Pass<'_> {
    /// Names the type of an object, and closes it if the target wants objects closed.
    pub(super) fn close(&mut self, schema: &mut Schema, notes: &mut Notes, at: &Place) {
        let has_properties = schema.get("properties").is_some();
        if self.profile.is_narrow() && has_properties && !schema.contains_key("type") {
            schema.insert("type".to_owned(), json!("object"));
            self.report(at, "type", ChangeAction::Rewritten);
        }
        if self.profile.extra_properties != ExtraProperties::Forbid || !is_object(schema) {
            return;
        }
        // Beside a union the object's properties stand in the branches; closing it here would refuse them all.
        if schema.contains_key("anyOf") && !schema.get("properties").is_some_and(has_members) {
            return;
        }
        match schema.insert("additionalProperties".to_owned(), Value::Bool(false)) {
            Some(Value::Bool(false)) => {}
            None | Some(Value::Bool(true)) => {
                self.report(at, "additionalProperties", ChangeAction::Rewritten);
            }
            Some(values) => self.note("additionalProperties", &values, notes, at),
        }
    }

    /// Settles `required`, once the properties are lowered.
    pub(super) fn requirements(&mut self, schema: &mut Schema, at: &Place) -> Result<(), SchemaError> {
        self.require_only_what_is_there(schema, at)?;
        if self.profile.required != RequiredProperties::All || !schema.contains_key("properties") {
            return Ok(());
        }
        let mut required = match schema.remove("required") {
            Some(required) => as_array(required, "required", at)?,
            None => Vec::new(),
        };
        let mut added = Vec::new();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (key, property) in properties {
                let name = json!(key);
                if required.contains(&name) {
                    continue;
                }
                let nullable = match property {
                    Value::Object(property) => make_nullable(property, self.profile.nullability),
                    _ => false,
                };
                added.push((at.member("properties", key), nullable));
                required.push(name);
            }
        }
        if !added.is_empty() {
            self.report(at, "required", ChangeAction::Rewritten);
        }
        for (property, _) in added.into_iter().filter(|(_, nullable)| *nullable) {
            self.report(&property, "type", ChangeAction::Rewritten);
        }
        schema.insert("required".to_owned(), Value::Array(required));
        Ok(())
    }

    fn require_only_what_is_there(&mut self, schema: &mut Schema, at: &Place) -> Result<(), SchemaError> {
        if !self.profile.is_narrow() {
            return Ok(());
        }
        let Some(required) = schema.get("required") else {
            return Ok(());
        };
        let required = required.as_array().ok_or_else(|| malformed(at, "required", "an array"))?;
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return Ok(());
        };
        let is_there = |name: &&Value| name.as_str().is_some_and(|name| properties.contains_key(name));
        let kept: Vec<Value> = required.iter().filter(is_there).cloned().collect();
        if kept.len() < required.len() {
            self.report(at, "required", ChangeAction::Dropped);
            schema.insert("required".to_owned(), Value::Array(kept));
        }
        Ok(())
    }
}

fn is_object(schema: &Schema) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
        None => schema.contains_key("properties"),
    }
}

fn has_members(value: &Value) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}
