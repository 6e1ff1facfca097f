//! Who runs the calls of a model, as far as those who ask for it have to know.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;

use crate::{ToolCall, ToolResult, ToolSchema};

/// A future that may move between threads.
pub type ToolFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// `ToolRunner` says which tools there are, and runs the calls that a model makes of them.
///
/// With the feature `runtime` a `ToolBox` is one.
pub trait ToolRunner: Send + Sync {
    /// The tools as they are now. Give the same `Arc` as long as they are the same.
    fn schemas(&self) -> Arc<[ToolSchema]>;

    /// Runs a call. Whatever the model can do something about (arguments that do not fit, an unknown name, a failure of the
    /// tool) is a result for the model; dropping the future cancels the call.
    ///
    /// # Errors
    ///
    /// The tool failed in a way that ends the conversation.
    fn run(&self, call: ToolCall) -> ToolFuture<'_, Result<ToolResult, FatalToolError>>;

    /// How many calls of one answer may run at a time; 8 unless the runner says otherwise.
    fn concurrency(&self) -> NonZeroUsize {
        const { NonZeroUsize::new(8).unwrap() }
    }
}

impl<R: ToolRunner + ?Sized> ToolRunner for Arc<R> {
    fn schemas(&self) -> Arc<[ToolSchema]> {
        (**self).schemas()
    }

    fn run(&self, call: ToolCall) -> ToolFuture<'_, Result<ToolResult, FatalToolError>> {
        (**self).run(call)
    }

    fn concurrency(&self) -> NonZeroUsize {
        (**self).concurrency()
    }
}

/// A failure of a tool that no answer of the model can mend. Its `Debug` shows the tool's name and not the cause.
#[derive(thiserror::Error)]
#[error("the tool `{tool}` failed in a way that ends the run")]
#[non_exhaustive]
pub struct FatalToolError {
    /// The tool's name.
    pub tool: String,
    /// The failure.
    pub source: Box<dyn Error + Send + Sync>,
}

impl FatalToolError {
    /// A failure of a tool.
    pub fn new(tool: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { tool: tool.into(), source: source.into() }
    }
}

impl fmt::Debug for FatalToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FatalToolError").field("tool", &self.tool).finish_non_exhaustive()
    }
}
