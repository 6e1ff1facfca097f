//! `cargo xtask fuzz`: each target for a while, on any toolchain, and what came of it in sums that are kept.

mod build;
mod log;
mod session;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use steer_fuzzed::{TARGETS, Target};

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;
use log::Log;
use session::{Ended, Session};

/// `Options` say what is run and for how long.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// How long each target runs
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
    /// How many targets run at a time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    pub jobs: u64,
    /// Adds what ran to the sums of `fuzz/LOG.md`
    #[arg(long)]
    pub record: bool,
    /// The targets; by default all
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
}

/// Builds the targets, runs each with its seeds and what was kept of earlier runs, and fails on a finding.
///
/// # Errors
/// There is no such target, the targets cannot be built, or one cannot be started.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let root = Workspace::read()?.workspace_root;
    let targets = chosen(&options.targets)?;
    let Some(programs) = build::programs(&root, &targets)? else {
        writeln!(out, "the targets do not build")?;
        return Ok(Verdict::Failed);
    };
    let sessions: Vec<Session<'_>> = targets
        .iter()
        .map(|target| {
            let program =
                programs.get(target.name).ok_or_else(|| format!("{} was not built", target.name))?;
            Ok(Session { root: &root, target, program, seconds: options.seconds })
        })
        .collect::<Result<_, Obstacle>>()?;
    let ended = all(&sessions, options.jobs, out)?;
    if options.record {
        record(&root.join("fuzz/LOG.md"), &ended)?;
    }
    let found = ended.iter().filter(|ended| ended.finding.is_some()).count();
    let runs: u64 = ended.iter().map(|ended| ended.runs).sum();
    writeln!(out, "{} targets, {runs} runs, {found} findings", ended.len())?;
    Ok(Verdict::of(found == 0 && runs > 0))
}

/// The targets of these names, or all.
fn chosen(names: &[String]) -> Result<Vec<&'static Target>, Obstacle> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let named = |name: &String| {
        TARGETS.iter().find(|target| target.name == *name).ok_or_else(|| {
            let all: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            format!("there is no target `{name}`; there are {}", all.join(", ")).into()
        })
    };
    names.iter().map(named).collect()
}

/// Runs the sessions, so many at a time, and prints each as it ends.
fn all(sessions: &[Session<'_>], jobs: u64, out: &mut dyn Write) -> Result<Vec<Ended>, Obstacle> {
    let waiting = Mutex::new(sessions.iter());
    let (told, ends) = std::sync::mpsc::channel();
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    thread::scope(|scope| {
        for _ in 0..jobs {
            let told = told.clone();
            scope.spawn(move || {
                // Nobody listens any more where a session could not be told.
                while let Some(session) = next() {
                    if told.send(session.run()).is_err() {
                        break;
                    }
                }
            });
        }
        drop(told);
        let mut all = Vec::new();
        for ended in ends {
            let ended = ended?;
            write!(out, "{ended}")?;
            out.flush()?;
            all.push(ended);
        }
        Ok(all)
    })
}

fn record(file: &Path, ended: &[Ended]) -> Result<(), Obstacle> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut log = Log::read(&text).map_err(|wrong| format!("{}: {wrong}", file.display()))?;
    ended.iter().for_each(|ended| log.add(ended));
    Ok(fs::write(file, log.to_string())?)
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_target_that_is_not_there_is_told_with_those_that_are() {
        assert!(chosen(&[]).unwrap().len() > 20);
        assert_eq!(chosen(&["utf8".to_owned()]).unwrap()[0].name, "utf8");
        let told = chosen(&["utf9".to_owned()]).unwrap_err().to_string();
        assert!(told.contains("`utf9`") && told.contains("utf8"), "{told}");
    }
}
