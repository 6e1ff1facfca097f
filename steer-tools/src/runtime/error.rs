//! How a tool fails, and what is wrong with a box of tools.

use std::error::Error;
use std::fmt;

use super::ToolOutput;
use crate::{SchemaError, ToolOutcome, ToolResultContent};

/// `ToolError` is how a tool fails: with something that the model reads, or for good.
///
/// Every error becomes one with `?`: its text and those of its causes go to the model, so give
/// [`ToolError::new`] another text where they say what the model should not see.
pub struct ToolError(pub(super) Failure);

pub(super) enum Failure {
    Told(ToolOutput),
    Fatal(Box<dyn Error + Send + Sync>),
}

impl ToolError {
    /// A failure that the model reads, and may do something about.
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(vec![ToolResultContent::text(text)])
    }

    /// A failure of which the model gets more than a text.
    pub fn of(content: Vec<ToolResultContent>) -> Self {
        Self(Failure::Told(ToolOutput { content, outcome: ToolOutcome::Error }))
    }

    /// A call that the tool does not allow, with the text that the model reads.
    pub fn denied(text: impl Into<String>) -> Self {
        let content = vec![ToolResultContent::text(text)];
        Self(Failure::Told(ToolOutput { content, outcome: ToolOutcome::Denied }))
    }

    /// A failure that ends the run; the model reads nothing of it.
    pub fn fatal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Failure::Fatal(error.into()))
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for ToolError {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let said = error.to_string();
            // Many errors repeat their cause.
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            cause = error.source();
        }
        Self::new(text)
    }
}

impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Failure::Told(_) => "ToolError(for the model)",
            Failure::Fatal(_) => "ToolError(fatal)",
        })
    }
}

/// What is wrong with a box of tools.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolBoxError {
    /// Two tools have one name.
    #[error("two tools are named `{name}`; rename one, or give the tools of a server a prefix")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The arguments' type is no type of arguments.
    #[error("the arguments of tool `{tool}` must be a struct or a map: {source}")]
    Schema {
        /// The tool's name.
        tool: String,
        /// What is wrong with its schema.
        source: SchemaError,
    },
}
