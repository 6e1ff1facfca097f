//! What a run does next. It holds all of its state, so that dropping it ends everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;
use steer_tools::{ToolCall, ToolRunner, ToolSchema};
use tokio_util::sync::CancellationToken;

use super::book::{self, Open};
use super::running::{Happened, Running};
use super::{
    Policy, Step, StepEnd, ToolLoop, ToolRun, ToolRunEnd, ToolRunError, ToolRunEvent, ToolRunFailure,
};
use crate::client::{Client, Mode};
use crate::error::{ApiError, ErrorKind};
use crate::message::{Message, Role};
use crate::request::{ClientCall, CompletionRequest, Tool, ToolChoice};
use crate::response::{CompletionResponse, Spent, StopReason};
use crate::stream::{CompletionStream, StreamChunk, without_end};

pub(super) struct Engine {
    client: Client,
    tools: Arc<dyn ToolRunner>,
    policy: Policy,
    cancel: Option<CancellationToken>,
    mode: Mode,
    stage: Stage,
    /// Held by nobody else between two steps, so that adding to it copies nothing.
    request: Arc<CompletionRequest>,
    offered: Option<Offered>,
    choice: Option<ToolChoice>,
    /// The last answer; its parts stand in the conversation.
    last: Option<CompletionResponse>,
    steps: Vec<Step>,
    spent: Spent,
}

/// The tools that the runner had when it was asked last.
struct Offered {
    schemas: Arc<[ToolSchema]>,
    /// Those that the request did not have by itself.
    added: BTreeSet<String>,
}

enum Stage {
    Begin,
    Ask,
    Answer,
    Read(CompletionStream),
    Run(Running),
    End(ToolRunEnd),
    Ended,
}

impl Engine {
    pub(super) fn new(run: ToolLoop, mode: Mode) -> Self {
        let ToolLoop { client, call, tools, policy } = run;
        let ClientCall { request, cancel } = call;
        let choice = request.tool_choice.clone();
        Self {
            client,
            tools,
            policy,
            cancel,
            mode,
            stage: Stage::Begin,
            request,
            offered: None,
            choice,
            last: None,
            steps: Vec::new(),
            spent: Spent::default(),
        }
    }

    /// Runs to the end.
    pub(super) async fn finish(mut self) -> Result<ToolRun, ToolRunError> {
        loop {
            match self.next().await {
                Some(Ok(ToolRunEvent::Finished(run))) => return Ok(*run),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                // Not reached: the end comes before it.
                None => return Err(self.fail(cancelled().into())),
            }
        }
    }

    /// The next event; `None` behind the last one.
    pub(super) async fn next(&mut self) -> Option<Result<ToolRunEvent, ToolRunError>> {
        loop {
            let event = match std::mem::replace(&mut self.stage, Stage::Ended) {
                Stage::Begin => self.begin().map(|()| None),
                Stage::Ask => Ok(Some(self.ask())),
                Stage::Answer => self.answer().await.map(|()| None),
                Stage::Read(stream) => self.read(stream).await.map(Some),
                Stage::Run(running) => self.run(running).await,
                Stage::End(end) => Ok(Some(ToolRunEvent::Finished(Box::new(self.close(end))))),
                Stage::Ended => return None,
            };
            match event {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => {}
                Err(failure) => return Some(Err(self.fail(failure))),
            }
        }
    }

    fn begin(&mut self) -> Result<(), ToolRunFailure> {
        let state = &self.request.state;
        if state.conversation.is_some() || state.resume.is_some() {
            let message = "a run of tools keeps the conversation itself; leave out `state.conversation` and \
                           `state.resume`, or answer the calls one by one";
            return Err(ApiError::unsupported(message).into());
        }
        let left = book::unanswered(&self.request.messages);
        self.stage = if left.is_empty() { Stage::Ask } else { Stage::Run(Running::new(0, left)) };
        Ok(())
    }

