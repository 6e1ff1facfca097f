//! What an answer cost in tokens.

mod sum;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::json::RawJson;

/// `TokenUsage` counts the tokens of one answer. `None` means that the vendor does not say, never zero.
///
/// The totals are inclusive whatever the vendor's own convention: `input_tokens` holds cached tokens and
/// `output_tokens` holds thinking.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TokenUsage {
    /// All tokens of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Prompt tokens that no cache served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_uncached_tokens: Option<u64>,
    /// Prompt tokens read from the vendor's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// Prompt tokens written to the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// Of those, the ones kept for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_5m_tokens: Option<u64>,
    /// Of those, the ones kept for an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h_tokens: Option<u64>,
    /// Prompt tokens that came from the vendor's own tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_prompt_tokens: Option<u64>,
    /// All tokens of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Of those, the ones the model thought with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// Predicted tokens that the answer took over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_prediction_tokens: Option<u64>,
    /// Predicted tokens that it did not take over, and that are paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_prediction_tokens: Option<u64>,
    /// Tokens by medium, in, out and cached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modalities: Vec<ModalityTokens>,
    /// How often the vendor ran each of its own tools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub server_tools: Vec<(String, u64)>,
    /// The service tier that answered, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// The speed that answered, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// The region that answered, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What the vendor says the answer costs, in its own unit and as it wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_cost: Option<String>,
    /// Counters per model call, where one answer took several, in the vendor's own form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iterations: Option<RawJson>,
    /// Whether the counters are the final ones.
    pub provenance: UsageProvenance,
    /// The vendor's own JSON: one object, each member's last non-null value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<RawJson>,
}

/// `ModalityTokens` counts the tokens of one medium in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModalityTokens {
    /// Where: the prompt, the cached prompt, or the answer.
    pub place: TokenPlace,
    /// The medium in the vendor's word, in lower case.
    pub modality: Cow<'static, str>,
    /// How many.
    pub tokens: u64,
}

impl ModalityTokens {
    /// Counts tokens of a medium.
    pub fn new(place: TokenPlace, modality: impl Into<Cow<'static, str>>, tokens: u64) -> Self {
        Self { place, modality: modality.into(), tokens }
    }
}

/// `TokenPlace` is where tokens were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenPlace {
    /// The prompt.
    Input,
    /// The part of the prompt that a cache served.
    Cached,
    /// The prompt that the vendor's tools made.
    ToolPrompt,
    /// The answer.
    Output,
    /// The thinking.
    Thinking,
}

/// `UsageProvenance` says how far counters can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UsageProvenance {
    /// The vendor's last word.
    Final,
    /// What had been counted when the answer broke off.
    #[default]
    Partial,
    /// Estimated here.
    Estimated,
}
