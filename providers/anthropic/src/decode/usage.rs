use std::borrow::Cow;

use steer_core::json::{Json, JsonText, Record};
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
    pub(super) fn take(&mut self, json: Json<'_>, provenance: UsageProvenance, out: &mut ChunkSink) {
        // Counters that cannot be read are no reason to lose the answer.
        let Ok(now) = Record::scan(json.get()) else { return };
        let before = self.joined.as_ref().and_then(|joined| Record::scan(joined.get()).ok());
        let Some(mut usage) = joined(&before.unwrap_or_default(), now, json) else { return };
        usage.provenance = provenance;
        self.joined.clone_from(&usage.raw);
        out.push(StreamChunk::Usage(Box::new(usage)));
    }
}

/// Reports the counters of an answer that comes in one piece.
pub(super) fn report_whole(json: Json<'_>, out: &mut ChunkSink) {
    let Ok(now) = Record::scan(json.get()) else { return };
    let Some(mut usage) = joined(&Record::default(), now, json) else { return };
    usage.provenance = UsageProvenance::Final;
    out.push(StreamChunk::Usage(Box::new(usage)));
}

/// What was said before and what is said now, as one object: as it came where nothing has to be joined or left out.
fn joined(before: &Record<'_>, now: Record<'_>, json: Json<'_>) -> Option<TokenUsage> {
    let is_whole = before.is_spent() && now.len() == now.rest_json().count();
    if is_whole {
        let mut usage = read(now);
        usage.raw = Some(json.to_raw().ok()?);
        return Some(usage);
    }
    let mut joined = Record::default();
    for (name, value) in before.rest_json() {
        joined.push(JsonText(Cow::Borrowed(name)), now.get_json(name).unwrap_or(value));
    }
    for (name, value) in now.rest_json().filter(|(name, _)| before.get_json(name).is_none()) {
        joined.push(JsonText(Cow::Borrowed(name)), value);
    }
    let raw = RawJson::new(write(&joined)?).ok()?;
    let mut usage = read(joined);
    usage.raw = Some(raw);
    Some(usage)
}

/// The members as one object, each value as it came.
fn write(members: &Record<'_>) -> Option<String> {
    let length = members.rest_json().map(|(name, value)| name.len().saturating_add(value.get().len()));
    let length = length.map(|length| length.saturating_add("\"\":,".len())).sum::<usize>();
    let mut json = String::with_capacity(length.saturating_add("{}".len()));
    for (name, value) in members.rest_json() {
        json.push(if json.is_empty() { '{' } else { ',' });
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_plain {
            json.extend(["\"", name, "\""]);
        } else {
            json.push_str(&serde_json::to_string(name).ok()?);
        }
        json.extend([":", value.get()]);
    }
    json.push_str(if json.is_empty() { "{}" } else { "}" });
    Some(json)
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
        |json: &Json<'_>| json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    usage.provider_cost = members.get_json("cost").filter(number).map(|cost| cost.get().to_owned());
    usage.iterations = members.get_json("iterations").and_then(|json| json.to_raw().ok());
    let tools = inside(&members, "server_tool_use");
    let counts =
        tools.rest_json().filter_map(|(name, count)| Some((name.to_owned(), count.get().parse().ok()?)));
    usage.server_tools = counts.collect();
    usage
}

/// The counters of a member that is an object.
fn inside<'a>(members: &Record<'a>, name: &str) -> Record<'a> {
    members.get_json(name).and_then(|json| Record::scan(json.get()).ok()).unwrap_or_default()
}

fn count(members: &Record<'_>, name: &str) -> Option<u64> {
    members.get_json(name)?.get().parse().ok()
}