    fn ask(&mut self) -> ToolRunEvent {
        self.stage = Stage::Answer;
        ToolRunEvent::StepStarted { step: self.number() }
    }

    async fn answer(&mut self) -> Result<(), ToolRunFailure> {
        self.offer();
        let mut call = ClientCall::from(&self.request);
        call.cancel.clone_from(&self.cancel);
        match self.mode {
            Mode::Told => self.stage = Stage::Read(self.client.stream_complete(call).await?),
            Mode::Silent => {
                let response = self.client.complete(call).await?;
                self.take(response);
            }
        }
        Ok(())
    }

    async fn read(&mut self, mut stream: CompletionStream) -> Result<ToolRunEvent, ToolRunFailure> {
        let step = self.number();
        match stream.next().await {
            Some(Ok(chunk)) => {
                match &chunk {
                    StreamChunk::MessageComplete(response) => {
                        let response = (**response).clone();
                        // It holds the request.
                        drop(stream);
                        self.take(response);
                    }
                    _ => self.stage = Stage::Read(stream),
                }
                Ok(ToolRunEvent::Chunk { step, chunk })
            }
            Some(Err(error)) => Err(ApiError::from(error).into()),
            None => Err(without_end().into()),
        }
    }

    async fn run(&mut self, mut running: Running) -> Result<Option<ToolRunEvent>, ToolRunFailure> {
        let next = running.next(&self.tools, &self.policy);
        let next = match &self.cancel {
            Some(token) => token.run_until_cancelled(next).await.ok_or_else(cancelled),
            None => Ok(next.await),
        };
        let step = running.step;
        match next {
            Ok(Some(Ok(happened))) => {
                self.stage = Stage::Run(running);
                Ok((self.mode == Mode::Told).then(|| match happened {
                    Happened::Started(call) => ToolRunEvent::ToolStarted { step, call },
                    Happened::Answered(result) => ToolRunEvent::ToolResult { step, result },
                }))
            }
            Ok(None) => {
                let (results, open) = running.settle();
                book::settle(self.messages(), results);
                self.settled(step, open);
                Ok(self.ended_step(step))
            }
            Ok(Some(Err(error))) => {
                book::settle(self.messages(), running.settle().0);
                Err(error.into())
            }
            Err(error) => {
                book::settle(self.messages(), running.settle().0);
                Err(error.into())
            }
        }
    }

    /// Decides how it goes on behind an answer whose calls have ended.
    fn settled(&mut self, step: usize, open: Vec<ToolCall>) {
        let of = self.steps.last().filter(|_| step > 0);
        let is_last = of.is_some_and(|of| of.called.is_empty() && of.stop_reason != Some(StopReason::Paused));
        let stops = || match (of, self.request.messages.as_slice(), &self.policy.stop_when) {
            (Some(step), [.., answer, results], Some(stop)) if results.role == Role::Tool => {
                stop(&StepEnd { step, answer, results })
            }
            _ => false,
        };
        self.stage = if !open.is_empty() {
            Stage::End(ToolRunEnd::HandedBack { calls: open })
        } else if is_last {
            Stage::End(ToolRunEnd::Answered)
        } else if stops() {
            Stage::End(ToolRunEnd::Stopped)
        } else {
            self.another()
        };
    }

    fn another(&self) -> Stage {
        match self.steps.len() < self.policy.max_steps {
            true => Stage::Ask,
            false => Stage::End(ToolRunEnd::StepLimit),
        }
    }

    fn ended_step(&self, step: usize) -> Option<ToolRunEvent> {
        let ended = self.steps.last().filter(|_| step > 0 && self.mode == Mode::Told)?;
        Some(ToolRunEvent::StepEnded { step: Box::new(ended.clone()) })
    }

