use std::borrow::Cow;

use steer_tools::ToolCall;

use crate::message::Message;
use crate::model::Cost;
use crate::request::CompletionRequest;
use crate::response::{CompletionResponse, StopReason, Warning};
use crate::usage::TokenUsage;

/// `ToolRun` is a run of tools: how it ended, the last answer, and the conversation.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolRun {
    /// Why it ended.
    pub end: ToolRunEnd,
    /// The last answer, whole; `None` where the model was not asked.
    pub response: Option<CompletionResponse>,
    /// The request with the whole conversation: all answers and results stand in its messages. Add what comes next and
    /// send it, or run it again to go on with calls that are not answered.
    pub request: CompletionRequest,
    /// The answers, in order.
    pub steps: Vec<Step>,
    /// The tokens of all answers.
    pub usage: TokenUsage,
    /// What all answers cost; `None` where the cost of one is not known.
    pub cost: Option<Cost>,
}

impl ToolRun {
    /// The text of the last answer.
    pub fn text(&self) -> Cow<'_, str> {
        self.response.as_ref().map_or(Cow::Borrowed(""), CompletionResponse::extract_text)
    }

    /// Whether the model had said all that it wanted to.
    pub fn is_answered(&self) -> bool {
        self.end == ToolRunEnd::Answered
    }
}

/// `ToolRunEnd` is why a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolRunEnd {
    /// The model called no tool any more; the stop reason of its answer says whether it had said all.
    Answered,
    /// The model was asked as often as it may be, and would have gone on. Its last calls are answered.
    StepLimit,
    /// The program's function said so.
    Stopped,
    /// Calls wait for the program's decision; the others of the same answer are answered.
    HandedBack {
        /// The calls, in the order of the answer.
        calls: Vec<ToolCall>,
    },
    /// An error ended it.
    #[default]
    Failed,
}

/// `Step` is one answer of a run and what it was given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The number, from 1.
    pub number: usize,
    /// Why the answer ended.
    pub stop_reason: Option<StopReason>,
    /// What it cost in tokens.
    pub usage: Option<TokenUsage>,
    /// What it cost.
    pub cost: Option<Cost>,
    /// The vendor's id of the answer.
    pub response_id: Option<String>,
    /// The vendor's id of the HTTP request.
    pub request_id: Option<String>,
    /// What could not be sent or read as asked.
    pub warnings: Vec<Warning>,
    /// The names of the program's tools that it called, in order.
    pub called: Vec<String>,
    /// The place of the answer among the messages of [`ToolRun::request`].
    pub message: usize,
}

/// `StepEnd` is what a program sees of a step whose calls are answered.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StepEnd<'a> {
    /// The step.
    pub step: &'a Step,
    /// The answer.
    pub answer: &'a Message,
    /// The results of its calls.
    pub results: &'a Message,
}

impl StepEnd<'_> {
    /// Whether the answer called a tool.
    pub fn called(&self, tool: &str) -> bool {
        self.step.called.iter().any(|name| name == tool)
    }
}
