use serde::{Deserialize, Serialize};
use steer_tools::{Media, ToolCall, ToolResult};

use super::{
    ApprovalRequest, ApprovalResponse, CachePoint, Compaction, ContainerFile, MediaPart, ModelHop, Opaque,
    PartMeta, Refusal, SearchResult, Source, Text, Thinking, ToolAvailability, ToolCallPart, ToolResultPart,
};

/// `Part` is one piece of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Visible text.
    Text(Text),
    /// What the model thought.
    Thinking(Thinking),
    /// An image, a sound, a video or a document.
    Media(MediaPart),
    /// A passage that the model may cite.
    SearchResult(SearchResult),
    /// A call that the model made.
    ToolCall(ToolCallPart),
    /// The result of a call.
    ToolResult(ToolResultPart),
    /// A call that waits for the program's approval.
    ApprovalRequest(ApprovalRequest),
    /// The program's answer to that.
    ApprovalResponse(ApprovalResponse),
    /// A change of the tools that are there.
    ToolAvailability(ToolAvailability),
    /// The model's refusal.
    Refusal(Refusal),
    /// A place that the answer used.
    Source(Source),
    /// Earlier turns, summed up.
    Compaction(Compaction),
    /// Another model took over here.
    ModelHop(ModelHop),
    /// A file for the container of the vendor's tools.
    ContainerFile(ContainerFile),
    /// A kind that has no type here.
    Opaque(Opaque),
}

impl Part {
    /// Makes a text part.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Text::new(text))
    }

    /// What the part carries beside its content.
    pub fn meta(&self) -> &PartMeta {
        match self {
            Self::Text(part) => &part.meta,
            Self::Thinking(part) => &part.meta,
            Self::Media(part) => &part.meta,
            Self::SearchResult(part) => &part.meta,
            Self::ToolCall(part) => &part.meta,
            Self::ToolResult(part) => &part.meta,
            Self::ApprovalRequest(part) => &part.meta,
            Self::ApprovalResponse(part) => &part.meta,
            Self::ToolAvailability(part) => &part.meta,
            Self::Refusal(part) => &part.meta,
            Self::Source(part) => &part.meta,
            Self::Compaction(part) => &part.meta,
            Self::ModelHop(part) => &part.meta,
            Self::ContainerFile(part) => &part.meta,
            Self::Opaque(part) => &part.meta,
        }
    }

    /// The same, to change it.
    pub fn meta_mut(&mut self) -> &mut PartMeta {
        match self {
            Self::Text(part) => &mut part.meta,
            Self::Thinking(part) => &mut part.meta,
            Self::Media(part) => &mut part.meta,
            Self::SearchResult(part) => &mut part.meta,
            Self::ToolCall(part) => &mut part.meta,
            Self::ToolResult(part) => &mut part.meta,
            Self::ApprovalRequest(part) => &mut part.meta,
            Self::ApprovalResponse(part) => &mut part.meta,
            Self::ToolAvailability(part) => &mut part.meta,
            Self::Refusal(part) => &mut part.meta,
            Self::Source(part) => &mut part.meta,
            Self::Compaction(part) => &mut part.meta,
            Self::ModelHop(part) => &mut part.meta,
            Self::ContainerFile(part) => &mut part.meta,
            Self::Opaque(part) => &mut part.meta,
        }
    }

    /// Asks the vendor to cache the prompt up to and including this part.
    #[must_use]
    pub fn cached(mut self, point: CachePoint) -> Self {
        self.meta_mut().cache = Some(point);
        self
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Media> for Part {
    fn from(media: Media) -> Self {
        Self::Media(MediaPart::new(media))
    }
}

impl From<ToolCall> for Part {
    fn from(call: ToolCall) -> Self {
        Self::ToolCall(ToolCallPart::new(call))
    }
}

impl From<ToolResult> for Part {
    fn from(result: ToolResult) -> Self {
        Self::ToolResult(ToolResultPart::new(result))
    }
}
