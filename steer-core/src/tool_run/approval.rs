use std::fmt;

use crate::redact::Hidden;

/// `Approval` says whether a call may run.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Approval {
    /// It runs.
    Allow,
    /// It does not run, and the model is told why.
    Deny {
        /// What the model reads.
        reason: String,
    },
    /// Nothing is decided: the run ends when the other calls of the answer have ended, and the call can run in a later
    /// run of the same conversation.
    HandBack,
}

impl Approval {
    /// The call does not run, and the model is told why.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::Deny { reason: reason.into() }
    }
}

impl fmt::Debug for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("Allow"),
            Self::Deny { reason } => f.debug_struct("Deny").field("reason", &Hidden(reason)).finish(),
            Self::HandBack => f.write_str("HandBack"),
        }
    }
}
