//! The loop of tool use: the model is asked, the program's tools run what it calls, and it is asked again.

mod approval;
mod book;
mod engine;
mod error;
mod event;
mod run;
mod running;
mod stream;

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use steer_tools::{ToolCall, ToolFuture, ToolRunner};
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Mode};
use crate::request::ClientCall;
pub use approval::Approval;
use engine::Engine;
pub use error::{ToolRunError, ToolRunFailure};
pub use event::ToolRunEvent;
pub use run::{Step, StepEnd, ToolRun, ToolRunEnd};
pub use stream::ToolRunStream;

/// How many times the model is asked unless the program says otherwise.
const MAX_STEPS: usize = 16;

/// `ToolLoop` asks a model and runs the tools that it calls, until it calls none: await it for the whole run, or
/// [stream](ToolLoop::stream) it.
///
/// Nothing is sent before that. The conversation is not copied from step to step; dropping the future or the stream ends
/// the request and the tools that run.
#[must_use = "nothing is asked until this is awaited or streamed"]
pub struct ToolLoop {
    client: Client,
    call: ClientCall,
    tools: Arc<dyn ToolRunner>,
    policy: Policy,
}

/// What a run may do.
struct Policy {
    max_steps: usize,
    approve: Option<Box<Approve>>,
    decisions: BTreeMap<String, Approval>,
    stop_when: Option<Box<StopWhen>>,
}

type Approve = dyn Fn(ToolCall) -> ToolFuture<'static, Approval> + Send + Sync;
type StopWhen = dyn Fn(&StepEnd<'_>) -> bool + Send + Sync;

impl Client {
    /// Asks, runs the program's tools that the model calls, and asks again with their results, until the model calls
    /// none.
    ///
    /// The tools are added to the request's own; where a name comes twice, what the request says of the tool is sent. The
    /// vendor's own tools, which run at the vendor's, are left alone. A choice that forces a call holds for the first answer
    /// alone, since the run would never end otherwise. Calls that an earlier run left unanswered run first.
    ///
    /// ```no_run
    /// # async fn run(client: steer_core::Client, tools: std::sync::Arc<dyn steer_core::tools::ToolRunner>)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use steer_core::CompletionRequest;
    ///
    /// let request = CompletionRequest::new("openai/gpt-5.2").user("Is it colder in Oslo or in Rome?");
    /// let run = client.run_tools(request, tools).max_steps(5).await?;
    /// println!("{}", run.text());
    /// // The whole conversation, ready to go on.
    /// let next = run.request.user("And in Lima?");
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_tools(&self, call: impl Into<ClientCall>, tools: impl ToolRunner + 'static) -> ToolLoop {
        ToolLoop {
            client: self.clone(),
            call: call.into(),
            tools: Arc::new(tools),
            policy: Policy {
                max_steps: MAX_STEPS,
                approve: None,
                decisions: BTreeMap::new(),
                stop_when: None,
            },
        }
    }
}

impl ToolLoop {
    /// The most times that the model is asked, 16 by default and at least 1. The calls of the last answer still run, so
    /// that the conversation can go on.
    pub fn max_steps(mut self, steps: usize) -> Self {
        self.policy.max_steps = steps.max(1);
        self
    }

    /// Asks before each call whether it may run; one call after the other, in the order of the answer.
    pub fn approve<F, R>(mut self, ask: F) -> Self
    where
        F: Fn(ToolCall) -> R + Send + Sync + 'static,
        R: Future<Output = Approval> + Send + 'static,
    {
        self.policy.approve = Some(Box::new(move |call| Box::pin(ask(call))));
        self
    }

    /// Says beforehand whether the call with this id may run: for calls that an earlier run handed back. It wins over
    /// [`ToolLoop::approve`].
    pub fn decide(mut self, call_id: impl Into<String>, approval: Approval) -> Self {
        self.policy.decisions.insert(call_id.into(), approval);
        self
    }

    /// Ends the run behind a step whose calls are answered, when the function says so.
    pub fn stop_when(mut self, stop: impl Fn(&StepEnd<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.policy.stop_when = Some(Box::new(stop));
        self
    }

    /// Ends the run with `Cancelled` when the token is cancelled, whatever it waits for.
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.call.cancel = Some(token);
        self
    }

    /// Hands out every chunk of every answer as it comes, where the steps begin and end, and the results of the tools.
    pub fn stream(self) -> ToolRunStream {
        ToolRunStream::new(Engine::new(self, Mode::Told))
    }
}

impl IntoFuture for ToolLoop {
    type Output = Result<ToolRun, ToolRunError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(Engine::new(self, Mode::Silent).finish())
    }
}

impl fmt::Debug for ToolLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolLoop").field("call", &self.call).finish_non_exhaustive()
    }
}
