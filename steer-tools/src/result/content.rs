//! The parts of a tool result.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::media::Media;
use crate::redact::{Redacted, RedactedUrl};

/// One part of a tool result.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolResultContent {
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A JSON value, for wires with structured results; others send it as compact text.
    Json {
        /// The value.
        value: Value,
    },
    /// An image, audio, video or document.
    Media(Media),
    /// A passage that the model may cite.
    SearchResult(SearchResult),
    /// A tool that the call found and that the model may use from here on.
    ToolReference {
        /// The tool's name.
        tool_name: String,
    },
    /// A part that only the API it came from understands; sent back to that API unchanged, and to no other.
    Opaque {
        /// The API format it came from.
        api: String,
        /// The part's type on that API.
        kind: String,
        /// The whole part as JSON text.
        json: String,
    },
}

impl ToolResultContent {
    /// A text part.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// A JSON part.
    pub fn json(value: Value) -> Self {
        Self::Json { value }
    }

    /// A reference to a tool by its name.
    pub fn tool_reference(tool_name: impl Into<String>) -> Self {
        Self::ToolReference { tool_name: tool_name.into() }
    }

    /// The part as text when it is text or JSON (written compactly); `None` for other parts.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Text { text } => Some(text.clone()),
            Self::Json { value } => Some(value.to_string()),
            _ => None,
        }
    }
}

impl From<Media> for ToolResultContent {
    fn from(media: Media) -> Self {
        Self::Media(media)
    }
}

impl From<SearchResult> for ToolResultContent {
    fn from(result: SearchResult) -> Self {
        Self::SearchResult(result)
    }
}

impl fmt::Debug for ToolResultContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text } => f.debug_tuple("Text").field(&Redacted::text(text)).finish(),
            Self::Json { value } => f.debug_tuple("Json").field(&Redacted::text(&value.to_string())).finish(),
            Self::Media(media) => media.fmt(f),
            Self::SearchResult(result) => result.fmt(f),
            Self::ToolReference { tool_name } => f.debug_tuple("ToolReference").field(tool_name).finish(),
            Self::Opaque { api, kind, json } => f
                .debug_struct("Opaque")
                .field("api", api)
                .field("kind", kind)
                .field("json", &Redacted::text(json))
                .finish(),
        }
    }
}

/// A passage that a search found, with what a citation needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SearchResult {
    /// Where the passage comes from: a URL or another name.
    pub source: String,
    /// The title of the source.
    pub title: String,
    /// The passage's texts in order; a citation names a range of them.
    pub content: Vec<String>,
    /// Whether the model may cite the passage; `None` leaves it to the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citations: Option<bool>,
}

impl SearchResult {
    /// A passage of one source.
    pub fn new(
        source: impl Into<String>,
        title: impl Into<String>,
        content: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            source: source.into(),
            title: title.into(),
            content: content.into_iter().map(Into::into).collect(),
            citations: None,
        }
    }

    /// Says whether the model may cite the passage.
    pub fn citations(mut self, on: bool) -> Self {
        self.citations = Some(on);
        self
    }
}

impl fmt::Debug for SearchResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.content.iter().map(String::len).sum();
        f.debug_struct("SearchResult")
            .field("source", &RedactedUrl(&self.source))
            .field("title", &Redacted::text(&self.title))
            .field("content", &Redacted(length))
            .field("citations", &self.citations)
            .finish()
    }
}
