//! Keywords about single values: `const`, `enum`, `format`, `minItems`, and tuples.

use serde_json::{Value, json};

use super::choices::{Constants, EnumValues, MinItems};
use super::describe::Notes;
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::walk::{Place, as_array, malformed};
use crate::schema::SchemaError;

impl Pass<'_> {
    pub(super) fn constants(&mut self, schema: &mut Schema, at: &Place) {
        if self.profile.constants != Constants::Enum {
            return;
        }
        let Some(value) = schema.remove("const") else {
            return;
        };
        self.report(at, "const", ChangeAction::Rewritten);
        if !schema.contains_key("type") {
            schema.insert("type".to_owned(), json!(type_name(&value)));
        }
        schema.insert("enum".to_owned(), Value::Array(vec![value]));
    }

    /// Writes tuples the way of the newest draft, and as lists of alternatives where the target has no tuples.
    pub(super) fn tuples(&mut self, schema: &mut Schema, at: &Place) -> Result<(), SchemaError> {
        if !self.profile.is_narrow() {
            return Ok(());
        }
        if let Some(Value::Array(_)) = schema.get("items")
            && let Some(tuple) = schema.remove("items")
        {
            self.report(at, "items", ChangeAction::Rewritten);
            schema.insert("prefixItems".to_owned(), tuple);
            if let Some(rest) = schema.remove("additionalItems") {
                schema.insert("items".to_owned(), rest);
            }
        }
        if self.profile.allows("prefixItems") || !self.profile.allows("items") {
            return Ok(());
        }
        let Some(tuple) = schema.remove("prefixItems") else {
            return Ok(());
        };
        self.report(at, "prefixItems", ChangeAction::Rewritten);
        let mut alternatives: Vec<Value> = Vec::new();
        let rest = schema.remove("items").filter(|rest| !rest.is_boolean());
        for item in as_array(tuple, "prefixItems", at)?.into_iter().chain(rest) {
            if !alternatives.contains(&item) {
                alternatives.push(item);
            }
        }
        let items = match alternatives.len() {
            0 => return Ok(()),
            1 => alternatives.pop().unwrap_or_default(),
            _ => json!({ "anyOf": alternatives }),
        };
        schema.insert("items".to_owned(), items);
        Ok(())
    }

    pub(super) fn enum_values(
        &mut self,
        schema: &mut Schema,
        notes: &mut Notes,
        at: &Place,
    ) -> Result<(), SchemaError> {
        if self.profile.enum_values != EnumValues::Strings {
            return Ok(());
        }
        let Some(values) = schema.get("enum") else {
            return Ok(());
        };
        let values = values.as_array().ok_or_else(|| malformed(at, "enum", "an array"))?;
        let strings = !values.is_empty() && values.iter().all(Value::is_string);
        let fits = match schema.get("type") {
            None => strings,
            Some(name) => strings && *name == "string",
        };
        if !fits {
            if let Some(values) = schema.remove("enum") {
                self.note("enum", &values, notes, at);
            }
        } else if !schema.contains_key("type") {
            schema.insert("type".to_owned(), json!("string"));
            self.report(at, "type", ChangeAction::Rewritten);
        }
        Ok(())
    }

    /// Takes back what the target knows by name but not with this value.
    pub(super) fn limits(&mut self, schema: &mut Schema, notes: &mut Notes, at: &Place) {
        if let Some(formats) = self.profile.formats
            && let Some(format) = schema.get("format")
            && !format.as_str().is_some_and(|format| formats.contains(&format))
            && let Some(format) = schema.remove("format")
        {
            self.note("format", &format, notes, at);
        }
        if self.profile.min_items == MinItems::ZeroOrOne
            && self.profile.allows("minItems")
            && let Some(count) = schema.get("minItems").and_then(Value::as_f64)
            && count > 1.0
            && let Some(count) = schema.insert("minItems".to_owned(), json!(1))
        {
            self.note("minItems", &count, notes, at);
        }
    }
}

/// The JSON Schema type of a value.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
