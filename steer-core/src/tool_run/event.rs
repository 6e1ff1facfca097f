use steer_tools::{ToolCall, ToolResult};

use super::{Step, ToolRun};
use crate::stream::StreamChunk;

/// `ToolRunEvent` is one event of a run of tools.
///
/// A step is `StepStarted`, the chunks of its answer, whose last is `MessageComplete`, then `ToolStarted` and `ToolResult`
/// for its calls, and `StepEnded`. The last event is `Finished` and comes once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ToolRunEvent {
    /// The model is asked.
    StepStarted {
        /// The number of the step, from 1.
        step: usize,
    },
    /// A chunk of its answer.
    Chunk {
        /// The number of the step.
        step: usize,
        /// The chunk.
        chunk: StreamChunk,
    },
    /// A call begins to run.
    ToolStarted {
        /// The number of the step; 0 for calls that an earlier run left.
        step: usize,
        /// The call.
        call: ToolCall,
    },
    /// A call is answered, in the order in which the calls end.
    ToolResult {
        /// The number of the step; 0 for calls that an earlier run left.
        step: usize,
        /// What the model will read.
        result: ToolResult,
    },
    /// All that belongs to the step is in the conversation.
    StepEnded {
        /// The step.
        step: Box<Step>,
    },
    /// The run has ended.
    Finished(Box<ToolRun>),
}
