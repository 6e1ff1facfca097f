//! A whole answer.

mod spent;
mod stop;
mod warning;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use steer_tools::ToolCall;

use crate::error::FailedAttempt;
use crate::json::RawJson;
use crate::message::{Executor, Message, Part, Role};
use crate::model::{Cost, Origin};
use crate::rate_limit::RateLimits;
use crate::redact::redacted_debug;
use crate::usage::TokenUsage;
pub(crate) use spent::Spent;
pub use stop::{EndProof, FilterPlace, StopReason};
pub use warning::{Warning, WarningKind};

/// `CompletionResponse` is a whole answer: every part in wire order, why and how it ended, and what it cost.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CompletionResponse {
    /// The parts, in wire order.
    pub content: Vec<Part>,
    /// Why the answer ended; `None` where the vendor does not say.
    pub stop_reason: Option<StopReason>,
    /// The vendor's own word for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason_raw: Option<String>,
    /// How the end was proven; `None` only in the partial answer of an error.
    pub proof: Option<EndProof>,
    /// What it cost in tokens; `None` where the vendor does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TokenUsage>,
    /// The vendor's id of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// The vendor's id of the HTTP request, for its support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The model that answered, in the vendor's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When the vendor made the answer, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
    /// The rate limits that came with the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
    /// The attempts before the one that was answered; empty where the first one was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed_attempts: Vec<FailedAttempt>,
    /// What could not be sent or read as asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Members of the vendor's JSON that have no typed field, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_metadata: BTreeMap<String, RawJson>,
    /// The frames of the answer as they came, where the request asked to keep them, and always the body of a
    /// whole delivery.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<RawFrame>,
    /// Further answers, where the request asked for several: each one's parts and stop reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// Where the parts come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Arc<Origin>>,
    /// What it cost; see [`CompletionResponse::cost`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

redacted_debug!(CompletionResponse {
    stop_reason, stop_reason_raw, proof, usage, response_id, request_id, model, created, rate_limits,
    failed_attempts, warnings, origin, cost;
    content, provider_metadata, raw, alternatives
});

impl CompletionResponse {
    /// All visible text, joined with nothing between the parts.
    pub fn extract_text(&self) -> Cow<'_, str> {
        let mut texts = self.content.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.text.as_str()),
            _ => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(one), None) => Cow::Borrowed(one),
            (Some(one), Some(two)) => Cow::Owned([one, two].into_iter().chain(texts).collect()),
        }
    }

    /// All thinking that is shown, joined with nothing between the parts.
    pub fn extract_thinking(&self) -> String {
        self.content
            .iter()
            .filter_map(|part| match part {
                Part::Thinking(thinking) => Some(thinking.text()),
                _ => None,
            })
            .collect()
    }

    /// The calls that the program has to run, in wire order. Calls that the vendor runs are not among them.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.content.iter().filter_map(|part| match part {
            Part::ToolCall(part) if part.executor == Executor::Client => Some(&part.call),
            _ => None,
        })
    }

    /// The same calls, as a list of their own.
    pub fn extract_tool_calls(&self) -> Vec<ToolCall> {
        self.tool_calls().cloned().collect()
    }

    /// Whether there is a call that the program has to run.
    pub fn has_tool_calls(&self) -> bool {
        self.tool_calls().next().is_some()
    }

    /// What the answer cost by the catalog's prices, as an exact decimal with their version and date. `None` where a price
    /// or a counter that it needs is not known.
    pub fn cost(&self) -> Option<&Cost> {
        self.cost.as_ref()
    }

    /// The answer as the next message of the conversation.
    pub fn into_message(self) -> Message {
        Message::new(Role::Assistant, self.content)
    }

    /// The body of a whole delivery, or the frames of a stream whose request asked to keep them.
    pub fn raw(&self) -> &[RawFrame] {
        &self.raw
    }
}

/// `RawFrame` is one frame of an answer as it came.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RawFrame {
    /// The frame's event name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its data.
    pub data: String,
}

redacted_debug!(RawFrame { name; data });

impl RawFrame {
    /// Keeps a frame.
    pub fn new(name: impl Into<String>, data: impl Into<String>) -> Self {
        Self { name: name.into(), data: data.into() }
    }
}

/// `Alternative` is one of several answers to the same request, after the first.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Alternative {
    /// Its place among the answers, from 1.
    pub index: u32,
    /// Its parts.
    pub content: Vec<Part>,
    /// Why it ended.
    pub stop_reason: Option<StopReason>,
    /// The vendor's own word for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason_raw: Option<String>,
}

redacted_debug!(Alternative { index, stop_reason, stop_reason_raw; content });
