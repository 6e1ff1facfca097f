use steer_core::StopReason;
use steer_core::response::FilterPlace;

/// What an answer holds, as far as it says why the answer ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    pub(super) calls: bool,
    pub(super) refusal: bool,
}

/// Reads a finish reason: <https://platform.openai.com/docs/api-reference/chat/object>.
pub(super) fn read(raw: &str, held: Held) -> StopReason {
    match raw {
        _ if held.refusal && matches!(raw, "stop" | "content_filter" | "") => {
            StopReason::Refused { category: None, explanation: None }
        }
        // Some servers say that they stopped, or nothing, where the model waits for its tools.
        "stop" | "end" | "" if held.calls => StopReason::ToolUse,
        "stop" | "end" => StopReason::EndTurn,
        "tool_calls" | "function_call" => StopReason::ToolUse,
        "length" => StopReason::MaxOutputTokens,
        "model_context_window_exceeded" => StopReason::ContextWindow,
        "content_filter" => StopReason::Filtered { place: FilterPlace::Output, categories: Vec::new() },
        _ => StopReason::Other(raw.to_owned()),
    }
}
