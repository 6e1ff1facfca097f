//! What the program's exit code says.

use std::process::ExitCode;

use steer::{ErrorKind, StopReason};

/// The exit codes, for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
    0  the answer is there
    1  another failure
    2  wrong arguments, or a file that they name cannot be used
    3  no credential, or the vendor does not accept it
    4  configuration: unknown model or provider, bad base URL
    5  the vendor refuses the request: invalid, too long, unsupported, not found, not permitted
    6  rate limit, quota, overload or an error of the server's: try again later
    7  network or timeout
    8  the answer broke off, or cannot be read; what came was printed
    9  a content filter or the model refused
  130  cancelled";

/// `Exit` is the exit code of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Success = 0,
    Failed = 1,
    Usage = 2,
    Credential = 3,
    Configuration = 4,
    Refused = 5,
    Busy = 6,
    Network = 7,
    BrokenOff = 8,
    Filtered = 9,
    Cancelled = 130,
}

impl Exit {
    /// The code of an error.
    pub(crate) fn of_error(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::AuthenticationFailed => Self::Credential,
            ErrorKind::Configuration => Self::Configuration,
            ErrorKind::PermissionDenied
            | ErrorKind::NotFound
            | ErrorKind::InvalidRequest
            | ErrorKind::ContextLength
            | ErrorKind::UnsupportedFeature => Self::Refused,
            ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Overloaded
            | ErrorKind::ServerError => Self::Busy,
            ErrorKind::Timeout | ErrorKind::Network => Self::Network,
            ErrorKind::Truncated
            | ErrorKind::ResponseParsing
            | ErrorKind::NoChoices
            | ErrorKind::LimitExceeded => Self::BrokenOff,
            ErrorKind::RequestBlocked => Self::Filtered,
            ErrorKind::Cancelled => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    /// The code of an answer that came whole.
    pub(crate) fn of_stop(reason: Option<&StopReason>) -> Self {
        match reason {
            Some(StopReason::Refused { .. } | StopReason::Filtered { .. } | StopReason::Recitation) => {
                Self::Filtered
            }
            _ => Self::Success,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::{EXIT_CODES, Exit};
    use steer::{ErrorKind, StopReason};

    #[test]
    fn every_code_is_explained_once() {
        for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130] {
            let explained =
                EXIT_CODES.lines().filter(|line| line.split_whitespace().next() == Some(&code.to_string()));
            assert_eq!(explained.count(), 1, "{code}");
        }
    }

    #[test]
    fn an_error_of_each_sort_has_its_code() {
        for (kind, exit) in [
            (ErrorKind::AuthenticationFailed, Exit::Credential),
            (ErrorKind::PermissionDenied, Exit::Refused),
            (ErrorKind::ContextLength, Exit::Refused),
            (ErrorKind::QuotaExhausted, Exit::Busy),
            (ErrorKind::Timeout, Exit::Network),
            (ErrorKind::NoChoices, Exit::BrokenOff),
            (ErrorKind::RequestBlocked, Exit::Filtered),
            (ErrorKind::Unknown, Exit::Failed),
        ] {
            assert_eq!(Exit::of_error(kind), exit, "{kind}");
        }
    }

    #[test]
    fn a_refusal_that_came_whole_is_no_success() {
        let refused = StopReason::Refused { category: None, explanation: None };
        assert_eq!(Exit::of_stop(Some(&refused)), Exit::Filtered);
        assert_eq!(Exit::of_stop(Some(&StopReason::MaxOutputTokens)), Exit::Success);
        assert_eq!(Exit::of_stop(None), Exit::Success);
    }
}
