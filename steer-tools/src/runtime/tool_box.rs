//! Tools in a box, and how their calls are run.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{FutureExt, StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;

use super::error::Failure;
use super::tool::{Timeout, Tool};
use super::{ToolBoxError, ToolContext, ToolError, ToolOutput};
use crate::{FatalToolError, ToolCall, ToolFuture, ToolResult, ToolRunner, ToolSchema};

/// `ToolBox` holds tools, says what a model is told of them, and runs the calls that it makes.
///
/// Cheap to clone. A call is answered whatever happens in it: arguments that do not fit, an unknown name, an error, a
/// panic (in programs that unwind) and a call that takes too long are results that the model reads. Only
/// [`ToolError::fatal`] is an error.
#[derive(Clone)]
pub struct ToolBox(Arc<Shared>);

struct Shared {
    tools: Vec<Tool>,
    own: Arc<[ToolSchema]>,
    runners: Vec<Arc<dyn ToolRunner>>,
    joined: Mutex<Option<Joined>>,
    timeout: Option<Duration>,
    concurrency: NonZeroUsize,
}

/// The schemas of all runners, as long as each gives the same.
struct Joined {
    of: Vec<Arc<[ToolSchema]>>,
    all: Arc<[ToolSchema]>,
}

/// `ToolBoxBuilder` sets up a [`ToolBox`].
#[derive(Default)]
pub struct ToolBoxBuilder {
    tools: Vec<Tool>,
    runners: Vec<Arc<dyn ToolRunner>>,
    timeout: Option<Duration>,
    concurrency: Option<NonZeroUsize>,
}

impl ToolBoxBuilder {
    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// Adds what another runner has, such as the tools of a server; they may change as long as the box lives. The runner
    /// has its own time limits. Where a name comes twice, the tool that was there first answers.
    #[must_use]
    pub fn runner(mut self, runner: impl ToolRunner + 'static) -> Self {
        self.runners.push(Arc::new(runner));
        self
    }

    /// The most time that a call may take where its tool has no limit of its own; without end by default.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// How many calls of one answer run at a time; 8 by default.
    #[must_use]
    pub fn concurrency(mut self, calls: NonZeroUsize) -> Self {
        self.concurrency = Some(calls);
        self
    }

    /// Makes the box.
    ///
    /// # Errors
    ///
    /// Two tools have one name.
    pub fn build(self) -> Result<ToolBox, ToolBoxError> {
        let of_runners: Vec<_> = self.runners.iter().map(|runner| runner.schemas()).collect();
        let schemas =
            self.tools.iter().map(Tool::schema).chain(of_runners.iter().flat_map(|list| list.iter()));
        let mut names = BTreeSet::new();
        for schema in schemas {
            if !names.insert(&schema.name) {
                return Err(ToolBoxError::DuplicateName { name: schema.name.clone() });
            }
        }
        let own = self.tools.iter().map(|tool| tool.schema.clone()).collect();
        Ok(ToolBox(Arc::new(Shared {
            tools: self.tools,
            own,
            runners: self.runners,
            joined: Mutex::default(),
            timeout: self.timeout,
            concurrency: self.concurrency.unwrap_or(const { NonZeroUsize::new(8).unwrap() }),
        })))
    }
}

impl ToolBox {
    /// A box to be set up.
    pub fn builder() -> ToolBoxBuilder {
        ToolBoxBuilder::default()
    }

    /// A box of these tools.
    ///
    /// # Errors
    ///
    /// Two of them have one name.
    pub fn new(tools: impl IntoIterator<Item = Tool>) -> Result<Self, ToolBoxError> {
        tools.into_iter().fold(Self::builder(), ToolBoxBuilder::tool).build()
    }

    /// Runs the calls of an answer, several at a time; the results come in the order of the calls. A call that has not
    /// ended when the token is cancelled is dropped, and its result says that it is missing.
    ///
    /// # Errors
    ///
    /// A tool failed for good; the calls that still ran are dropped.
    pub async fn run_all(
        &self,
        calls: impl IntoIterator<Item = ToolCall>,
        cancel: &CancellationToken,
    ) -> Result<Vec<ToolResult>, FatalToolError> {
        let calls: Vec<_> = calls.into_iter().collect();
        let run = |call: ToolCall| async move {
            let (id, name) = (call.id.clone(), call.name.clone());
            match cancel.run_until_cancelled(self.run(call)).await {
                Some(result) => result,
                None => Ok(ToolResult::missing(id, "the call was cancelled before it ended").for_tool(name)),
            }
        };
        futures::stream::iter(calls).map(run).buffered(self.0.concurrency.get()).try_collect().await
    }

