//! What an answer holds of the value that was asked for.

use serde::de::DeserializeOwned;
use steer_tools::{AnswerSchema, Misfit};

use super::AnswerStrategy;
use super::strategy::tool_name;
use crate::json::PartialJson;
use crate::message::Part;
use crate::response::{CompletionResponse, StopReason};

/// What became of an answer.
pub(super) enum Read<T> {
    Value(T),
    Misfit(Misfit),
    Refused,
    Truncated,
    ToolCalls,
}

impl<T: DeserializeOwned> Read<T> {
    pub(super) fn of(response: &CompletionResponse, strategy: AnswerStrategy, schema: &AnswerSchema) -> Self {
        let name = tool_name(schema);
        let call = response.tool_calls().find(|call| strategy == AnswerStrategy::Tool && call.name == name);
        let text = match call {
            Some(call) => call.raw().to_owned(),
            None => text(response),
        };
        let misfit = match schema.read(&text) {
            // It is whole, whatever came behind it.
            Ok(value) if call.is_none_or(|call| call.complete) => return Self::Value(value),
            Ok(_) => Misfit::new(".", "the call was cut off"),
            Err(misfit) => misfit,
        };
        let refused = response.content.iter().any(|part| matches!(part, Part::Refusal(_)));
        match &response.stop_reason {
            _ if refused => Self::Refused,
            Some(StopReason::Refused { .. } | StopReason::Filtered { .. } | StopReason::Recitation) => {
                Self::Refused
            }
            Some(StopReason::MaxOutputTokens | StopReason::ContextWindow) => Self::Truncated,
            _ if call.is_none() && response.has_tool_calls() => Self::ToolCalls,
            _ if call.is_none() && text.trim().is_empty() => {
                Self::Misfit(Misfit::new(".", "there is no answer"))
            }
            _ => Self::Misfit(misfit),
        }
    }
}

/// The JSON in the visible text, without what stands around it; all of the text where there is none that is whole.
fn text(response: &CompletionResponse) -> String {
    let text = response.extract_text();
    let mut json = PartialJson::default();
    json.push(&text);
    json.span().and_then(|span| text.get(span)).unwrap_or(&text).to_owned()
}

/// What a model is told of an answer that does not fit.
pub(super) fn complaint(misfit: &Misfit) -> String {
    let said = misfit.for_model();
    format!(
        "The answer is not what was asked for: {said}. Answer again, with the whole answer and in the schema."
    )
}
