use serde_json::Value;
use steer_core::usage::{ModalityTokens, TokenPlace, UsageProvenance};
use steer_core::{ChunkSink, RawJson, StreamChunk, TokenUsage};

/// `UsageState` keeps the last counters of an answer: vendors send them once at the end, or cumulative in every chunk.
#[derive(Debug, Default)]
pub(super) struct UsageState {
    last: String,
    /// Counters in a place that is read only where no other has any.
    fallback: String,
    reported: bool,
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

    /// Reports the counters, if there are any that were not reported yet.
    pub(super) fn report(&mut self, provenance: UsageProvenance, out: &mut ChunkSink) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        let json = if self.last.is_empty() { &self.fallback } else { &self.last };
        // Counters that cannot be read are no reason to lose the answer.
        let Ok(Value::Object(members)) = serde_json::from_str(json) else { return };
        let members = Value::Object(members);
        let mut usage = read(&members);
        usage.provenance = provenance;
        usage.raw = RawJson::of(&members).ok();
        out.push(StreamChunk::Usage(Box::new(usage)));
    }
}

fn read(members: &Value) -> TokenUsage {
    let count = |path: &str| members.pointer(path).and_then(whole_number);
    let first = |paths: &[&str]| paths.iter().find_map(|path| count(path));
    let mut usage = TokenUsage::default();
    usage.input_tokens = count("/prompt_tokens");
    // Where each vendor says how much of the prompt its cache served.
    usage.cache_read_tokens = first(&[
        "/prompt_tokens_details/cached_tokens",
        "/prompt_cache_hit_tokens",
        "/cached_tokens",
        "/num_cached_tokens",
        "/cache_read_input_tokens",
    ]);
    usage.cache_write_tokens =
        first(&["/prompt_tokens_details/cache_write_tokens", "/cache_creation_input_tokens"]);
    usage.cache_write_5m_tokens = count("/cache_creation/ephemeral_5m_input_tokens");
    usage.cache_write_1h_tokens = count("/cache_creation/ephemeral_1h_input_tokens");
    usage.input_uncached_tokens = usage.input_tokens.map(|input| {
        input
            .saturating_sub(usage.cache_read_tokens.unwrap_or(0))
            .saturating_sub(usage.cache_write_tokens.unwrap_or(0))
    });
    usage.reasoning_tokens = first(&["/completion_tokens_details/reasoning_tokens", "/reasoning_tokens"]);
    usage.output_tokens =
        count("/completion_tokens").map(|output| with_thinking(output, &usage, count("/total_tokens")));
    usage.accepted_prediction_tokens = count("/completion_tokens_details/accepted_prediction_tokens");
    usage.rejected_prediction_tokens = count("/completion_tokens_details/rejected_prediction_tokens");
    for (place, details) in
        [(TokenPlace::Input, "/prompt_tokens_details"), (TokenPlace::Output, "/completion_tokens_details")]
    {
        for modality in ["text", "audio", "image"] {
            if let Some(tokens) = count(&format!("{details}/{modality}_tokens")) {
                usage.modalities.push(ModalityTokens::new(place, modality, tokens));
            }
        }
    }
    usage.service_tier = members.get("service_tier").and_then(Value::as_str).map(str::to_owned);
    usage.provider_cost = members.get("cost").filter(|cost| cost.is_number()).map(Value::to_string);
    usage
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
fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
    })
}
