use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use steer_core::json::JsonText;
use steer_core::usage::{ModalityTokens, TokenPlace};
use steer_core::{RawJson, TokenUsage};

/// `Usage` is what an answer cost: <https://ai.google.dev/api/generate-content#UsageMetadata>.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Usage<'a> {
    #[serde(deserialize_with = "count")]
    prompt_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    tool_use_prompt_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    candidates_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    thoughts_token_count: Option<u64>,
    #[serde(deserialize_with = "count")]
    cached_content_token_count: Option<u64>,
    #[serde(borrow, deserialize_with = "word")]
    service_tier: Option<JsonText<'a>>,
    // Embeddings spell it otherwise: https://ai.google.dev/api/embeddings
    #[serde(borrow, alias = "promptTokenDetails", deserialize_with = "details")]
    prompt_tokens_details: Vec<Modality<'a>>,
    #[serde(borrow, deserialize_with = "details")]
    tool_use_prompt_tokens_details: Vec<Modality<'a>>,
    #[serde(borrow, deserialize_with = "details")]
    candidates_tokens_details: Vec<Modality<'a>>,
    #[serde(borrow, deserialize_with = "details")]
    cache_tokens_details: Vec<Modality<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Modality<'a> {
    #[serde(borrow, default)]
    modality: JsonText<'a>,
    #[serde(default)]
    token_count: u64,
}

impl<'a> Usage<'a> {
    /// Reads the counters; `None` where nothing is counted.
    pub(crate) fn read(json: &'a str) -> Option<TokenUsage> {
        let wire: Self = serde_json::from_str(json).ok()?;
        let mut usage = TokenUsage::default();
        // The prompt that the vendor's tools made, and the thoughts, are outside the counts of prompt and answer:
        // https://ai.google.dev/gemini-api/docs/tokens
        usage.input_tokens = sum(wire.prompt_token_count, wire.tool_use_prompt_token_count);
        usage.tool_prompt_tokens = wire.tool_use_prompt_token_count;
        usage.output_tokens = sum(wire.candidates_token_count, wire.thoughts_token_count);
        usage.reasoning_tokens = wire.thoughts_token_count;
        usage.cache_read_tokens = wire.cached_content_token_count;
        usage.input_uncached_tokens =
            usage.input_tokens.map(|all| all.saturating_sub(wire.cached_content_token_count.unwrap_or(0)));
        if usage == TokenUsage::default() {
            return None;
        }
        usage.service_tier = wire.service_tier.map(JsonText::into_owned);
        let places = [
            (TokenPlace::Input, wire.prompt_tokens_details),
            (TokenPlace::ToolPrompt, wire.tool_use_prompt_tokens_details),
            (TokenPlace::Output, wire.candidates_tokens_details),
            (TokenPlace::Cached, wire.cache_tokens_details),
        ];
        for (place, details) in places {
            let tokens = |one: Modality<'_>| {
                ModalityTokens::new(place, one.modality.to_ascii_lowercase(), one.token_count)
            };
            usage.modalities.extend(details.into_iter().map(tokens));
        }
        usage.raw = RawJson::new(json).ok();
        Some(usage)
    }
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    }
}

/// `Lenient` reads a value of another type as nothing: a counter that cannot be read is no reason to lose the others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Read(T),
    Other(IgnoredAny),
}

impl<T> Lenient<T> {
    fn read(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Lenient::deserialize(deserializer).map(Lenient::read)
}

fn word<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<JsonText<'a>>, D::Error> {
    let text = Lenient::<JsonText<'a>>::deserialize(deserializer)?.read();
    Ok(text.filter(|text| !text.is_empty()))
}

fn details<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Modality<'a>>, D::Error> {
    Lenient::deserialize(deserializer).map(|details| details.read().unwrap_or_default())
}
