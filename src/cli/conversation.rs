//! A conversation at a terminal.

use std::io;
use std::time::Instant;

use steer::{Client, CompletionRequest, Part};

use super::answer;
use super::chat::partial;
use super::exit::Exit;
use super::failure::Failure;
use super::history::History;
use super::interrupt::Interrupt;
use super::lines::{Line, Lines};
use super::print::Printer;
use super::request;
use super::sanitise::one_line;
use super::terminal::{Terminal, dim};

const HELP: &str = "\
/help    shows this
/clear   begins a new conversation
/quit    leaves, as Ctrl-D does
Ctrl-C   ends the answer and keeps what has come of it
";

/// `Conversation` asks, answers and remembers until the person leaves. What is typed is kept in memory alone.
#[derive(Debug)]
pub(crate) struct Conversation {
    client: Client,
    base: CompletionRequest,
    /// What the first question takes along.
    media: Vec<Part>,
    history: History,
    terminal: Terminal,
    verbose: bool,
}

impl Conversation {
    /// A conversation that has not begun.
    pub(crate) fn new(
        client: Client,
        base: CompletionRequest,
        media: Vec<Part>,
        terminal: Terminal,
        verbose: bool,
    ) -> Self {
        Self { client, base, media, history: History::default(), terminal, verbose }
    }

    /// Talks until the person leaves.
    pub(crate) async fn run(mut self, interrupt: &Interrupt) -> Result<Exit, Failure> {
        let mut lines = Lines::new(self.terminal);
        self.faint(&format!("{} · /help for help, Ctrl-D leaves", one_line(&self.base.model)));
        loop {
            interrupt.editing();
            let line = match lines.read()? {
                Line::Typed(line) => line,
                Line::Interrupted => {
                    self.faint("Ctrl-D or /quit leaves");
                    continue;
                }
                Line::End => return Ok(Exit::Success),
            };
            match line.trim() {
                "" => {}
                "/quit" | "/exit" => return Ok(Exit::Success),
                "/help" => self.terminal.tell(HELP),
                "/clear" => {
                    self.history.clear();
                    self.faint("a new conversation");
                }
                command if is_command(command) => self.faint("no such command; /help lists them"),
                question => self.turn(question, interrupt).await?,
            }
        }
    }

    async fn turn(&mut self, question: &str, interrupt: &Interrupt) -> Result<(), Failure> {
        self.history.asked(request::question(self.media.clone(), question)?);
        let begun = Instant::now();
        let request = self.base.clone().messages(self.history.messages().iter().cloned());
        let mut printer = Printer::new(io::stdout(), io::stderr(), self.terminal, self.verbose);
        match answer::ask(&self.client, request, interrupt, |chunk| Ok(printer.chunk(chunk)?)).await {
            Ok(response) => {
                printer.finish(&response, begun.elapsed())?;
                self.media.clear();
                self.history.answered(response);
            }
            Err(Failure::OutputClosed) => return Err(Failure::OutputClosed),
            Err(failure) => {
                printer.broke_off(partial(&failure))?;
                let stays = self.history.broke_off(partial(&failure));
                if stays {
                    self.media.clear();
                }
                if failure.exit() == Exit::Cancelled {
                    self.faint(if stays { "cancelled; what came is kept" } else { "cancelled" });
                } else {
                    self.terminal.fail(&failure);
                }
            }
        }
        Ok(())
    }

    fn faint(&self, line: &str) {
        let line = if self.terminal.stderr { dim(line) } else { line.to_owned() };
        self.terminal.tell(&format!("{line}\n"));
    }
}

/// A word behind a slash; a path has a second slash, and a question more words.
fn is_command(line: &str) -> bool {
    line.strip_prefix('/').is_some_and(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::is_command;

    #[test]
    fn a_path_or_a_sentence_is_no_command() {
        assert!(is_command("/hlep"));
        for question in ["/", "/etc/hosts", "/help me", "why?", "/usr/bin is what?"] {
            assert!(!is_command(question), "{question}");
        }
    }
}
