//! The command-line program, from its arguments to its exit code.

mod answer;
mod args;
mod auth;
mod browser;
mod catalogs;
mod chat;
mod config;
mod conversation;
mod count;
mod demo;
mod dry_run;
mod embed;
mod exit;
mod failure;
mod history;
mod interrupt;
mod json;
mod keys;
mod lines;
mod linked;
mod manual;
mod models;
mod print;
mod providers;
mod remote;
mod request;
mod sanitise;
mod secret;
mod summary;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::Exit;
use failure::Failure;
use terminal::Terminal;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let terminal = Terminal::detect();
    let exit = match command {
        Command::Chat(args) => wait(chat::run(*args, terminal), terminal),
        Command::Count(args) => wait(count::run(*args, terminal), terminal),
        Command::Auth(command) => auth::run(command, terminal),
        Command::Embed(args) => wait(embed::run(args, terminal), terminal),
        Command::Providers(args) => report(providers::run(&args), terminal),
        Command::Models(args) if args.remote => wait(remote::run(args, terminal), terminal),
        Command::Models(args) => report(models::run(&args), terminal),
        Command::Config { command } => config::run(&command, terminal),
        Command::Completions { shell } => report(manual::completions(shell, terminal), terminal),
        Command::Man { command } => report(manual::page(&command, terminal), terminal),
    };
    exit.into()
}

pub(crate) fn wait(work: impl Future<Output = Exit>, terminal: Terminal) -> Exit {
    // A worker beside the main thread, so that Ctrl-C is seen while the main thread waits for who reads the output.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(work);
            // What is left are idle connections; no one waits for them.
            runtime.shutdown_background();
            exit
        }
        Err(error) => report(Err(Failure::System(format!("the program cannot start: {error}"))), terminal),
    }
}

fn report(result: Result<(), Failure>, terminal: Terminal) -> Exit {
    match result {
        Ok(()) => Exit::Success,
        Err(failure) => {
            terminal.fail(&failure);
            failure.exit()
        }
    }
}
