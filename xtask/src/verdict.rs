//! How a task ends.

use std::process::ExitCode;

/// What stops a task before it can judge anything, such as a folder that is not there.
pub type Obstacle = Box<dyn std::error::Error + Send + Sync>;

/// `Verdict` is what a task found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Passed,
    /// Something is wrong, and was printed.
    Failed,
    /// The task could not be done here, and what is missing was printed.
    Unavailable,
}

impl Verdict {
    /// Passed or failed.
    #[must_use]
    pub fn of(passed: bool) -> Self {
        if passed { Self::Passed } else { Self::Failed }
    }
}

impl From<Verdict> for ExitCode {
    /// 0 where all is well, 1 where something is wrong, 2 where nothing could be judged.
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::SUCCESS,
            Verdict::Failed => Self::FAILURE,
            Verdict::Unavailable => Self::from(2),
        }
    }
}
