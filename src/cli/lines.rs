//! Lines from a person at a terminal, with editing and a memory of what was typed.

use std::mem;

use rustyline::Editor;
use rustyline::config::{Behavior, Config};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;

use super::failure::Failure;
use super::terminal::Terminal;

/// `Lines` reads lines. What was typed is remembered in memory alone.
pub(crate) struct Lines {
    config: Config,
    history: MemHistory,
}

/// `Line` is what a person did at the prompt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Typed this.
    Typed(String),
    /// Pressed Ctrl-C.
    Interrupted,
    /// Pressed Ctrl-D, or closed the terminal.
    End,
}

impl Lines {
    /// Reads from the process's terminal.
    pub(crate) fn new(terminal: Terminal) -> Self {
        // The prompt must not land in the file that the answer goes to.
        let behavior = if terminal.stdout { Behavior::Stdio } else { Behavior::PreferTerm };
        Self { config: Config::builder().behavior(behavior).build(), history: MemHistory::new() }
    }

    /// Waits for the next line.
    pub(crate) fn read(&mut self) -> Result<Line, Failure> {
        // The editor takes Ctrl-C for as long as it lives; so it lives for one line, and the answer that follows can
        // be ended again.
        let mut editor = Editor::<(), _>::with_history(self.config.clone(), mem::take(&mut self.history))
            .map_err(|error| failure(&error))?;
        let line = editor.readline("> ");
        if let Ok(line) = &line {
            // A line that cannot be remembered can still be asked.
            let _ = editor.add_history_entry(line.as_str());
        }
        self.history = mem::take(editor.history_mut());
        match line {
            Ok(line) => Ok(Line::Typed(line)),
            Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
            Err(ReadlineError::Eof) => Ok(Line::End),
            Err(error) => Err(failure(&error)),
        }
    }
}

fn failure(error: &ReadlineError) -> Failure {
    Failure::System(format!("the terminal cannot be read: {error}"))
}
