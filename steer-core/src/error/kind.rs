use std::fmt;

use serde::{Deserialize, Serialize};

/// `ErrorKind` sorts errors by what a program can do about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The credential is missing, wrong or expired.
    AuthenticationFailed,
    /// The credential is right, but may not do this.
    PermissionDenied,
    /// The model or the address does not exist.
    NotFound,
    /// The vendor cannot take the request as it is.
    InvalidRequest,
    /// The prompt does not fit the model's context window.
    ContextLength,
    /// Too many requests or tokens for now.
    RateLimited,
    /// Credit or quota is used up; waiting does not help.
    QuotaExhausted,
    /// The vendor has too much to do.
    Overloaded,
    /// The vendor failed.
    ServerError,
    /// Nothing came in time; [`TimeoutPhase`] says when.
    Timeout,
    /// The connection could not be made or broke.
    Network,
    /// The program cancelled the call.
    Cancelled,
    /// The answer ended before the vendor's own end.
    Truncated,
    /// The answer cannot be read.
    ResponseParsing,
    /// The vendor answered with no answer.
    NoChoices,
    /// A filter of the vendor's blocked the request.
    RequestBlocked,
    /// A size limit was reached.
    LimitExceeded,
    /// The target cannot take what the request asks for.
    UnsupportedFeature,
    /// Something is set up wrong in the program, a catalog or the environment.
    Configuration,
    /// None of these.
    Unknown,
}

impl ErrorKind {
    /// Whether the same request may succeed a little later.
    ///
    /// A timeout is not among them: the vendor may still be at work on the request, and paid for it.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Overloaded | Self::ServerError | Self::Network)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AuthenticationFailed => "authentication failed",
            Self::PermissionDenied => "permission denied",
            Self::NotFound => "not found",
            Self::InvalidRequest => "invalid request",
            Self::ContextLength => "the prompt is longer than the context window",
            Self::RateLimited => "rate limited",
            Self::QuotaExhausted => "quota exhausted",
            Self::Overloaded => "overloaded",
            Self::ServerError => "server error",
            Self::Timeout => "timeout",
            Self::Network => "network error",
            Self::Cancelled => "cancelled",
            Self::Truncated => "the answer was cut off",
            Self::ResponseParsing => "the answer cannot be read",
            Self::NoChoices => "the answer is empty",
            Self::RequestBlocked => "blocked by a content filter",
            Self::LimitExceeded => "limit exceeded",
            Self::UnsupportedFeature => "unsupported feature",
            Self::Configuration => "configuration error",
            Self::Unknown => "unknown error",
        })
    }
}

/// `TimeoutPhase` is what did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// A connection.
    Connect,
    /// The response headers.
    Headers,
    /// The first content.
    FirstContent,
    /// Any further byte.
    Idle,
    /// The whole answer.
    Total,
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "while connecting",
            Self::Headers => "before the response headers",
            Self::FirstContent => "before the first content",
            Self::Idle => "while no byte came",
            Self::Total => "before the whole answer was there",
        })
    }
}