    /// Takes a whole answer into the conversation.
    fn take(&mut self, mut response: CompletionResponse) {
        let open = book::calls(&response.content);
        let content = std::mem::take(&mut response.content);
        let message = self.request.messages.len();
        if !content.is_empty() {
            self.messages().push(Message::new(Role::Assistant, content));
        }
        self.record(&response, &open, message);
        self.last = Some(response);
        if !open.is_empty() {
            self.free_choice();
        }
        self.stage = Stage::Run(Running::new(self.steps.len(), open));
    }

    fn record(&mut self, response: &CompletionResponse, open: &[Open], message: usize) {
        self.spent.add(response);
        self.steps.push(Step {
            number: self.number(),
            stop_reason: response.stop_reason.clone(),
            usage: response.usage.clone(),
            cost: response.cost.clone(),
            response_id: response.response_id.clone(),
            request_id: response.request_id.clone(),
            warnings: response.warnings.clone(),
            called: open.iter().map(|open| open.call.name.clone()).collect(),
            message,
        });
    }

    /// Sends the tools that there are now.
    fn offer(&mut self) {
        let schemas = self.tools.schemas();
        let before = self.offered.take();
        if let Some(before) = before.filter(|before| {
            let is_same = Arc::ptr_eq(&before.schemas, &schemas);
            if !is_same {
                let gone = |tool: &Tool| name(tool).is_some_and(|name| before.added.contains(name));
                Arc::make_mut(&mut self.request).tools.retain(|tool| !gone(tool));
            }
            is_same
        }) {
            self.offered = Some(before);
            return;
        }
        let own: BTreeSet<_> = self.request.tools.iter().filter_map(name).collect();
        let new: Vec<_> =
            schemas.iter().filter(|schema| !own.contains(schema.name.as_str())).cloned().collect();
        let added = new.iter().map(|schema| schema.name.clone()).collect();
        if !new.is_empty() {
            Arc::make_mut(&mut self.request).tools.extend(new.into_iter().map(Tool::from));
        }
        self.offered = Some(Offered { schemas, added });
    }

    /// What was forced once is free from now on.
    fn free_choice(&mut self) {
        let free = match &self.request.tool_choice {
            Some(ToolChoice::Required | ToolChoice::Tool(_)) => ToolChoice::Auto,
            Some(ToolChoice::Allowed { tools, required: true }) => {
                ToolChoice::Allowed { tools: tools.clone(), required: false }
            }
            _ => return,
        };
        Arc::make_mut(&mut self.request).tool_choice = Some(free);
    }

    fn close(&mut self, end: ToolRunEnd) -> ToolRun {
        self.stage = Stage::Ended;
        let mut request = Arc::unwrap_or_clone(std::mem::take(&mut self.request));
        request.tool_choice = self.choice.take();
        let mut response = self.last.take();
        let place = self.steps.last().map(|step| step.message);
        if let (Some(response), Some(message)) =
            (&mut response, place.and_then(|at| request.messages.get(at)))
        {
            response.content.clone_from(&message.parts);
        }
        let (usage, cost) = self.spent.take();
        ToolRun { end, response, request, steps: std::mem::take(&mut self.steps), usage, cost }
    }

    fn fail(&mut self, failure: ToolRunFailure) -> ToolRunError {
        ToolRunError { failure, run: Box::new(self.close(ToolRunEnd::Failed)) }
    }

    fn messages(&mut self) -> &mut Vec<Message> {
        &mut Arc::make_mut(&mut self.request).messages
    }

    /// The number of the step that is not recorded yet.
    fn number(&self) -> usize {
        self.steps.len().saturating_add(1)
    }
}

fn name(tool: &Tool) -> Option<&str> {
    match tool {
        Tool::Function(tool) => Some(&tool.schema.name),
        Tool::Custom(tool) => Some(&tool.name),
        Tool::Provider(_) => None,
    }
}

fn cancelled() -> ApiError {
    ApiError::new(ErrorKind::Cancelled, "the caller cancelled the run while tools ran")
}
