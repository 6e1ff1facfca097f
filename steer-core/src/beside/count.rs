use serde::Serialize;

use crate::error::ApiError;
use crate::json::{Members, RawJson};
use crate::rate_limit::RateLimits;
use crate::response::Warning;
use crate::usage::ModalityTokens;

/// `TokenCount` is how many tokens a prompt has, as its vendor counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TokenCount {
    /// All tokens of the prompt.
    pub input_tokens: u64,
    /// Of those, the ones that a cache would serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// Tokens by medium.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modalities: Vec<ModalityTokens>,
    /// Whether something of the request could not be counted, so that the real number is another; the warnings say
    /// what.
    pub is_estimate: bool,
    /// What was left out or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The vendor's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The rate limits that came with the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
    /// The vendor's answer, as it came.
    #[serde(skip)]
    pub raw: Option<RawJson>,
}

impl TokenCount {
    /// A count of all tokens.
    pub fn new(input_tokens: u64) -> Self {
        Self { input_tokens, ..Self::default() }
    }

    /// Reads an answer whose member of this name holds all tokens; also gives what else the answer says.
    ///
    /// # Errors
    /// The answer holds no such count.
    pub fn read<'a>(body: &'a str, member: &str) -> Result<(Self, Members<'a>), ApiError> {
        const NONE: &str = "the answer holds no count of tokens";
        let broken = |error| ApiError::parsing(NONE).with_source(error);
        let mut members: Members<'_> = Members::read(body).map_err(broken)?;
        let total = members.take(member).ok_or_else(|| ApiError::parsing(NONE))?;
        let mut count = Self::new(serde_json::from_str(total.get()).map_err(broken)?);
        count.raw = RawJson::new(body).ok();
        Ok((count, members))
    }
}
