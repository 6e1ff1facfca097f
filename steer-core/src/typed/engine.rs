//! What a typed call does next. It holds all of its state, so that dropping it ends everything.

use std::marker::PhantomData;
use std::sync::Arc;

use futures::StreamExt;
use serde::de::DeserializeOwned;
use steer_tools::schemars::JsonSchema;
use steer_tools::{AnswerSchema, Misfit, ToolResult};
use tokio_util::sync::CancellationToken;

use super::read::{Read, complaint};
use super::strategy::Asked;
use super::{AnswerError, AnswerStrategy, Typed, TypedCall};
use crate::client::{Client, Mode};
use crate::error::{ApiError, ErrorKind};
use crate::message::{Message, Role};
use crate::request::{ClientCall, CompletionRequest};
use crate::response::{CompletionResponse, Spent, Warning, WarningKind};
use crate::stream::{CompletionStream, StreamChunk, without_end};

pub(super) struct Engine<T> {
    client: Client,
    cancel: Option<CancellationToken>,
    mode: Mode,
    pub(super) schema: AnswerSchema,
    /// Held by nobody else between two answers, so that adding to it copies nothing.
    request: Arc<CompletionRequest>,
    asked: Option<Asked>,
    /// The strategies that may follow; none where the program chose one.
    others: std::vec::IntoIter<AnswerStrategy>,
    stage: Stage,
    attempts: u32,
    max_attempts: u32,
    spent: Spent,
    answer: PhantomData<fn() -> T>,
}

enum Stage {
    Ask,
    Read(CompletionStream),
    Take(Box<CompletionResponse>),
    Ended,
}

/// What happens on the way.
pub(super) enum Happened<T> {
    /// The model is asked in this way.
    Asked(AnswerStrategy),
    Chunk(StreamChunk),
    Value(Box<Typed<T>>),
}

impl<T: JsonSchema + DeserializeOwned> Engine<T> {
    pub(super) fn new(call: TypedCall<T>, mode: Mode) -> Result<Self, AnswerError> {
        let TypedCall { client, call, strategy, attempts: max_attempts, .. } = call;
        let ClientCall { mut request, cancel } = call;
        let schema = AnswerSchema::for_type::<T>()?;
        let mut others = match strategy {
            Some(strategy) => vec![strategy],
            None => AnswerStrategy::of(&*client.resolve(&request.model)?),
        }
        .into_iter();
        let asked = others.next().map(|strategy| Asked::of(&mut request, strategy, &schema));
        let stage = Stage::Ask;
        Ok(Self {
            client,
            cancel,
            mode,
            schema,
            request,
            asked,
            others,
            stage,
            attempts: 0,
            max_attempts,
            spent: Spent::default(),
            answer: PhantomData,
        })
    }

    /// Asks until an answer fits.
    pub(super) async fn finish(mut self) -> Result<Typed<T>, AnswerError> {
        loop {
            match self.next().await {
                Some(Ok(Happened::Value(typed))) => return Ok(*typed),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                // Not reached: an end comes before it.
                None => return Err(without_end().into()),
            }
        }
    }

    /// The next thing that happens; `None` behind the last one.
    pub(super) async fn next(&mut self) -> Option<Result<Happened<T>, AnswerError>> {
        loop {
            let happened = match std::mem::replace(&mut self.stage, Stage::Ended) {
                Stage::Ask => self.ask().await,
                Stage::Read(stream) => self.read(stream).await.map(Some),
                Stage::Take(response) => self.take(*response).map(|value| value.map(Happened::Value)),
                Stage::Ended => return None,
            };
            match happened {
                Ok(None) => {}
                Ok(Some(happened)) => return Some(Ok(happened)),
                Err(error) => {
                    self.stage = Stage::Ended;
                    return Some(Err(error));
                }
            }
        }
    }

    fn strategy(&self) -> AnswerStrategy {
        self.asked.as_ref().map_or(AnswerStrategy::Prompt, |asked| asked.strategy)
    }

