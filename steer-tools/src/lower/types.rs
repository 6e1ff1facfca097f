//! Types, and how a value that may be null is written.

use serde_json::{Value, json};

use super::choices::Nullability;
use super::keywords::{is_annotation, type_of_keyword};
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use super::values::type_name;
use super::walk::{Place, malformed};
use crate::schema::SchemaError;

impl Pass<'_> {
    /// `anyOf: [X, null]` -> `X` with `nullable`, for targets that say it so. True when the schema took up `X`, which
    /// may hold a reference.
    pub(super) fn collapse_null(&mut self, schema: &mut Schema, at: &Place) -> Result<bool, SchemaError> {
        if self.profile.nullability != Nullability::Keyword {
            return Ok(false);
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(parts)) = schema.get_mut(keyword) else {
                continue;
            };
            if !parts.iter().any(is_null_schema) || parts.iter().all(is_null_schema) {
                continue;
            }
            parts.retain(|part| !is_null_schema(part));
            let only = if parts.len() == 1 { parts.pop() } else { None };
            self.report(at, keyword, ChangeAction::Rewritten);
            schema.insert("nullable".to_owned(), Value::Bool(true));
            let Some(only) = only else {
                continue;
            };
            schema.remove(keyword);
            // Beside the branch, `nullable` must not be met by the branch's own silence about it.
            let mut own = std::mem::take(schema);
            own.remove("nullable");
            let mut joined = match only {
                Value::Object(only) if own.keys().all(|key| is_annotation(key)) => {
                    let mut only = only;
                    only.extend(own);
                    only
                }
                other => self.join(own, other, at)?,
            };
            joined.insert("nullable".to_owned(), Value::Bool(true));
            *schema = joined;
            return Ok(true);
        }
        Ok(false)
    }

    /// Writes `type` and nullability the way of the target.
    pub(super) fn types(&mut self, schema: &mut Schema, at: &Place) -> Result<(), SchemaError> {
        let style = self.profile.nullability;
        if style == Nullability::AsWritten {
            return Ok(());
        }
        let mut types = type_list(schema, at)?;
        if style == Nullability::Keyword {
            self.null_as_keyword(schema, &mut types, at);
        } else if schema.remove("nullable") == Some(Value::Bool(true)) {
            self.report(at, "nullable", ChangeAction::Rewritten);
            if types.is_empty() {
                admit_null(schema, style);
            } else if !types.iter().any(|name| name == "null") {
                types.push("null".to_owned());
                schema.insert("type".to_owned(), json!(types));
                admit_null_value(schema);
            }
        }
        if style != Nullability::TypeArray && types.len() > 1 {
            self.split(schema, &types, at);
        }
        Ok(())
    }

    fn null_as_keyword(&mut self, schema: &mut Schema, types: &mut Vec<String>, at: &Place) {
        if types.len() > 1 && types.iter().any(|name| name == "null") {
            types.retain(|name| name != "null");
            self.report(at, "type", ChangeAction::Rewritten);
            schema.insert("nullable".to_owned(), Value::Bool(true));
            schema.insert("type".to_owned(), json!(types));
        }
        if let [only] = types.as_slice() {
            schema.insert("type".to_owned(), json!(only));
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && values.contains(&Value::Null)
            && values.iter().any(|value| !value.is_null())
        {
            values.retain(|value| !value.is_null());
            self.report(at, "enum", ChangeAction::Rewritten);
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
    }

    // Each type takes the keywords that speak of it into its own branch.
    fn split(&mut self, schema: &mut Schema, types: &[String], at: &Place) {
        schema.remove("type");
        if schema.contains_key("anyOf") {
            self.report(at, "type", ChangeAction::Dropped);
            return;
        }
        self.report(at, "type", ChangeAction::Rewritten);
        let own = std::mem::take(schema);
        let values = own.get("enum").and_then(Value::as_array).cloned();
        let mut branches = Vec::new();
        for name in types {
            let mut branch = Schema::from_iter([("type".to_owned(), json!(name))]);
            if let Some(values) = &values {
                let of_type: Vec<Value> = values.iter().filter(|value| is_of(value, name)).cloned().collect();
                if of_type.is_empty() {
                    continue;
                }
                if name != "null" {
                    branch.insert("enum".to_owned(), Value::Array(of_type));
                }
            }
            let speaks = |keyword: &str| type_of_keyword(keyword).is_some_and(|of| of == family(name));
            branch.extend(
                own.iter().filter(|(key, _)| speaks(key)).map(|(key, value)| (key.clone(), value.clone())),
            );
            branches.push(Value::Object(branch));
        }
        let stays = |keyword: &str| keyword != "enum" && type_of_keyword(keyword).is_none();
        schema.extend(own.into_iter().filter(|(key, _)| stays(key)));
        if branches.is_empty() {
            if let Some(values) = values {
                schema.insert("enum".to_owned(), Value::Array(values));
            }
        } else {
            schema.insert("anyOf".to_owned(), Value::Array(branches));
        }
    }
}

/// Lets a lowered schema be null, too. True when it was not before.
pub(super) fn make_nullable(schema: &mut Schema, style: Nullability) -> bool {
    let types = schema.get("type");
    let names_null = match types {
        Some(Value::Array(names)) => names.iter().any(|name| name == "null"),
        Some(name) => *name == "null",
        None => false,
    };
    let alternatives = schema.get("anyOf").and_then(Value::as_array);
    let has_null = alternatives.is_some_and(|parts| parts.iter().any(is_null_schema));
    let limits = schema.keys().any(|key| !is_annotation(key));
    if names_null || has_null || !limits || schema.get("nullable") == Some(&Value::Bool(true)) {
        return false;
    }
    admit_null(schema, style);
    true
}

fn admit_null(schema: &mut Schema, style: Nullability) {
    if style == Nullability::Keyword {
        schema.insert("nullable".to_owned(), Value::Bool(true));
        return;
    }
    if style != Nullability::AnyOf && !schema.contains_key("const") {
        let types = match schema.get("type") {
            Some(Value::String(name)) => Some(json!([name, "null"])),
            Some(Value::Array(names)) => Some(json!([names.as_slice(), &[json!("null")]].concat())),
            _ => None,
        };
        if let Some(types) = types
            && !schema.contains_key("anyOf")
            && !schema.contains_key("$ref")
        {
            schema.insert("type".to_owned(), types);
            admit_null_value(schema);
            return;
        }
    }
    if let Some(Value::Array(parts)) = schema.get_mut("anyOf") {
        parts.push(json!({ "type": "null" }));
        let only_union = schema.keys().all(|key| key == "anyOf" || is_annotation(key));
        if only_union {
            return;
        }
        if let Some(Value::Array(parts)) = schema.get_mut("anyOf") {
            parts.pop();
        }
    }
    let own = std::mem::take(schema);
    let (outer, inner): (Schema, Schema) = own.into_iter().partition(|(key, _)| key == "description");
    schema.extend(outer);
    schema.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
}

fn admit_null_value(schema: &mut Schema) {
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

fn type_list(schema: &Schema, at: &Place) -> Result<Vec<String>, SchemaError> {
    let wrong = || malformed(at, "type", "the name of a type or an array of names");
    match schema.get("type") {
        None => Ok(Vec::new()),
        Some(Value::String(name)) => Ok(vec![name.clone()]),
        Some(Value::Array(names)) if !names.is_empty() => {
            let mut list: Vec<String> = Vec::new();
            for name in names {
                let name = name.as_str().ok_or_else(wrong)?;
                if !list.iter().any(|known| known == name) {
                    list.push(name.to_owned());
                }
            }
            Ok(list)
        }
        Some(_) => Err(wrong()),
    }
}

fn is_null_schema(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| {
        schema.get("type").is_some_and(|name| name == "null")
            && schema.keys().all(|key| key == "type" || is_annotation(key))
    })
}

fn family(name: &str) -> &str {
    if name == "integer" { "number" } else { name }
}

fn is_of(value: &Value, name: &str) -> bool {
    let found = type_name(value);
    found == name || name == "number" && found == "integer"
}
