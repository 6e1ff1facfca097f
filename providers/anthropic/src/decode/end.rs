use steer_core::json::{Json, Record};
use steer_core::{ChunkSink, StopReason, StreamChunk};

/// Takes the stop reason out of a message or of the last delta, and reports it.
/// <https://docs.claude.com/en/api/handling-stop-reasons>
pub(super) fn take_stop(members: &mut Record<'_>, out: &mut ChunkSink) {
    let sequence = members.text("stop_sequence");
    let details = members.get_json("stop_details");
    let Some(raw) = members.text("stop_reason") else { return };
    let reason = match raw.as_str() {
        "end_turn" => StopReason::EndTurn,
        "stop_sequence" => StopReason::StopSequence(sequence),
        "tool_use" => StopReason::ToolUse,
        "max_tokens" => StopReason::MaxOutputTokens,
        "model_context_window_exceeded" => StopReason::ContextWindow,
        "pause_turn" => StopReason::Paused,
        "compaction" => StopReason::Compacted,
        "refusal" => refusal(details),
        _ => StopReason::Other(raw.clone()),
    };
    out.push(StreamChunk::Stop { reason, raw });
}

/// Reports the members that have no typed field.
pub(super) fn report_rest(members: &Record<'_>, out: &mut ChunkSink) {
    for (key, json) in members.rest_json() {
        if let Ok(json) = json.to_raw() {
            out.push(StreamChunk::Metadata { key: key.to_owned(), json });
        }
    }
}

fn refusal(details: Option<Json<'_>>) -> StopReason {
    let mut details = details.and_then(|json| Record::scan(json.get()).ok()).unwrap_or_default();
    StopReason::Refused { category: details.text("category"), explanation: details.text("explanation") }
}
