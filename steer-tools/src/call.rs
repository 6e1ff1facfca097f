//! A call that the model asks for. Its arguments stay the text that the model wrote until someone asks for a type.

mod error;

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::{Map, Value};

pub use self::error::{ArgumentsError, JsonFault};
use crate::redact::Redacted;

/// One call of a tool, as the model wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id that the result must carry; empty on wires that have none.
    #[serde(default)]
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments, unparsed.
    pub input: ToolInput,
    /// False when the stream ended inside the arguments; such a call must not be run.
    #[serde(default = "complete")]
    pub complete: bool,
}

impl ToolCall {
    /// A complete call with JSON arguments, given as raw text.
    pub fn new(id: impl Into<String>, name: impl Into<String>, raw_json: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), input: ToolInput::Json(raw_json.into()), complete: true }
    }

    /// A complete call of a custom tool, whose input is free text.
    pub fn free_text(id: impl Into<String>, name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), input: ToolInput::Text(text.into()), complete: true }
    }

    /// Marks the call as cut off inside its arguments.
    pub fn incomplete(mut self) -> Self {
        self.complete = false;
        self
    }

    /// The arguments exactly as the model wrote them.
    pub fn raw(&self) -> &str {
        match &self.input {
            ToolInput::Json(raw) | ToolInput::Text(raw) => raw,
        }
    }

    /// Parses the arguments into `T`. Empty or blank text means `{}`.
    ///
    /// # Errors
    ///
    /// [`ArgumentsError`]; broken arguments never become an empty object.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ArgumentsError> {
        let text = self.json()?;
        serde_json::from_str(text).map_err(|error| self.fault(text, &error))
    }

    /// Parses the arguments into a JSON value. Empty or blank text means `{}`.
    ///
    /// # Errors
    ///
    /// As [`ToolCall::parse`], without [`ArgumentsError::Mismatch`].
    pub fn value(&self) -> Result<Value, ArgumentsError> {
        self.parse()
    }

    /// The arguments as an object, for sending the call back in a later request; not for running the tool.
    ///
    /// Some wires accept only objects there. What is not a JSON object (broken JSON, a cut-off call, free text, an
    /// array) is wrapped as `{"raw": "<the text>"}`, so that the model sees what it wrote.
    pub fn replay_object(&self) -> Map<String, Value> {
        match self.value() {
            Ok(Value::Object(object)) => object,
            _ => Map::from_iter([("raw".to_owned(), Value::String(self.raw().to_owned()))]),
        }
    }

    /// The arguments as JSON text that nobody has read yet; blank text means `{}`.
    ///
    /// # Errors
    ///
    /// They are cut off, or free text.
    pub fn json(&self) -> Result<&str, ArgumentsError> {
        if !self.complete {
            return Err(ArgumentsError::Incomplete { tool: self.name.clone() });
        }
        match &self.input {
            ToolInput::Json(raw) if raw.trim().is_empty() => Ok("{}"),
            ToolInput::Json(raw) => Ok(raw),
            ToolInput::Text(_) => Err(ArgumentsError::NotJson { tool: self.name.clone() }),
        }
    }

    // The parser's own message may quote the arguments, so only its position and category leave this function.
    fn fault(&self, text: &str, error: &serde_json::Error) -> ArgumentsError {
        // A type can refuse the first field of a text whose tail is broken: the text's own fault counts first.
        let syntax = match error.classify() {
            Category::Data => serde_json::from_str::<IgnoredAny>(text).err(),
            _ => None,
        };
        let error = syntax.as_ref().unwrap_or(error);
        let (tool, line, column) = (self.name.clone(), error.line(), error.column());
        let source = match error.classify() {
            Category::Data => return ArgumentsError::Mismatch { tool, line, column },
            Category::Eof => JsonFault::UnexpectedEnd,
            Category::Syntax | Category::Io => JsonFault::Syntax,
        };
        ArgumentsError::InvalidJson { tool, line, column, source }
    }
}

/// The arguments of a [`ToolCall`] as raw text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolInput {
    /// JSON text, possibly empty or broken.
    Json(String),
    /// Free text, for custom tools.
    Text(String),
}

impl fmt::Debug for ToolInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, text) = match self {
            Self::Json(text) => ("Json", text),
            Self::Text(text) => ("Text", text),
        };
        f.debug_tuple(name).field(&Redacted::text(text)).finish()
    }
}

fn complete() -> bool {
    true
}
