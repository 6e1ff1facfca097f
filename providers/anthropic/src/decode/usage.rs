use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use steer_core::usage::UsageProvenance;
use steer_core::{ChunkSink, RawJson, StreamChunk, TokenUsage};

/// Joins the counters of a stream. They come twice, and the second ones are cumulative: each member that is not null
/// replaces the one before. <https://docs.claude.com/en/docs/build-with-claude/streaming#event-types>
#[derive(Debug, Default)]
pub(super) struct UsageState {
    members: Map<String, Value>,
}

impl UsageState {
    /// Takes a `usage` object and reports the counters so far.
    pub(super) fn take(&mut self, raw: &RawValue, provenance: UsageProvenance, out: &mut ChunkSink) {
        // Counters that cannot be read are no reason to lose the answer.
        let Ok(members) = serde_json::from_str::<Map<String, Value>>(raw.get()) else { return };
        for (name, value) in members {
            if !value.is_null() {
                self.members.insert(name, value);
            }
        }
        let mut usage = read(&self.members);
        usage.provenance = provenance;
        usage.raw = RawJson::of(&self.members).ok();
        out.push(StreamChunk::Usage(Box::new(usage)));
    }
}

fn read(members: &Map<String, Value>) -> TokenUsage {
    let count = |name: &str| members.get(name).and_then(Value::as_u64);
    let inside = |name: &str, member: &str| members.get(name).and_then(|object| object.get(member)?.as_u64());
    let word = |name: &str| members.get(name).and_then(|value| String::deserialize(value).ok());
    let mut usage = TokenUsage::default();
    usage.input_uncached_tokens = count("input_tokens");
    usage.cache_read_tokens = count("cache_read_input_tokens");
    usage.cache_write_tokens = count("cache_creation_input_tokens");
    usage.cache_write_5m_tokens = inside("cache_creation", "ephemeral_5m_input_tokens");
    usage.cache_write_1h_tokens = inside("cache_creation", "ephemeral_1h_input_tokens");
    // `input_tokens` leaves out what the cache served or took:
    // https://docs.claude.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
    usage.input_tokens = usage.input_uncached_tokens.map(|uncached| {
        uncached
            .saturating_add(usage.cache_read_tokens.unwrap_or(0))
            .saturating_add(usage.cache_write_tokens.unwrap_or(0))
    });
    usage.output_tokens = count("output_tokens");
    usage.reasoning_tokens = inside("output_tokens_details", "thinking_tokens");
    usage.service_tier = word("service_tier");
    usage.speed = word("speed");
    usage.region = word("inference_geo");
    usage.provider_cost = members.get("cost").filter(|cost| cost.is_number()).map(Value::to_string);
    usage.iterations = members.get("iterations").and_then(|value| RawJson::of(value).ok());
    if let Some(Value::Object(tools)) = members.get("server_tool_use") {
        let counts = tools.iter().filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)));
        usage.server_tools = counts.collect();
    }
    usage
}
