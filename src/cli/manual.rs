//! `steer man` and `steer completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Arguments;
use super::failure::Failure;
use super::terminal::Terminal;

/// Prints a page of the manual: of the program, or of the command that the words name.
pub(crate) fn page(words: &[String], terminal: Terminal) -> Result<(), Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut found = &command;
    for word in words {
        found = found
            .find_subcommand(word)
            .ok_or_else(|| Failure::Usage(format!("there is no command `{word}`")))?;
    }
    let title = [&["steer".to_owned()], words].concat().join("-").to_uppercase();
    let mut page = Vec::new();
    clap_mangen::Man::new(found.clone()).title(title).render(&mut page)?;
    terminal.write(&String::from_utf8_lossy(&page))
}

/// Prints what makes a shell complete the program's arguments.
pub(crate) fn completions(shell: Shell, terminal: Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "steer", &mut script);
    terminal.write(&String::from_utf8_lossy(&script))
}
