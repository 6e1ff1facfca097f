//! What a tool is to the model: a name, a description, and the shape of its input.

mod error;
mod input;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::error::SchemaError;
pub use self::input::InputSchema;
pub(crate) use self::input::{check_depth, json_kind};
use crate::redact::Redacted;

/// The deepest nesting that a schema may have, in JSON levels.
pub const MAX_SCHEMA_DEPTH: usize = 128;

/// A tool that the model may call.
///
/// Reads from the plain file format `{"name", "description", "input_schema"}`; `parameters` is accepted for
/// `input_schema`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolSchema {
    /// The name that the model calls it by.
    pub name: String,
    /// A name for people; kept in files, never sent to a provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the tool does and when to use it, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The shape of the tool's input; the empty object schema when a file has none.
    #[serde(alias = "parameters", default)]
    pub input_schema: InputSchema,
    /// Whether the target must hold the model to the schema; `None` leaves it to the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    /// Examples of valid inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_examples: Vec<Value>,
}

impl ToolSchema {
    /// A tool with a name and an input schema.
    pub fn new(name: impl Into<String>, input_schema: InputSchema) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            description: None,
            input_schema,
            strict: None,
            input_examples: Vec::new(),
        }
    }

    /// Sets the name for people.
    pub fn display_name(mut self, display_name: impl Into<String>) -> Self {
        self.display_name = Some(display_name.into());
        self
    }

    /// Sets what the model reads about the tool.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Says whether the target must hold the model to the schema.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = Some(strict);
        self
    }

    /// Adds an example of a valid input.
    pub fn input_example(mut self, example: Value) -> Self {
        self.input_examples.push(example);
        self
    }
}

impl fmt::Debug for ToolSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolSchema")
            .field("name", &self.name)
            .field("display_name", &self.display_name)
            .field("description", &Redacted::option(self.description.as_ref()))
            .field("input_schema", &self.input_schema)
            .field("strict", &self.strict)
            .field("input_examples", &format_args!("<{} examples>", self.input_examples.len()))
            .finish()
    }
}