    async fn ask(&mut self) -> Result<Option<Happened<T>>, AnswerError> {
        let mut call = ClientCall::from(&self.request);
        call.cancel.clone_from(&self.cancel);
        let begun = match self.mode {
            Mode::Told => self.client.stream_complete(call).await.map(Stage::Read),
            Mode::Silent => self.client.complete(call).await.map(|answer| Stage::Take(Box::new(answer))),
        };
        match begun {
            Ok(stage) => {
                self.stage = stage;
                self.attempts = self.attempts.saturating_add(1);
                Ok((self.mode == Mode::Told).then(|| Happened::Asked(self.strategy())))
            }
            // Nothing was sent: the target cannot be asked so.
            Err(error) if is_refused_unsent(&error) && self.another_way() => {
                self.stage = Stage::Ask;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the next strategy, if there is one.
    fn another_way(&mut self) -> bool {
        let Some(next) = self.others.next() else { return false };
        if let Some(asked) = self.asked.take() {
            asked.undo(&mut self.request);
        }
        self.asked = Some(Asked::of(&mut self.request, next, &self.schema));
        true
    }

    async fn read(&mut self, mut stream: CompletionStream) -> Result<Happened<T>, AnswerError> {
        match stream.next().await {
            Some(Ok(chunk)) => {
                self.stage = match &chunk {
                    StreamChunk::MessageComplete(response) => Stage::Take(response.clone()),
                    _ => Stage::Read(stream),
                };
                Ok(Happened::Chunk(chunk))
            }
            Some(Err(error)) => Err(ApiError::from(error).into()),
            None => Err(without_end().into()),
        }
    }

    fn take(&mut self, response: CompletionResponse) -> Result<Option<Box<Typed<T>>>, AnswerError> {
        self.spent.add(&response);
        let (strategy, attempts) = (self.strategy(), self.attempts);
        let misfit = match Read::of(&response, strategy, &self.schema) {
            Read::Value(value) => {
                let (usage, cost) = self.spent.take();
                return Ok(Some(Box::new(Typed { value, response, strategy, attempts, usage, cost })));
            }
            Read::Misfit(misfit) => misfit,
            Read::Refused => return Err(AnswerError::Refused { response: Box::new(response) }),
            Read::Truncated => return Err(AnswerError::Truncated { response: Box::new(response) }),
            Read::ToolCalls => return Err(AnswerError::ToolCalls { response: Box::new(response) }),
        };
        if attempts >= self.max_attempts {
            return Err(AnswerError::Invalid { attempts, misfit, response: Box::new(response) });
        }
        // The format was left out with a warning, so that the vendor holds the model to nothing.
        let is_left_out = |w: &Warning| w.kind == WarningKind::Unsupported && w.subject == "response_format";
        if strategy == AnswerStrategy::Native && response.warnings.iter().any(is_left_out) {
            self.another_way();
        }
        self.complain(response, &misfit);
        self.stage = Stage::Ask;
        Ok(None)
    }

    /// Puts the answer and what is wrong with it into the conversation.
    fn complain(&mut self, response: CompletionResponse, misfit: &Misfit) {
        let text = complaint(misfit);
        let calls = response.extract_tool_calls();
        let messages = &mut Arc::make_mut(&mut self.request).messages;
        if !response.content.is_empty() {
            messages.push(Message::new(Role::Assistant, response.content));
        }
        messages.push(match calls.is_empty() {
            true => Message::user(text),
            false => Message::tools(
                calls.into_iter().map(|call| ToolResult::error(call.id, text.clone()).for_tool(call.name)),
            ),
        });
    }
}

/// Whether the request was refused before it was sent: the target has no such feature, or takes no such schema.
fn is_refused_unsent(error: &ApiError) -> bool {
    let is_refused = matches!(error.kind(), ErrorKind::UnsupportedFeature | ErrorKind::InvalidRequest);
    is_refused && error.status().is_none() && error.attempts() == 0
}
