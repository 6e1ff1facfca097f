//! What a vendor says of its rate limits.

use serde::{Deserialize, Serialize};

/// `RateLimits` is the snapshot of a vendor's rate limits that came with one response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RateLimits {
    /// Requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<RateLimit>,
    /// Tokens, of whatever kind the vendor counts together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<RateLimit>,
    /// Tokens of prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<RateLimit>,
    /// Tokens of answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<RateLimit>,
}

impl RateLimits {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `RateLimit` is one limit of a vendor's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RateLimit {
    /// How much is allowed in the vendor's window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How much is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// When the whole limit is there again, as the vendor writes it: a point in time or a duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
}

impl RateLimit {
    /// Reads the three headers of one limit; `None` where none of them is there.
    pub fn from_headers(
        headers: &http::HeaderMap,
        limit: &str,
        remaining: &str,
        reset: &str,
    ) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let found = Self {
            limit: text(limit).and_then(|value| value.parse().ok()),
            remaining: text(remaining).and_then(|value| value.parse().ok()),
            reset: text(reset).filter(|value| !value.is_empty()).map(str::to_owned),
        };
        (found != Self::default()).then_some(found)
    }
}
