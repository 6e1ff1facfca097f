//! The walk: one schema after the other, each step in a fixed order.

use serde_json::Value;

use super::describe::Notes;
use super::keywords::{Holds, holds};
use super::pass::{Pass, Schema};
use super::report::ChangeAction;
use crate::schema::{MAX_SCHEMA_DEPTH, SchemaError, json_kind};

/// Where the walk is.
pub(super) struct Place {
    /// JSON pointer of the schema.
    pub(super) pointer: String,
    /// Its depth in JSON levels.
    levels: usize,
}

impl Place {
    pub(super) fn top() -> Self {
        Self { pointer: String::new(), levels: 0 }
    }

    pub(super) fn is_top(&self) -> bool {
        self.pointer.is_empty()
    }

    /// The schema that a keyword holds.
    fn keyword(&self, keyword: &str) -> Self {
        Self { pointer: format!("{}/{keyword}", self.pointer), levels: self.levels.saturating_add(1) }
    }

    /// The schema that a keyword holds under a name or an index.
    pub(super) fn member(&self, keyword: &str, name: &str) -> Self {
        let pointer = format!("{}/{keyword}/{}", self.pointer, escape(name));
        Self { pointer, levels: self.levels.saturating_add(2) }
    }
}

impl Pass<'_> {
    /// Lowers one schema and all below it.
    pub(super) fn schema(&mut self, schema: &Value, at: &Place) -> Result<Value, SchemaError> {
        self.spend(1, at)?;
        if at.levels > MAX_SCHEMA_DEPTH {
            return Err(SchemaError::TooDeep { limit: MAX_SCHEMA_DEPTH });
        }
        match schema {
            Value::Bool(_) if !self.profile.is_narrow() => Ok(schema.clone()),
            Value::Bool(true) => {
                self.report(at, "true", ChangeAction::Rewritten);
                Ok(Value::Object(Schema::new()))
            }
            Value::Bool(false) => Err(self.unsupported(at, "false")),
            Value::Object(schema) => {
                let open = self.open.len();
                let lowered = self.object(schema.clone(), at);
                self.open.truncate(open);
                lowered.map(Value::Object)
            }
            other => Err(SchemaError::NotASchema { pointer: at.pointer.clone(), found: json_kind(other) }),
        }
    }

    // The order matters: first what makes one schema of many, then what makes many of one, then the parts, and last
    // what looks at lowered parts.
    fn object(&mut self, schema: Schema, at: &Place) -> Result<Schema, SchemaError> {
        let mut notes = Notes::default();
        let mut schema = self.flatten(schema, false, at)?;
        while self.collapse_null(&mut schema, at)? {
            schema = self.flatten(schema, false, at)?;
        }
        schema.remove("$defs");
        schema.remove("definitions");
        self.constants(&mut schema, at);
        self.tuples(&mut schema, at)?;
        self.one_of(&mut schema, at)?;
        self.types(&mut schema, at)?;
        self.enum_values(&mut schema, &mut notes, at)?;
        let mut schema = self.unions(schema, at)?;
        self.close(&mut schema, &mut notes, at);
        self.limits(&mut schema, &mut notes, at);
        self.keywords(&mut schema, &mut notes, at);
        let mut schema = self.parts(schema, at)?;
        self.requirements(&mut schema, at)?;
        notes.write(&mut schema);
        Ok(schema)
    }

    fn parts(&mut self, schema: Schema, at: &Place) -> Result<Schema, SchemaError> {
        let mut lowered = Schema::new();
        for (keyword, value) in schema {
            let value = match holds(&keyword) {
                Holds::Value => value,
                // Here `true` and `false` are the usual way of saying it.
                Holds::Schema if value.is_boolean() => value,
                Holds::Schema => self.schema(&value, &at.keyword(&keyword))?,
                Holds::List => {
                    let mut list = Vec::new();
                    for (index, item) in as_array(value, &keyword, at)?.iter().enumerate() {
                        list.push(self.schema(item, &at.member(&keyword, &index.to_string()))?);
                    }
                    Value::Array(list)
                }
                Holds::Named => Value::Object(self.named(&keyword, as_object(value, &keyword, at)?, at)?),
            };
            lowered.insert(keyword, value);
        }
        Ok(lowered)
    }

    fn named(&mut self, keyword: &str, named: Schema, at: &Place) -> Result<Schema, SchemaError> {
        let mut lowered = Schema::new();
        for (name, schema) in named {
            let place = at.member(keyword, &name);
            // A property that must not be there is said by leaving it out.
            if schema == false && self.profile.is_narrow() {
                self.report(&place, "false", ChangeAction::Dropped);
                continue;
            }
            let schema = self.schema(&schema, &place)?;
            lowered.insert(name, schema);
        }
        Ok(lowered)
    }
}

/// Writes a name as a token of a JSON pointer.
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

pub(super) fn malformed(at: &Place, keyword: &str, expected: &'static str) -> SchemaError {
    SchemaError::Malformed { pointer: at.pointer.clone(), keyword: keyword.to_owned(), expected }
}

pub(super) fn as_array(value: Value, keyword: &str, at: &Place) -> Result<Vec<Value>, SchemaError> {
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(malformed(at, keyword, "an array")),
    }
}

pub(super) fn as_object(value: Value, keyword: &str, at: &Place) -> Result<Schema, SchemaError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(malformed(at, keyword, "an object")),
    }
}
