use steer_core::StopReason;

/// Reads why an answer ended: <https://docs.ollama.com/api/chat#response-done-reason>. Where nothing was asked, the reason
/// says what became of the model: that it was loaded or unloaded. Old servers give no reason; then it is the empty word.
pub(crate) fn read_finish(raw: &str, has_calls: bool) -> Option<StopReason> {
    Some(match raw {
        // There is no reason of its own for calls.
        "stop" | "" if has_calls => StopReason::ToolUse,
        "" => return None,
        "stop" => StopReason::EndTurn,
        "length" => StopReason::MaxOutputTokens,
        other => StopReason::Other(other.to_owned()),
    })
}
