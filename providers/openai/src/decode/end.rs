use steer_core::json::Record;
use steer_core::message::Executor;
use steer_core::response::FilterPlace;
use steer_core::stream::MessageStart;
use steer_core::{ChunkSink, Part, RawJson, StopReason, StreamChunk};

use super::response::is_echo;
use super::usage;

/// `Seen` is what the items of an answer say of why it ended.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The program has a call to run.
    pub(super) call: bool,
    pub(super) refusal: bool,
    /// How often each of the vendor's own tools ran.
    pub(super) tools: Vec<(String, u64)>,
}

impl Seen {
    /// Looks at the parts of an item.
    pub(super) fn take(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => self.call = true,
                Part::ToolCall(part) => self.count(part.kind.as_deref().unwrap_or(&part.call.name)),
                Part::Refusal(_) => self.refusal = true,
                _ => {}
            }
        }
    }

    fn count(&mut self, tool: &str) {
        match self.tools.iter_mut().find(|(name, _)| name == tool) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.tools.push((tool.to_owned(), 1)),
        }
    }
}

/// Takes id and model out of a response, and reports them; the rest stays.
pub(super) fn take_start(members: &mut Record<'_>, out: &mut ChunkSink) {
    let mut start = MessageStart::default();
    start.response_id = members.text("id").filter(|id| !id.is_empty());
    start.model = members.text("model").filter(|model| !model.is_empty());
    let created = members.take("created_at").and_then(|raw| raw.get().split('.').next()?.parse().ok());
    start.created = created.filter(|created| *created > 0);
    out.push(StreamChunk::MessageStart(Box::new(start)));
}

/// Takes what was reported before.
pub(super) fn leave_start(members: &mut Record<'_>) {
    for key in ["id", "model", "created_at"] {
        members.take(key);
    }
}

/// Reports what a response says beside its items: the counters, why it ended, and what has no typed field. `status` is
/// what the event says of the end, for responses that do not say it themselves.
pub(super) fn report(members: &mut Record<'_>, seen: &Seen, status: Option<&str>, out: &mut ChunkSink) {
    let tier = members.text("service_tier");
    if let Some(usage) = members.take("usage").and_then(|raw| usage::read(raw, tier, &seen.tools)) {
        out.push(usage);
    }
    stop(members, seen, status, out);
    for (key, raw) in members.rest().filter(|(key, _)| !is_echo(key) && !matches!(*key, "object" | "output"))
    {
        let json = RawJson::from_raw(raw.to_owned());
        out.push(match key {
            "moderation" | "content_filters" => StreamChunk::Safety { json },
            _ => StreamChunk::Metadata { key: key.to_owned(), json },
        });
    }
}

/// Why the answer ended. That the program has calls to run is not said, and follows from the items.
fn stop(members: &mut Record<'_>, seen: &Seen, status: Option<&str>, out: &mut ChunkSink) {
    let details = members.take("incomplete_details").and_then(|raw| Record::read(raw.get()).ok());
    let why = details.and_then(|mut details| details.text("reason"));
    let Some(status) = members.text("status").or_else(|| status.map(str::to_owned)) else { return };
    let reason = match (status.as_str(), why.as_deref()) {
        ("failed", _) => return,
        _ if seen.refusal => StopReason::Refused { category: None, explanation: None },
        ("incomplete", Some("max_output_tokens" | "max_tokens")) => StopReason::MaxOutputTokens,
        ("incomplete", Some("content_filter")) => {
            StopReason::Filtered { place: FilterPlace::Output, categories: Vec::new() }
        }
        // The shorter word is that of other servers.
        ("completed" | "complete", _) if seen.call => StopReason::ToolUse,
        ("completed" | "complete", _) => StopReason::EndTurn,
        ("cancelled", _) => StopReason::Cancelled,
        // A response that goes on in the background among them.
        (status, why) => StopReason::Other(why.unwrap_or(status).to_owned()),
    };
    out.push(StreamChunk::Stop { reason, raw: why.unwrap_or(status) });
}
