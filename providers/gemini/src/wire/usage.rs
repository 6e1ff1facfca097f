use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::TokenUsage;
use steer_core::json::{JsonText, List, Record};
use steer_core::usage::{ModalityTokens, TokenPlace};

/// `Usage` is what an answer cost: <https://ai.google.dev/api/generate-content#UsageMetadata>.
#[derive(Debug)]
pub(crate) struct Usage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Modality<'a> {
    #[serde(borrow, default)]
    modality: JsonText<'a>,
    #[serde(default)]
    token_count: u64,
}

impl Usage {
    /// Reads the counters; `None` where nothing is counted. Their JSON is left out.
    pub(crate) fn read(json: &str) -> Option<TokenUsage> {
        let mut members = Record::read(json).ok()?;
        let [prompt, tools, answer, thoughts, cached] = [
            "promptTokenCount",
            "toolUsePromptTokenCount",
            "candidatesTokenCount",
            "thoughtsTokenCount",
            "cachedContentTokenCount",
        ]
        .map(|key| count(&members, key));
        let mut usage = TokenUsage::default();
        // The prompt that the vendor's tools made, and the thoughts, are outside the counts of prompt and answer:
        // https://ai.google.dev/gemini-api/docs/tokens
        usage.input_tokens = sum(prompt, tools);
        usage.tool_prompt_tokens = tools;
        usage.output_tokens = sum(answer, thoughts);
        usage.reasoning_tokens = thoughts;
        usage.cache_read_tokens = cached;
        usage.input_uncached_tokens = usage.input_tokens.map(|all| all.saturating_sub(cached.unwrap_or(0)));
        if usage == TokenUsage::default() {
            return None;
        }
        usage.service_tier = members.text("serviceTier").filter(|tier| !tier.is_empty());
        for (place, key) in [
            (TokenPlace::Input, "promptTokensDetails"),
            // Embeddings spell it otherwise: https://ai.google.dev/api/embeddings
            (TokenPlace::Input, "promptTokenDetails"),
            (TokenPlace::ToolPrompt, "toolUsePromptTokensDetails"),
            (TokenPlace::Output, "candidatesTokensDetails"),
            (TokenPlace::Cached, "cacheTokensDetails"),
        ] {
            let told = usage.modalities.len();
            // A list that cannot be read is no reason to lose the others.
            if members.get(key).is_some_and(|raw| modalities(raw, place, &mut usage.modalities).is_err()) {
                usage.modalities.truncate(told);
            }
        }
        Some(usage)
    }
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    }
}

/// A counter that cannot be read is no reason to lose the others.
fn count(members: &Record<'_>, key: &str) -> Option<u64> {
    members.get(key)?.get().parse().ok()
}

fn modalities(
    raw: &RawValue,
    place: TokenPlace,
    told: &mut Vec<ModalityTokens>,
) -> Result<(), serde_json::Error> {
    for raw in List::read(raw)?.iter() {
        let one: Modality<'_> = serde_json::from_str(raw.get())?;
        told.push(ModalityTokens::new(place, one.modality.to_ascii_lowercase(), one.token_count));
    }
    Ok(())
}
