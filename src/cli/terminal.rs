//! What the three standard streams are, and the plain writing to them.

use std::io::{self, BufRead, IsTerminal, Write};

use super::failure::Failure;
use super::sanitise::clean;

/// `Terminal` says which of the standard streams a person sits at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terminal {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
}

impl Terminal {
    /// Looks at the process's own streams.
    pub(crate) fn detect() -> Self {
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        }
    }

    /// Writes to standard output: cleaned for a terminal, byte for byte for anything else.
    pub(crate) fn write(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if self.stdout {
            out.write_all(clean(text).as_bytes())?;
        } else {
            out.write_all(text.as_bytes())?;
        }
        Ok(out.flush()?)
    }

    /// Tells of a failure on standard error.
    pub(crate) fn fail(self, failure: &Failure) {
        if !matches!(failure, Failure::OutputClosed) {
            self.tell(&failure.lines());
        }
    }

    /// Writes a text of the program's own to standard error.
    pub(crate) fn tell(self, text: &str) {
        // Where standard error is closed there is no one left to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Asks a yes-or-no question; anything but a yes is a no.
    pub(crate) fn agrees(self, question: &str) -> bool {
        self.tell(question);
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes" | "Yes")
    }
}

/// A text in the faint style of a terminal.
pub(crate) fn dim(text: &str) -> String {
    format!("\u{1b}[2m{text}\u{1b}[0m")
}
