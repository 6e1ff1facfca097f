//! `oneOf` and `anyOf`.

use serde_json::{Value, json};

use super::choices::{ExtraProperties, OneOf, RootUnion};
use super::keywords::type_of_keyword;
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::walk::{Place, as_array, as_object};
use crate::schema::SchemaError;

impl Pass<'_> {
    pub(super) fn one_of(&mut self, schema: &mut Schema, at: &Place) -> Result<(), SchemaError> {
        if self.profile.one_of != OneOf::AnyOf {
            return Ok(());
        }
        let Some(parts) = schema.remove("oneOf") else {
            return Ok(());
        };
        self.report(at, "oneOf", ChangeAction::Rewritten);
        let mut parts = as_array(parts, "oneOf", at)?;
        if let Some(others) = schema.remove("anyOf") {
            parts = self.both_unions(&as_array(others, "anyOf", at)?, &parts, at)?;
        }
        schema.insert("anyOf".to_owned(), Value::Array(parts));
        Ok(())
    }

    /// Makes a union of objects stand on its own where its siblings would not be understood beside it.
    pub(super) fn unions(&mut self, mut schema: Schema, at: &Place) -> Result<Schema, SchemaError> {
        let Some(Value::Array(parts)) = schema.get("anyOf") else {
            return Ok(schema);
        };
        if at.is_top() && self.profile.root_union == RootUnion::Flatten {
            return self.flatten_union(schema, at);
        }
        let has_properties =
            schema.get("properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty());
        let closes = self.profile.extra_properties == ExtraProperties::Forbid;
        let leans = |part: &Value| part.get("required").is_some() && part.get("properties").is_none();
        let narrow = self.profile.is_narrow() && parts.iter().any(leans);
        if !has_properties || !self.profile.merges_all_of() || !(closes || narrow) {
            return Ok(schema);
        }
        self.report(at, "anyOf", ChangeAction::Rewritten);
        let parts = as_array(schema.remove("anyOf").unwrap_or_default(), "anyOf", at)?;
        let kind = schema.get("type").cloned();
        let of_object = |key: &str| key == "type" || type_of_keyword(key) == Some("object");
        let (shared, mut outer): (Schema, Schema) = schema.into_iter().partition(|(key, _)| of_object(key));
        let shared = Value::Object(shared);
        // Each pair is merged when the walk comes to it.
        let mut branches = Vec::new();
        for part in parts {
            self.charge(&shared, at)?;
            branches.push(json!({ "allOf": [shared, part] }));
        }
        outer.insert("anyOf".to_owned(), Value::Array(branches));
        // Tools need the type at the top, whatever stands beside it.
        if let Some(kind) = kind.filter(|_| at.is_top()) {
            outer.insert("type".to_owned(), kind);
        }
        Ok(outer)
    }

    fn flatten_union(&mut self, mut schema: Schema, at: &Place) -> Result<Schema, SchemaError> {
        self.report(at, "anyOf", ChangeAction::Rewritten);
        let parts = as_array(schema.remove("anyOf").unwrap_or_default(), "anyOf", at)?;
        let own = as_object(schema.remove("properties").unwrap_or_else(empty), "properties", at)?;
        let mut variants: Vec<(String, Vec<Value>)> = Vec::new();
        let mut common: Option<Vec<Value>> = None;
        for part in parts {
            let Value::Object(part) = part else { continue };
            let mut part = self.flatten(part, true, at)?;
            let describes_other = part.get("type").is_some_and(|kind| kind != "object");
            if describes_other {
                continue;
            }
            let properties = as_object(part.remove("properties").unwrap_or_else(empty), "properties", at)?;
            for (name, property) in properties {
                match variants.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, found)) if found.contains(&property) => {}
                    Some((_, found)) => found.push(property),
                    None => variants.push((name, vec![property])),
                }
            }
            let required = as_array(part.remove("required").unwrap_or_else(none), "required", at)?;
            common = Some(match common {
                None => required,
                Some(common) => common.into_iter().filter(|name| required.contains(name)).collect(),
            });
        }
        let mut properties = own;
        for (name, mut found) in variants {
            let found = match found.len() {
                1 => found.pop().unwrap_or_default(),
                _ => Value::Object(Schema::from_iter([("anyOf".to_owned(), Value::Array(found))])),
            };
            // What the union's siblings say of a property holds in every part.
            properties.entry(name).or_insert(found);
        }
        schema.insert("properties".to_owned(), Value::Object(properties));
        let mut required = as_array(schema.remove("required").unwrap_or_else(none), "required", at)?;
        for name in common.unwrap_or_default() {
            if !required.contains(&name) {
                required.push(name);
            }
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
        schema.entry("type").or_insert_with(|| Value::String("object".to_owned()));
        Ok(schema)
    }
}

fn empty() -> Value {
    Value::Object(Schema::new())
}

fn none() -> Value {
    Value::Array(Vec::new())
}
