//! The JSON Schema of a tool's input, always an object schema.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use super::{MAX_SCHEMA_DEPTH, SchemaError};

/// The JSON Schema of a tool's input.
///
/// It always describes an object, and serialises to the same bytes each time.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct InputSchema(Value);

impl InputSchema {
    /// Takes a JSON Schema.
    ///
    /// `true`, `{}` and a schema of annotations only become the empty object schema; a missing `type` beside
    /// `properties` is filled in.
    ///
    /// # Errors
    ///
    /// [`SchemaError::NotAnObject`] when it describes something else, [`SchemaError::NotASchema`] and
    /// [`SchemaError::Malformed`] when it is no schema, [`SchemaError::TooDeep`] beyond [`MAX_SCHEMA_DEPTH`].
    pub fn from_json(schema: Value) -> Result<Self, SchemaError> {
        check_depth(&schema)?;
        let mut object = match schema {
            Value::Bool(true) => Map::new(),
            Value::Bool(false) => return Err(not_an_object("it is `false`, which allows nothing")),
            Value::Object(object) => object,
            other => {
                let found = json_kind(&other);
                return Err(SchemaError::NotASchema { pointer: String::new(), found });
            }
        };
        check_type(&object)?;
        object.insert("type".to_owned(), json!("object"));
        match object.get("properties") {
            None => {
                object.insert("properties".to_owned(), json!({}));
            }
            Some(Value::Object(_)) => {}
            Some(_) => return Err(malformed("properties", "an object of schemas")),
        }
        Ok(Self(Value::Object(object)))
    }

    /// The schema of a tool without input: `{"type":"object","properties":{}}`.
    pub fn empty() -> Self {
        Self(json!({"type": "object", "properties": {}}))
    }

    /// The schema of a Rust type.
    ///
    /// # Errors
    ///
    /// As [`InputSchema::from_json`]; the type must be a struct or a map.
    #[cfg(feature = "schemars-1")]
    pub fn for_type<T: schemars::JsonSchema>() -> Result<Self, SchemaError> {
        Self::from_json(schemars::schema_for!(T).to_value())
    }

    /// The schema as JSON; always an object.
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// The schema as owned JSON; always an object.
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl Default for InputSchema {
    fn default() -> Self {
        Self::empty()
    }
}

impl TryFrom<Value> for InputSchema {
    type Error = SchemaError;

    fn try_from(schema: Value) -> Result<Self, SchemaError> {
        Self::from_json(schema)
    }
}

impl<'de> Deserialize<'de> for InputSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl fmt::Debug for InputSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let properties = self.0.get("properties").and_then(Value::as_object);
        write!(f, "InputSchema(<{} properties>)", properties.map_or(0, Map::len))
    }
}

/// Refuses values nested more deeply than [`MAX_SCHEMA_DEPTH`].
pub(crate) fn check_depth(value: &Value) -> Result<(), SchemaError> {
    if fits(value, MAX_SCHEMA_DEPTH) { Ok(()) } else { Err(SchemaError::TooDeep { limit: MAX_SCHEMA_DEPTH }) }
}

/// The name of a value's JSON type with its article, for error texts.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

// Recurses at most `levels` deep.
fn fits(value: &Value, levels: usize) -> bool {
    match (value, levels.checked_sub(1)) {
        (Value::Array(items), Some(rest)) => items.iter().all(|item| fits(item, rest)),
        (Value::Object(members), Some(rest)) => members.values().all(|member| fits(member, rest)),
        (Value::Array(_) | Value::Object(_), None) => false,
        _ => true,
    }
}

// Keywords beside which every value is still allowed: a schema of nothing else says as much as `{}`.
const ANNOTATIONS: [&str; 9] = [
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "additionalProperties",
    "default",
    "definitions",
    "description",
    "title",
];

fn check_type(object: &Map<String, Value>) -> Result<(), SchemaError> {
    match object.get("type") {
        Some(Value::String(name)) if name == "object" => Ok(()),
        Some(Value::Array(names)) if !names.is_empty() && names.iter().all(|name| name == "object") => Ok(()),
        Some(Value::String(name)) => Err(not_an_object(&format!("its type is `{name}`"))),
        Some(Value::Array(_)) => Err(not_an_object("it allows other types, or none")),
        Some(_) => Err(malformed("type", "the name of a type")),
        None if object.contains_key("properties") => Ok(()),
        None => match object.keys().find(|key| !ANNOTATIONS.contains(&key.as_str())) {
            Some(key) => Err(not_an_object(&format!("it has `{key}` and no `type`"))),
            None => Ok(()),
        },
    }
}

fn malformed(keyword: &str, expected: &'static str) -> SchemaError {
    SchemaError::Malformed { pointer: String::new(), keyword: keyword.to_owned(), expected }
}

fn not_an_object(found: &str) -> SchemaError {
    SchemaError::NotAnObject { found: found.to_owned() }
}
