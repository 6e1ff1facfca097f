use steer_tools::{Misfit, SchemaError};

use crate::error::ApiError;
use crate::response::CompletionResponse;

/// `AnswerError` is why there is no value. Its text and its `Debug` hold nothing of what the model wrote; the responses do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The call failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The type has no schema that a model could be given.
    #[error("the type of the answer has no schema: {0}")]
    Schema(#[from] SchemaError),
    /// The model refused to answer, or a filter of the vendor's stopped it.
    #[error(
        "the model refused to answer, or was stopped by a filter; the stop reason of the response says which"
    )]
    Refused {
        /// What it said.
        response: Box<CompletionResponse>,
    },
    /// The answer reached a limit of tokens before it was whole.
    #[error("the answer was cut off by a limit of tokens; raise `max_output_tokens`, or ask for less")]
    Truncated {
        /// What came of it.
        response: Box<CompletionResponse>,
    },
    /// The model called tools of the program's instead of answering.
    #[error("the model called tools instead of answering; let `run_tools` run them first, or answer them")]
    ToolCalls {
        /// The calls.
        response: Box<CompletionResponse>,
    },
    /// None of the answers fits the type.
    #[error("none of {attempts} answers fits the type: {misfit}")]
    Invalid {
        /// How many answers there were.
        attempts: u32,
        /// What is wrong with the last one.
        #[source]
        misfit: Misfit,
        /// The last one.
        response: Box<CompletionResponse>,
    },
}

impl AnswerError {
    /// The answer that was not what was asked for.
    pub fn response(&self) -> Option<&CompletionResponse> {
        match self {
            Self::Refused { response }
            | Self::Truncated { response }
            | Self::ToolCalls { response }
            | Self::Invalid { response, .. } => Some(response),
            Self::Api(error) => error.partial(),
            Self::Schema(_) => None,
        }
    }
}
