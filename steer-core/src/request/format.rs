use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `ResponseFormat` is the form of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Text.
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON that fits a schema.
    JsonSchema {
        /// A name for the schema; some vendors ask for one.
        name: String,
        /// What the answer is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The JSON Schema. What the target's subset lacks is moved into descriptions, with a warning.
        schema: Value,
        /// Whether the vendor enforces it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strict: Option<bool>,
    },
}

impl ResponseFormat {
    /// JSON that fits a schema.
    pub fn json_schema(name: impl Into<String>, schema: Value) -> Self {
        Self::JsonSchema { name: name.into(), description: None, schema, strict: None }
    }
}
