use std::fmt;

use steer_tools::FatalToolError;

use super::ToolRun;
use crate::error::{ApiError, ErrorKind};

/// `ToolRunError` is what ended a run of tools before its end, and the run as far as it came.
///
/// The conversation in it holds every whole answer and every result; a run of it goes on with the calls that are not
/// answered.
#[derive(thiserror::Error)]
#[error("{failure}")]
#[non_exhaustive]
pub struct ToolRunError {
    /// What happened.
    #[source]
    pub failure: ToolRunFailure,
    /// What had come.
    pub run: Box<ToolRun>,
}

/// `ToolRunFailure` is what ended a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolRunFailure {
    /// A call of the model failed, or the program cancelled the run.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// A tool failed for good.
    #[error(transparent)]
    Tool(#[from] FatalToolError),
}

impl ToolRunError {
    /// What kind of failure of a call it is; `None` where a tool failed.
    pub fn kind(&self) -> Option<ErrorKind> {
        match &self.failure {
            ToolRunFailure::Api(error) => Some(error.kind()),
            ToolRunFailure::Tool(_) => None,
        }
    }
}

impl fmt::Debug for ToolRunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.run.steps.len();
        f.debug_struct("ToolRunError").field("failure", &self.failure).field("steps", &steps).finish()
    }
}
