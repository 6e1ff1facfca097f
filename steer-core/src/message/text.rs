use serde::{Deserialize, Serialize};

use super::{Citation, Part, PartMeta, Seal};
use crate::json::RawJson;
use crate::redact::redacted_debug;

/// `Text` is a run of visible text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Text {
    /// The text.
    pub text: String,
    /// What the text rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// The vendor's word for the text's place in the answer, such as a commentary before the final answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The vendor's id of the item that holds the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Log probabilities of the tokens, in the vendor's own form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logprobs: Vec<RawJson>,
    /// A signature that the vendor put on the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Text { phase, id, seal, meta; text, citations, logprobs });

impl Text {
    /// Makes a text part.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// `Refusal` is the model's explicit refusal, apart from its text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// What the model says.
    pub text: String,
    /// The vendor's category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Refusal { category, meta; text });

impl Refusal {
    /// Makes a refusal.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// `SearchResult` is a passage that the program found and that the model may cite.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SearchResult {
    /// Where the passage comes from, such as a URL.
    pub source: String,
    /// Its title.
    pub title: String,
    /// The passage.
    pub content: Vec<Part>,
    /// Whether the model may cite it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citations: Option<bool>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(SearchResult { citations, meta; source, title, content });

impl SearchResult {
    /// Makes a passage of one text.
    pub fn new(source: impl Into<String>, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            title: title.into(),
            content: vec![Part::Text(Text::new(text))],
            citations: None,
            meta: PartMeta::default(),
        }
    }
}

/// `Source` is a place that an answer used, given apart from any text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(Source { meta; url, title });
