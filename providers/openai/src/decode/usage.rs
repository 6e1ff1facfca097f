use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::usage::UsageProvenance;
use steer_core::{RawJson, StreamChunk, TokenUsage};

/// Reads the counters: <https://platform.openai.com/docs/api-reference/responses/object#responses-object-usage>. Those
/// that cannot be read are no reason to lose the answer.
pub(super) fn read(raw: &RawValue, tier: Option<String>, tools: &[(String, u64)]) -> Option<StreamChunk> {
    let members = Record::read(raw.get()).ok()?;
    let input = inside(&members, "input_tokens_details");
    let output = inside(&members, "output_tokens_details");
    let mut usage = TokenUsage::default();
    usage.input_tokens = count(&members, "input_tokens");
    usage.cache_read_tokens = count(&input, "cached_tokens");
    usage.cache_write_tokens = count(&input, "cache_write_tokens");
    // Some vendors count what the cache served beside the input, and not in it.
    if let (Some(input), Some(read)) = (usage.input_tokens, usage.cache_read_tokens)
        && read > input
    {
        usage.input_tokens = Some(input.saturating_add(read));
    }
    usage.input_uncached_tokens = usage.input_tokens.map(|tokens| {
        tokens
            .saturating_sub(usage.cache_read_tokens.unwrap_or(0))
            .saturating_sub(usage.cache_write_tokens.unwrap_or(0))
    });
    usage.output_tokens = count(&members, "output_tokens");
    usage.reasoning_tokens = count(&output, "reasoning_tokens");
    usage.service_tier = tier;
    usage.server_tools = tools.to_vec();
    let number =
        |raw: &&RawValue| raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    // xAI counts in ten thousand millionths of a dollar: <https://docs.x.ai/developers/cost-tracking>.
    let cost = members.get("cost").filter(number).or_else(|| members.get("cost_in_usd_ticks"));
    usage.provider_cost = cost.filter(number).map(|cost| cost.get().to_owned());
    if let Some(sources) = count(&members, "num_sources_used").filter(|sources| *sources > 0) {
        usage.server_tools.push(("num_sources_used".to_owned(), sources));
    }
    usage.provenance = UsageProvenance::Final;
    usage.raw = Some(RawJson::from_raw(raw.to_owned()));
    Some(StreamChunk::Usage(Box::new(usage)))
}

/// The counters of a member that is an object.
fn inside<'a>(members: &Record<'a>, name: &str) -> Record<'a> {
    members.get(name).and_then(|raw| Record::read(raw.get()).ok()).unwrap_or_default()
}

/// Some vendors write counters as fractions that are whole.
fn count(members: &Record<'_>, name: &str) -> Option<u64> {
    let raw = members.get(name)?.get();
    raw.parse().ok().or_else(|| {
        let number: f64 = raw.parse().ok()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
    })
}
