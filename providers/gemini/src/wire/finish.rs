use serde::Deserialize;
use steer_core::StopReason;
use steer_core::json::JsonText;
use steer_core::response::FilterPlace;

/// `Rating` is what a filter says of one category of harm: <https://ai.google.dev/api/generate-content#safetyrating>.
#[derive(Debug, Deserialize)]
pub(crate) struct Rating<'a> {
    #[serde(borrow, default)]
    pub(crate) category: JsonText<'a>,
    #[serde(default)]
    pub(crate) blocked: Option<bool>,
}

/// Reads why an answer ended: <https://ai.google.dev/api/generate-content#FinishReason>.
/// `categories` are those in which it was blocked.
pub(crate) fn read_finish(raw: &str, has_calls: bool, categories: Vec<String>) -> StopReason {
    match raw {
        // There is no reason of its own for calls.
        "STOP" | "" if has_calls => StopReason::ToolUse,
        "STOP" => StopReason::EndTurn,
        "MAX_TOKENS" => StopReason::MaxOutputTokens,
        "SAFETY"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "MODEL_ARMOR" => {
            let categories = if categories.is_empty() { vec![raw.to_owned()] } else { categories };
            StopReason::Filtered { place: FilterPlace::Output, categories }
        }
        "RECITATION" | "IMAGE_RECITATION" => StopReason::Recitation,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => StopReason::MalformedToolCall,
        "NO_IMAGE" | "LANGUAGE" => StopReason::NoMedia,
        other => StopReason::Other(other.to_owned()),
    }
}
