//! `$ref` and `allOf` -> one schema that says the same.

use serde_json::Value;

use super::keywords::is_annotation;
use super::pass::{Pass, Schema};
use super::refs::Step;
use super::report::ChangeAction;
use super::walk::{Place, as_array, malformed};
use crate::schema::{SchemaError, json_kind};

impl Pass<'_> {
    /// Writes out what cannot stay of the schema's own `$ref` and `allOf`. References that were written out are added
    /// to `open`; the caller takes them off once it has walked the result.
    pub(super) fn flatten(
        &mut self,
        mut schema: Schema,
        must_inline: bool,
        at: &Place,
    ) -> Result<Schema, SchemaError> {
        loop {
            if self.write_out(&mut schema, must_inline, at)? {
                continue;
            }
            if !self.profile.merges_all_of() {
                return Ok(schema);
            }
            let Some(parts) = schema.remove("allOf") else {
                return Ok(schema);
            };
            let mut parts = as_array(parts, "allOf", at)?;
            self.report(at, "allOf", ChangeAction::Rewritten);
            // Generators wrap a lone reference so that it can have a description; it needs no writing out.
            let lone = parts.len() == 1
                && parts.first().is_some_and(is_bare_ref)
                && schema.keys().all(|key| is_annotation(key));
            if lone && let Some(Value::Object(part)) = parts.pop() {
                schema.extend(part);
                continue;
            }
            for part in parts {
                schema = self.join(schema, part, at)?;
            }
        }
    }

    /// Merges a part that must hold beside `schema` into it.
    pub(super) fn join(&mut self, schema: Schema, part: Value, at: &Place) -> Result<Schema, SchemaError> {
        match part {
            Value::Bool(true) => Ok(schema),
            Value::Bool(false) => Err(self.unsupported(at, "false")),
            Value::Object(part) => {
                let part = self.flatten(part, true, at)?;
                self.merge(schema, part, at)
            }
            other => Err(SchemaError::NotASchema { pointer: at.pointer.clone(), found: json_kind(&other) }),
        }
    }

    // True when the schema changed and may hold another reference now.
    fn write_out(&mut self, schema: &mut Schema, must_inline: bool, at: &Place) -> Result<bool, SchemaError> {
        let reference = match schema.get("$ref") {
            None => return Ok(false),
            Some(Value::String(reference)) => reference.clone(),
            Some(_) => return Err(malformed(at, "$ref", "a string")),
        };
        let target = match self.step(&reference, schema, must_inline, at)? {
            Step::Keep(kept) => {
                if kept != reference {
                    self.report(at, "$ref", ChangeAction::Rewritten);
                    schema.insert("$ref".to_owned(), Value::String(kept));
                }
                return Ok(false);
            }
            Step::Inline(pointer, target) => {
                self.open.push(pointer);
                self.report(at, "$ref", ChangeAction::Rewritten);
                target
            }
            Step::Cut(target) => {
                self.report(at, "$ref", ChangeAction::Dropped);
                target
            }
        };
        schema.remove("$ref");
        let mut target = match target {
            Value::Object(target) => target,
            Value::Bool(true) => Schema::new(),
            Value::Bool(false) => return Err(self.unsupported(at, "false")),
            other => {
                return Err(SchemaError::NotASchema {
                    pointer: at.pointer.clone(),
                    found: json_kind(&other),
                });
            }
        };
        // Only the top's table of definitions is ever looked into.
        target.remove("$defs");
        target.remove("definitions");
        // What the target itself refers to, or joins, is worked off by the next turn of the loop.
        let own = std::mem::take(schema);
        let reference = target.remove("$ref");
        let parts = target.remove("allOf");
        *schema = if own.is_empty() { target } else { self.merge(own, target, at)? };
        if let Some(reference) = reference {
            schema.insert("$ref".to_owned(), reference);
        }
        match (schema.get_mut("allOf"), parts) {
            (Some(Value::Array(own)), Some(Value::Array(parts))) => own.extend(parts),
            (None, Some(parts)) => {
                schema.insert("allOf".to_owned(), parts);
            }
            (_, None) => {}
            (Some(_), Some(_)) => return Err(malformed(at, "allOf", "an array of schemas")),
        }
        Ok(true)
    }

    pub(super) fn unsupported(&self, at: &Place, keyword: &str) -> SchemaError {
        SchemaError::Unsupported { pointer: at.pointer.clone(), keyword: keyword.to_owned() }
    }
}

fn is_bare_ref(part: &Value) -> bool {
    part.as_object().is_some_and(|part| part.len() == 1 && part.get("$ref").is_some_and(Value::is_string))
}
