use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::usage::UsageProvenance;
use steer_core::{ChunkSink, RawJson, StreamChunk, TokenUsage};

/// Joins the counters of a stream. They come twice, and the second ones are cumulative: each member that is not null
/// replaces the one before. <https://docs.claude.com/en/docs/build-with-claude/streaming#event-types>
#[derive(Debug, Default)]
pub(super) struct UsageState {
    joined: Option<RawJson>,
}

impl UsageState {
    /// Takes a `usage` object and reports the counters so far.
    pub(super) fn take(&mut self, raw: &RawValue, provenance: UsageProvenance, out: &mut ChunkSink) {
        let before = self.joined.as_ref().and_then(|joined| Record::read(joined.get()).ok());
        // Counters that cannot be read are no reason to lose the answer.
        let Ok(now) = Record::read(raw.get()) else { return };
        let before = before.filter(|before| before.rest().next().is_some());
        let Some(mut usage) = joined(before, now, raw) else { return };
        usage.provenance = provenance;
        self.joined.clone_from(&usage.raw);
        out.push(StreamChunk::Usage(Box::new(usage)));
    }
}

/// Reports the counters of an answer that comes in one piece.
pub(super) fn report_whole(raw: &RawValue, out: &mut ChunkSink) {
    let Ok(now) = Record::read(raw.get()) else { return };
    let Some(mut usage) = joined(None, now, raw) else { return };
    usage.provenance = UsageProvenance::Final;
    out.push(StreamChunk::Usage(Box::new(usage)));
}

/// What was said before and what is said now, as one object: as it came where nothing has to be joined or left out.
fn joined(before: Option<Record<'_>>, now: Record<'_>, raw: &RawValue) -> Option<TokenUsage> {
    let is_whole = before.is_none() && now.len() == now.rest().count();
    if is_whole {
        let mut usage = read(now);
        usage.raw = Some(RawJson::from_raw(raw.to_owned()));
        return Some(usage);
    }
    let json = RawJson::of(&Joined { before: before.unwrap_or_default(), now }).ok()?;
    let mut usage = read(Record::read(json.get()).ok()?);
    usage.raw = Some(json);
    Some(usage)
}

struct Joined<'a, 'b> {
    before: Record<'a>,
    now: Record<'b>,
}

impl Serialize for Joined<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.before.rest() {
            let now: Option<&RawValue> = self.now.get(name);
            map.serialize_entry(name, now.unwrap_or(value))?;
        }
        for (name, value) in self.now.rest().filter(|(name, _)| self.before.get(name).is_none()) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn read(mut members: Record<'_>) -> TokenUsage {
    let mut usage = TokenUsage::default();
    usage.input_uncached_tokens = count(&members, "input_tokens");
    usage.cache_read_tokens = count(&members, "cache_read_input_tokens");
    usage.cache_write_tokens = count(&members, "cache_creation_input_tokens");
    let writes = inside(&members, "cache_creation");
    usage.cache_write_5m_tokens = count(&writes, "ephemeral_5m_input_tokens");
    usage.cache_write_1h_tokens = count(&writes, "ephemeral_1h_input_tokens");
    // `input_tokens` leaves out what the cache served or took:
    // https://docs.claude.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
    usage.input_tokens = usage.input_uncached_tokens.map(|uncached| {
        uncached
            .saturating_add(usage.cache_read_tokens.unwrap_or(0))
            .saturating_add(usage.cache_write_tokens.unwrap_or(0))
    });
    usage.output_tokens = count(&members, "output_tokens");
    usage.reasoning_tokens = count(&inside(&members, "output_tokens_details"), "thinking_tokens");
    usage.service_tier = members.text("service_tier");
    usage.speed = members.text("speed");
    usage.region = members.text("inference_geo");
    let number =
        |raw: &&RawValue| raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    usage.provider_cost = members.get("cost").filter(number).map(|cost| cost.get().to_owned());
    usage.iterations = members.get("iterations").map(|raw| RawJson::from_raw(raw.to_owned()));
    let tools = inside(&members, "server_tool_use");
    let counts = tools.rest().filter_map(|(name, count)| Some((name.to_owned(), count.get().parse().ok()?)));
    usage.server_tools = counts.collect();
    usage
}

/// The counters of a member that is an object.
fn inside<'a>(members: &Record<'a>, name: &str) -> Record<'a> {
    members.get(name).and_then(|raw| Record::read(raw.get()).ok()).unwrap_or_default()
}

fn count(members: &Record<'_>, name: &str) -> Option<u64> {
    members.get(name)?.get().parse().ok()
}
