//! `cargo xtask real-servers`: tests against servers that nobody here wrote.
//!
//! One of them runs a small model for real (llama.cpp), another plays fixed answers and remembers what it was sent
//! (aimock), the third lets people log in (oauth2-mock-server). All come from package registries, at pinned versions, and
//! listen on the loopback interface alone. On Linux there is a fourth, the keyring of a desktop (gnome-keyring), which
//! lives as long as a session of its own.

mod gated;
mod group;
mod health;
mod install;
mod interrupt;
mod keyring;
mod launch;
mod servers;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;
use interrupt::Interrupt;
use launch::Running;
use servers::Servers;

/// `Options` say what to do with the servers, and where they are kept.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// What to do
    #[arg(value_enum)]
    pub action: Action,
    /// Where the servers are installed; `target/real-servers` of the workspace by default
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The most seconds that the servers and their tests may take, once the tests are built
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub limit: u64,
}

/// `Action` is one thing to do with the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Action {
    /// Installs the servers and the model, unless they are there
    Install,
    /// Starts them, says where they listen, and leaves them running
    Start,
    /// Stops what `start` left running
    Stop,
    /// Runs the tests against them, and stops them if it started them
    Test,
    /// Runs the tests against a keyring, which is installed where it is missing; on Linux alone
    Keyring,
    /// Installs the authorization server alone, and runs the tests of logins against it
    Oauth,
    /// Installs all of them and runs all tests
    All,
}

/// Does what the options say.
///
/// # Errors
/// A program that is needed is not there, an installation failed, or a server does not come up.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let root = Workspace::read()?.workspace_root;
    let dir = options.dir.clone().unwrap_or_else(|| root.join("target/real-servers"));
    std::fs::create_dir_all(&dir)?;
    // The servers get absolute paths: by them a stale process number is told from a server of this folder.
    let dir = dir.canonicalize()?;
    let interrupt = Interrupt::watch()?;
    match options.action {
        Action::Install => install::install(&dir, &interrupt, out)?,
        Action::Start => {
            let running = Running::start(&root, &dir, &interrupt, out)?;
            running.leave();
        }
        Action::Stop => {
            if !Servers::stop(&dir)? {
                writeln!(out, "no server of {} was running", dir.display())?;
            }
        }
        Action::Test => return test(options, &root, &dir, &interrupt, out),
        Action::Keyring => {
            gated::build(&root, &interrupt)?;
            return keyring(options, &root, &dir, &interrupt, out);
        }
        Action::Oauth => {
            install::install_oauth(&dir, &interrupt, out)?;
            gated::build(&root, &interrupt)?;
            let deadline = interrupt.within(Duration::from_secs(options.limit));
            // It ends with this value.
            let (port, _server) = launch::start_oauth(&root, &dir, &deadline, out)?;
            return gated::run(&root, &dir, &[gated::OAUTH], &gated::told_of_oauth(port), &deadline, out);
        }
        Action::All => {
            install::install(&dir, &interrupt, out)?;
            let servers = test(options, &root, &dir, &interrupt, out)?;
            let keyring = keyring(options, &root, &dir, &interrupt, out)?;
            return Ok(if servers == Verdict::Passed { keyring } else { servers });
        }
    }
    Ok(Verdict::Passed)
}

fn test(
    options: &Options,
    root: &std::path::Path,
    dir: &std::path::Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Verdict, Obstacle> {
    install::require(dir)?;
    gated::build(root, interrupt)?;
    let deadline = interrupt.within(Duration::from_secs(options.limit));
    let running = Running::find_or_start(root, dir, &deadline, out)?;
    gated::run(root, dir, &gated::PROGRAMS, &gated::told(running.servers()), &deadline, out)
}

fn keyring(
    options: &Options,
    root: &std::path::Path,
    dir: &std::path::Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Verdict, Obstacle> {
    if !cfg!(target_os = "linux") {
        writeln!(out, "passed over: the keyring's tests are for Linux")?;
        return Ok(Verdict::Passed);
    }
    keyring::install(dir, interrupt, out)?;
    keyring::test(root, dir, &interrupt.within(Duration::from_secs(options.limit)), out)
}
