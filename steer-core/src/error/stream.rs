use super::{ApiError, ErrorKind, FramingError};
use crate::response::CompletionResponse;

/// `StreamError` is what a stream ends with when it does not end with the whole answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The bytes are no frames.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// The call failed; the partial answer is in the error.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl StreamError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Framing(error) => error.kind(),
            Self::Api(error) => error.kind(),
        }
    }

    /// What had come of the answer.
    pub fn partial(&self) -> Option<&CompletionResponse> {
        match self {
            Self::Framing(_) => None,
            Self::Api(error) => error.partial(),
        }
    }
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Api(error) => error,
            StreamError::Framing(error) => Self::new(error.kind(), error.to_string()).with_source(error),
        }
    }
}
