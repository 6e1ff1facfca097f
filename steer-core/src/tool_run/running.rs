//! The calls of one answer while they run.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use steer_tools::{FatalToolError, ToolCall, ToolFuture, ToolResult, ToolRunner};

use super::book::Open;
use super::{Approval, Policy};
use crate::message::ToolResultPart;

/// What is left of the calls of an answer. Dropping it drops the calls that run.
pub(super) struct Running {
    pub(super) step: usize,
    undecided: VecDeque<usize>,
    allowed: VecDeque<usize>,
    running: FuturesUnordered<ToolFuture<'static, (usize, Result<ToolResult, FatalToolError>)>>,
    calls: Vec<Called>,
}

struct Called {
    open: Open,
    result: Option<ToolResult>,
}

/// What happened to a call.
pub(super) enum Happened {
    Started(ToolCall),
    Answered(ToolResult),
}

impl Running {
    pub(super) fn new(step: usize, open: Vec<Open>) -> Self {
        Self {
            step,
            undecided: (0..open.len()).collect(),
            allowed: VecDeque::new(),
            running: FuturesUnordered::new(),
            calls: open.into_iter().map(|open| Called { open, result: None }).collect(),
        }
    }

    /// The next thing that happens; `None` when all has happened.
    pub(super) async fn next(
        &mut self,
        tools: &Arc<dyn ToolRunner>,
        policy: &Policy,
    ) -> Option<Result<Happened, FatalToolError>> {
        while let Some(place) = self.undecided.front().copied() {
            let call = self.calls.get(place)?.open.call.clone();
            let decided = decide(call, policy).await;
            self.undecided.pop_front();
            match decided {
                Decided::Runs => self.allowed.push_back(place),
                Decided::HandedBack => {}
                Decided::Answered(result) => return self.answered(place, result).map(Ok),
            }
        }
        if self.running.len() < tools.concurrency().get()
            && let Some(place) = self.allowed.pop_front()
        {
            let call = self.calls.get(place)?.open.call.clone();
            let (tools, run) = (Arc::clone(tools), call.clone());
            self.running.push(Box::pin(async move { (place, tools.run(run).await) }));
            return Some(Ok(Happened::Started(call)));
        }
        match self.running.next().await? {
            (place, Ok(result)) => self.answered(place, result).map(Ok),
            (_, Err(error)) => Some(Err(error)),
        }
    }

    /// The results so far, and the calls that have none, each in the order of the calls.
    pub(super) fn settle(self) -> (Vec<ToolResultPart>, Vec<ToolCall>) {
        let (mut results, mut open) = (Vec::new(), Vec::new());
        for called in self.calls {
            match called.result {
                Some(result) => {
                    let mut part = ToolResultPart::new(result);
                    part.caller = called.open.caller;
                    results.push(part);
                }
                None => open.push(called.open.call),
            }
        }
        (results, open)
    }

    fn answered(&mut self, place: usize, mut result: ToolResult) -> Option<Happened> {
        let called = self.calls.get_mut(place)?;
        // Whatever the runner says: a result under another id would leave the call without an answer.
        result.call_id.clone_from(&called.open.call.id);
        result.name.get_or_insert_with(|| called.open.call.name.clone());
        called.result = Some(result.clone());
        Some(Happened::Answered(result))
    }
}

enum Decided {
    Runs,
    HandedBack,
    Answered(ToolResult),
}

async fn decide(call: ToolCall, policy: &Policy) -> Decided {
    let id = call.id.clone();
    if !call.complete {
        // Nobody can say whether half a call may run.
        let told = "the arguments were cut off before their end, so nothing was run; make a shorter call";
        return Decided::Answered(ToolResult::error(id, told));
    }
    let approval = match (policy.decisions.get(&id), &policy.approve) {
        (Some(decided), _) => decided.clone(),
        (None, Some(approve)) => approve(call).await,
        (None, None) => Approval::Allow,
    };
    match approval {
        Approval::Allow => Decided::Runs,
        Approval::Deny { reason } => Decided::Answered(ToolResult::denied(id, reason)),
        Approval::HandBack => Decided::HandedBack,
    }
}
