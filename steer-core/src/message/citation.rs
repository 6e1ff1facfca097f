use serde::{Deserialize, Serialize};

use crate::json::RawJson;
use crate::redact::redacted_debug;

/// `Citation` ties a text to what it rests on.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Citation {
    /// What is cited.
    pub target: CitationTarget,
    /// The cited words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<String>,
    /// The bytes of the citing text, from and to (exclusive), where the vendor says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(u64, u64)>,
    /// The vendor's own JSON of the citation, sent again to its origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<RawJson>,
}

redacted_debug!(Citation { span; target, quoted, replay });

impl Citation {
    /// Makes a citation.
    pub fn new(target: CitationTarget) -> Self {
        Self { target, quoted: None, span: None, replay: None }
    }
}

/// `CitationTarget` is what a citation points to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CitationTarget {
    /// A page of the web.
    Url {
        /// Its address.
        url: String,
        /// Its title.
        title: Option<String>,
    },
    /// A document of the request.
    Document {
        /// Its place among the request's documents, from 0.
        index: u64,
        /// Its title.
        title: Option<String>,
        /// The vendor's id of the file.
        file_id: Option<String>,
        /// Where in the document.
        span: Option<DocumentSpan>,
    },
    /// A search result of the request.
    SearchResult {
        /// Its place among the request's search results, from 0.
        index: u64,
        /// Its source, as the request gave it.
        source: String,
        /// Its title.
        title: Option<String>,
        /// The content blocks, from and to (exclusive).
        blocks: Option<(u64, u64)>,
    },
    /// A file that the vendor keeps.
    File {
        /// The vendor's id of the file.
        file_id: String,
        /// Its name.
        filename: Option<String>,
        /// The container that holds it.
        container_id: Option<String>,
    },
    /// A kind without a type here; the citation's `replay` holds it.
    Other {
        /// The vendor's word.
        kind: String,
    },
}

/// `DocumentSpan` is a place in a document; the second number is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentSpan {
    /// Characters, from 0.
    Characters(u64, u64),
    /// Pages, from 1.
    Pages(u64, u64),
    /// Content blocks, from 0.
    Blocks(u64, u64),
}
