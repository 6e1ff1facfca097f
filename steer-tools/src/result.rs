//! What a tool gave back, in the shape that every wire can be written from.

mod content;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::content::{SearchResult, ToolResultContent};
use crate::media::Media;

/// The answer to one [`ToolCall`](crate::ToolCall).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolResult {
    /// The id of the call that is answered; empty on wires that have none.
    #[serde(default)]
    pub call_id: String,
    /// The tool's name, for wires that pair results by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The parts of the answer in order; may be empty.
    #[serde(default)]
    pub content: Vec<ToolResultContent>,
    /// How the call went.
    #[serde(default)]
    pub outcome: ToolOutcome,
}

impl ToolResult {
    /// A good answer with the given parts.
    pub fn new(call_id: impl Into<String>, content: Vec<ToolResultContent>) -> Self {
        Self { call_id: call_id.into(), name: None, content, outcome: ToolOutcome::Ok }
    }

    /// A good answer of one text.
    pub fn text(call_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(call_id, vec![ToolResultContent::text(text)])
    }

    /// A good answer of one JSON value.
    pub fn json(call_id: impl Into<String>, value: Value) -> Self {
        Self::new(call_id, vec![ToolResultContent::json(value)])
    }

    /// A failed call, with the text that the model shall read.
    pub fn error(call_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::text(call_id, text).outcome(ToolOutcome::Error)
    }

    /// A call that the user or a policy did not allow, with the text that the model shall read.
    pub fn denied(call_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::text(call_id, text).outcome(ToolOutcome::Denied)
    }

    /// A call that nobody answered, for histories in which every call needs an answer; with the text for the model.
    pub fn missing(call_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::text(call_id, text).outcome(ToolOutcome::Missing)
    }

    /// Names the tool that gave the answer.
    pub fn for_tool(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds an image, a document, or other media at the end.
    pub fn media(self, media: Media) -> Self {
        self.part(ToolResultContent::Media(media))
    }

    /// Adds a part at the end.
    pub fn part(mut self, part: ToolResultContent) -> Self {
        self.content.push(part);
        self
    }

    /// Sets how the call went.
    pub fn outcome(mut self, outcome: ToolOutcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// True unless the call went well.
    pub fn is_error(&self) -> bool {
        self.outcome != ToolOutcome::Ok
    }
}

/// How a tool call went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolOutcome {
    /// The tool ran and gave its answer.
    #[default]
    Ok,
    /// The tool ran and failed, or could not run.
    Error,
    /// The user or a policy did not allow the call.
    Denied,
    /// Nobody answered the call.
    Missing,
}