    async fn answer(&self, call: ToolCall) -> Result<ToolResult, FatalToolError> {
        let (id, name) = (call.id.clone(), call.name.clone());
        let result = match self.0.tools.iter().find(|tool| tool.schema.name == name) {
            Some(tool) => self.call(tool, call).await,
            None => match self.0.runners.iter().find(|runner| has(&runner.schemas(), &name)) {
                Some(runner) => return runner.run(call).await,
                None => Err(self.unknown(&name)),
            },
        };
        let output = match result {
            Ok(output) => output,
            Err(ToolError(Failure::Told(output))) => output,
            Err(ToolError(Failure::Fatal(error))) => return Err(FatalToolError::new(name, error)),
        };
        Ok(ToolResult::new(id, output.content).for_tool(name).outcome(output.outcome))
    }

    async fn call(&self, tool: &Tool, call: ToolCall) -> Result<ToolOutput, ToolError> {
        let cancel = CancellationToken::new();
        let context = ToolContext { call_id: call.id.clone(), cancel: cancel.clone() };
        // Whoever drops this future, for whatever reason, lets the tool's own tasks know.
        let _cancelled_with_this = cancel.drop_guard();
        // The function itself may panic before it has given a future.
        let work = AssertUnwindSafe(async { (tool.handler)(call, context).await }).catch_unwind();
        let limit = match tool.timeout {
            Timeout::OfBox => self.0.timeout,
            Timeout::Own(limit) => limit,
        };
        let ended = match limit {
            Some(limit) => tokio::time::timeout(limit, work).await.map_err(|_| {
                ToolError::new(format!("the tool `{}` gave no result within {limit:?}", tool.schema.name))
            })?,
            None => work.await,
        };
        // What a panic says may hold anything, and helps no model.
        ended.unwrap_or_else(|_| {
            Err(ToolError::new(format!("the tool `{}` failed unexpectedly", tool.schema.name)))
        })
    }

    fn unknown(&self, name: &str) -> ToolError {
        let schemas = self.schemas();
        let names: Vec<_> = schemas.iter().map(|schema| format!("`{}`", schema.name)).collect();
        ToolError::new(match names.as_slice() {
            [] => format!("there is no tool `{name}`, and no other either"),
            names => format!("there is no tool `{name}`; there are {}", names.join(", ")),
        })
    }
}

impl ToolRunner for ToolBox {
    fn schemas(&self) -> Arc<[ToolSchema]> {
        if self.0.runners.is_empty() {
            return Arc::clone(&self.0.own);
        }
        let of: Vec<_> = self.0.runners.iter().map(|runner| runner.schemas()).collect();
        let mut joined = self.0.joined.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |joined: &&Joined| joined.of.iter().zip(&of).all(|(old, new)| Arc::ptr_eq(old, new));
        if let Some(joined) = joined.as_ref().filter(is_same) {
            return Arc::clone(&joined.all);
        }
        let mut names = BTreeSet::new();
        let all = self.0.own.iter().chain(of.iter().flat_map(|list| list.iter()));
        let all: Arc<[_]> = all.filter(|schema| names.insert(schema.name.clone())).cloned().collect();
        *joined = Some(Joined { of, all: Arc::clone(&all) });
        all
    }

    fn run(&self, call: ToolCall) -> ToolFuture<'_, Result<ToolResult, FatalToolError>> {
        Box::pin(self.answer(call))
    }

    fn concurrency(&self) -> NonZeroUsize {
        self.0.concurrency
    }
}

impl fmt::Debug for ToolBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemas = self.schemas();
        let names: Vec<_> = schemas.iter().map(|schema| &schema.name).collect();
        f.debug_struct("ToolBox").field("tools", &names).finish_non_exhaustive()
    }
}

fn has(schemas: &[ToolSchema], name: &str) -> bool {
    schemas.iter().any(|schema| schema.name == name)
}
