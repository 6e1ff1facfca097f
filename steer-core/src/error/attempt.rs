use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ApiError, ErrorKind};

/// `FailedAttempt` is an attempt of a call that was followed by another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// What kind of failure it was.
    pub kind: ErrorKind,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's own code or type of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What happened, in words: the vendor's own where it gave any.
    pub message: String,
    /// The vendor's id of the request, for its support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long was waited before the next attempt.
    pub waited: Duration,
}

impl FailedAttempt {
    /// The attempt that ended with an error, after which so long is waited.
    pub(crate) fn of(error: &ApiError, waited: Duration) -> Self {
        Self {
            kind: error.kind(),
            status: error.status(),
            code: error.code().map(str::to_owned),
            message: error.message().to_owned(),
            request_id: error.request_id().map(str::to_owned),
            waited,
        }
    }

    /// All that a server may have said.
    pub(super) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        [Some(&mut self.message), self.code.as_mut(), self.request_id.as_mut()].into_iter().flatten()
    }
}

/// `NotRetried` is why a request was not sent once more although the same request may succeed a little later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotRetried {
    /// The retry policy allows no further attempt.
    Attempts,
    /// The vendor asks for a longer wait than the retry policy allows.
    LongWait,
    /// The wait would outlast the call's whole time.
    Deadline,
    /// The calls of the client failed so often that its retry budget is used up.
    Budget,
    /// Content was handed out already, which a second answer would repeat.
    Content,
}

impl fmt::Display for NotRetried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attempts => "the retry policy allows no more",
            Self::LongWait => "the wait is longer than the retry policy allows",
            Self::Deadline => "the wait is longer than what is left of the call's time",
            Self::Budget => "the retry budget is used up",
            Self::Content => "content was handed out already",
        })
    }
}
