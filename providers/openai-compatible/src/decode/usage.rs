use serde_json::Number;
use steer_core::json::{Json, Record};
use steer_core::usage::{ModalityTokens, TokenPlace, UsageProvenance};
use steer_core::{ChunkSink, RawJson, StreamChunk, TokenUsage};

use super::repeat;

/// `UsageState` keeps the last counters of an answer: vendors send them once at the end, or cumulative in every chunk.
#[derive(Debug, Default)]
pub(super) struct UsageState {
    last: String,
    /// Counters in a place that is read only where no other has any.
    fallback: String,
    reported: bool,
    /// The tier that answered, where it stands beside the counters.
    tier: Option<String>,
}

impl UsageState {
    pub(super) fn take(&mut self, json: &str) {
        if self.last != json {
            self.last.clear();
            self.last.push_str(json);
            self.reported = false;
        }
    }

    pub(super) fn take_fallback(&mut self, json: &str) {
        self.fallback.clear();
        self.fallback.push_str(json);
    }

    /// Takes the tier that answered, where it stands beside the counters.
    pub(super) fn take_tier(&mut self, members: &mut Record<'_>) {
        if let Some(tier) = take_tier(members).filter(|tier| self.tier.as_deref() != Some(*tier)) {
            self.tier = Some(tier.to_owned());
        }
    }

    /// The tier, where it stands beside no counters at all.
    pub(super) fn tier_alone(&mut self) -> Option<String> {
        self.tier.take().filter(|_| self.last.is_empty() && self.fallback.is_empty())
    }

    /// Reports the counters, if there are any that were not reported yet.
    pub(super) fn report(&mut self, provenance: UsageProvenance, out: &mut ChunkSink) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        let json = if self.last.is_empty() { &self.fallback } else { &self.last };
        report(json, RawJson::new(json.as_str()).ok(), self.tier.as_deref(), provenance, out);
    }
}

/// The tier that answered: <https://platform.openai.com/docs/api-reference/chat/object#chat/object-service_tier>.
pub(super) fn take_tier<'a>(members: &mut Record<'a>) -> Option<&'a str> {
    let tier = repeat::body(members.get_json("service_tier")?.get()).filter(|tier| !tier.contains('\\'))?;
    members.take_json("service_tier");
    Some(tier)
}

/// Reports counters, with their JSON as it came. Those that cannot be read are no reason to lose the answer.
pub(super) fn report(
    json: &str,
    raw: Option<RawJson>,
    tier: Option<&str>,
    provenance: UsageProvenance,
    out: &mut ChunkSink,
) {
    let Ok(mut members) = Record::scan(json) else { return };
    let mut usage = read(&mut members);
    usage.service_tier = usage.service_tier.or_else(|| tier.map(str::to_owned));
    usage.provenance = provenance;
    usage.raw = raw;
    out.push(StreamChunk::Usage(Box::new(usage)));
}

fn read(members: &mut Record<'_>) -> TokenUsage {
    let prompt = inside(members, "prompt_tokens_details");
    let completion = inside(members, "completion_tokens_details");
    let creation = inside(members, "cache_creation");
    let mut usage = TokenUsage::default();
    usage.input_tokens = count(members, "prompt_tokens");
    // Where each vendor says how much of the prompt its cache served.
    usage.cache_read_tokens = count(&prompt, "cached_tokens")
        .or_else(|| count(members, "prompt_cache_hit_tokens"))
        .or_else(|| count(members, "cached_tokens"))
        .or_else(|| count(members, "num_cached_tokens"))
        .or_else(|| count(members, "cache_read_input_tokens"));
    usage.cache_write_tokens =
        count(&prompt, "cache_write_tokens").or_else(|| count(members, "cache_creation_input_tokens"));
    usage.cache_write_5m_tokens = count(&creation, "ephemeral_5m_input_tokens");
    usage.cache_write_1h_tokens = count(&creation, "ephemeral_1h_input_tokens");
    usage.reasoning_tokens =
        count(&completion, "reasoning_tokens").or_else(|| count(members, "reasoning_tokens"));
    usage.output_tokens = count(members, "completion_tokens")
        .map(|output| with_thinking(output, &usage, count(members, "total_tokens")));
    // Some vendors count what the cache served beside the prompt, and not in it:
    // <https://docs.x.ai/docs/key-information/consumption-and-rate-limits>.
    if let (Some(prompt), Some(read)) = (usage.input_tokens, usage.cache_read_tokens)
        && read > prompt
    {
        usage.input_tokens = Some(prompt.saturating_add(read));
    }
    usage.input_uncached_tokens = usage.input_tokens.map(|input| {
        input
            .saturating_sub(usage.cache_read_tokens.unwrap_or(0))
            .saturating_sub(usage.cache_write_tokens.unwrap_or(0))
    });
    usage.accepted_prediction_tokens = count(&completion, "accepted_prediction_tokens");
    usage.rejected_prediction_tokens = count(&completion, "rejected_prediction_tokens");
    for (place, details) in [(TokenPlace::Input, &prompt), (TokenPlace::Output, &completion)] {
        for (modality, name) in
            [("text", "text_tokens"), ("audio", "audio_tokens"), ("image", "image_tokens")]
        {
            if let Some(tokens) = count(details, name) {
                usage.modalities.push(ModalityTokens::new(place, modality, tokens));
            }
        }
    }
    usage.service_tier = members.text("service_tier");
    // xAI counts in ten thousand millionths of a dollar: <https://docs.x.ai/docs/key-information/consumption-and-rate-limits>.
    let cost = members
        .get_json("cost")
        .filter(|cost| is_number(*cost))
        .or_else(|| members.get_json("cost_in_usd_ticks"));
    usage.provider_cost = cost.filter(|cost| is_number(*cost)).map(|cost| cost.get().to_owned());
    if let Some(sources) = count(members, "num_sources_used").filter(|sources| *sources > 0) {
        usage.server_tools.push(("num_sources_used".to_owned(), sources));
    }
    usage
}

/// The counters of a member that is an object.
fn inside<'a>(members: &Record<'a>, name: &str) -> Record<'a> {
    members.get_json(name).and_then(|json| Record::scan(json.get()).ok()).unwrap_or_default()
}

/// All tokens of the answer. Some vendors count those of the thinking beside the others, as the sum tells:
/// <https://docs.x.ai/docs/key-information/consumption-and-rate-limits>.
fn with_thinking(output: u64, usage: &TokenUsage, total: Option<u64>) -> u64 {
    let (Some(thinking), Some(input), Some(total)) = (usage.reasoning_tokens, usage.input_tokens, total)
    else {
        return output;
    };
    let sum = output.saturating_add(thinking);
    if thinking > 0 && input.saturating_add(sum) == total { sum } else { output }
}

/// Some vendors write counters as fractions that are whole.
fn count(members: &Record<'_>, name: &str) -> Option<u64> {
    let json = members.get_json(name).filter(|json| is_number(*json))?;
    if let Ok(whole) = json.get().parse() {
        return Some(whole);
    }
    let number: Number = serde_json::from_str(json.get()).ok()?;
    number.as_u64().or_else(|| {
        let number = number.as_f64()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
    })
}

fn is_number(json: Json<'_>) -> bool {
    json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}
