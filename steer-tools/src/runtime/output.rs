//! What a tool may return.

use serde::Serialize;
use serde_json::Value;

use super::ToolError;
use crate::{Media, ToolOutcome, ToolResultContent};

/// `ToolOutput` is what a tool gives back: its parts in order, and how the call went.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolOutput {
    /// The parts; may be empty.
    pub content: Vec<ToolResultContent>,
    /// How the call went.
    pub outcome: ToolOutcome,
}

impl ToolOutput {
    /// A good answer of these parts.
    pub fn new(content: Vec<ToolResultContent>) -> Self {
        Self { content, outcome: ToolOutcome::Ok }
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, part: impl Into<ToolResultContent>) -> Self {
        self.content.push(part.into());
        self
    }

    /// Sets how the call went.
    #[must_use]
    pub fn outcome(mut self, outcome: ToolOutcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// `IntoToolOutput` is what a tool's function may return: a text, JSON, media, parts, or nothing.
pub trait IntoToolOutput {
    /// What the model gets.
    ///
    /// # Errors
    ///
    /// The value cannot be written as JSON.
    fn into_output(self) -> Result<ToolOutput, ToolError>;
}

/// `Json` gives a value of any serialisable type back as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoToolOutput for Json<T> {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        // What cannot be written is the tool's fault, and the model can do nothing about it.
        serde_json::to_value(self.0).map_err(ToolError::fatal)?.into_output()
    }
}

impl IntoToolOutput for ToolOutput {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        Ok(self)
    }
}

impl IntoToolOutput for Vec<ToolResultContent> {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        Ok(ToolOutput::new(self))
    }
}

impl IntoToolOutput for ToolResultContent {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        vec![self].into_output()
    }
}

impl IntoToolOutput for () {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        Ok(ToolOutput::default())
    }
}

impl IntoToolOutput for String {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        ToolResultContent::text(self).into_output()
    }
}

impl IntoToolOutput for &str {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        ToolResultContent::text(self).into_output()
    }
}

impl IntoToolOutput for Value {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        ToolResultContent::json(self).into_output()
    }
}

impl IntoToolOutput for Media {
    fn into_output(self) -> Result<ToolOutput, ToolError> {
        ToolResultContent::from(self).into_output()
    }
}
