use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::group::Group;
use super::interrupt::Interrupt;
use super::launch::MODEL;
use super::servers::Servers;
use crate::providers::count::count;
use crate::verdict::{Obstacle, Verdict};
use crate::workspace::cargo;

/// The test programs that talk to the servers; all their tests are ignored unless they are asked for.
pub(super) const PROGRAMS: [&str; 4] = ["real_aimock", "real_corpus", "real_llama", "real_oauth"];

/// The test program that talks to the authorization server.
pub(super) const OAUTH: &str = "real_oauth";

/// How the test programs are built, and so how they are run.
const TEST: [&str; 4] = ["test", "--package", "steer", "--all-features"];

/// The most time that building the test programs may take.
const BUILD: Duration = Duration::from_secs(1200);

/// Builds the test programs, so that the time of the tests is theirs alone.
///
/// # Errors
/// They do not build; what Cargo said is in the error.
pub(super) fn build(root: &Path, interrupt: &Interrupt) -> Result<(), Obstacle> {
    let log = std::env::temp_dir().join(format!("xtask-real-servers-build-{}.log", std::process::id()));
    let mut command = cargo();
    command.current_dir(root).args(TEST).arg("--no-run");
    let built = Group::spawn(command, &log)
        .and_then(|mut group| group.wait("building the tests", &interrupt.within(BUILD)));
    let said = fs::read_to_string(&log)?;
    fs::remove_file(&log)?;
    if built?.success() { Ok(()) } else { Err(format!("the tests do not build:\n{said}").into()) }
}

/// Runs the test programs, one after the other and test by test: the model answers slowly enough alone, and one test
/// watches which of the server's slots are busy.
///
/// # Errors
/// A program cannot be run, or the time is over.
pub(super) fn run(
    root: &Path,
    dir: &Path,
    programs: &[&str],
    told: &[(&str, String)],
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Verdict, Obstacle> {
    let mut all = true;
    for program in programs {
        let mut command = cargo();
        command.current_dir(root).args(arguments(program)).args(["--test-threads", "1"]);
        command.envs(told.iter().map(|(name, value)| (name, value))).env_remove("RUST_BACKTRACE");
        all &= judged(command, program, dir, interrupt, out)?;
    }
    Ok(Verdict::of(all))
}

/// What Cargo is told to run the tests of a program that are ignored otherwise; more for the program may follow.
pub(super) fn arguments(program: &str) -> Vec<&str> {
    [&TEST[..], &["--test", program, "--", "--ignored"]].concat()
}

/// Runs tests and says how they ended: whether some ran, and all of them passed.
///
/// # Errors
/// The command cannot be run, or the time is over.
pub(super) fn judged(
    command: Command,
    what: &str,
    dir: &Path,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<bool, Obstacle> {
    let start = Instant::now();
    let log = dir.join(format!("{}.log", what.replace(", ", "-")));
    let ended = Group::spawn(command, &log)?.wait(what, interrupt);
    let said = fs::read_to_string(&log)?;
    let ran = count(&said);
    let why = match &ended {
        Ok(status) if !status.success() && ran.failed == 0 => Some(format!("it broke off: {status}")),
        Ok(status) => judge(status.success(), ran.passed, ran.failed),
        Err(_) => Some("it did not end".to_owned()),
    };
    let seconds = start.elapsed().as_secs_f64();
    match &why {
        None => writeln!(out, "ok      {what}, {} ran ({seconds:.1} s)", ran.passed)?,
        Some(why) => {
            writeln!(out, "{said}")?;
            writeln!(out, "FAILED  {what}: {why} ({seconds:.1} s)")?;
        }
    }
    ended?;
    Ok(why.is_none())
}

/// What the tests read of the servers.
pub(super) fn told(servers: &Servers) -> Vec<(&'static str, String)> {
    let mut told = vec![
        ("STEER_REAL_LLAMA_URL", servers.llama.url()),
        ("STEER_REAL_LLAMA_KEY", servers.llama.key.clone()),
        ("STEER_REAL_LLAMA_MODEL", MODEL.to_owned()),
        ("STEER_REAL_AIMOCK_URL", servers.aimock.url()),
        ("STEER_REAL_AIMOCK_KEY", servers.aimock.key.clone()),
    ];
    told.extend(told_of_oauth(servers.oauth.port));
    told
}

/// What the tests read of the authorization server at this port.
pub(super) fn told_of_oauth(port: u16) -> [(&'static str, String); 1] {
    [("STEER_REAL_OAUTH_URL", format!("http://127.0.0.1:{port}"))]
}

/// Why a program's run is no success, if it is none.
fn judge(succeeded: bool, passed: u64, failed: u64) -> Option<String> {
    if !succeeded {
        return Some(format!("{failed} tests failed"));
    }
    (passed == 0).then(|| "no test ran; are they still there, and ignored?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_tests_is_no_success() {
        assert_eq!(judge(true, 3, 0), None);
        assert!(judge(true, 0, 0).unwrap().contains("no test ran"));
        assert!(judge(false, 3, 1).unwrap().contains("1 tests failed"));
    }
}
