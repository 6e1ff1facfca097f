//! The programs of the tests, as Cargo builds them, run with the names of the tests that are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::catalogue::TestName;
use crate::artifacts::{self, Target};
use crate::verdict::Obstacle;
use crate::workspace::{Workspace, cargo};

/// `Outcome` is how a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
    /// The program has no such test, or there is no such program.
    Missing,
    /// It is there, and was not run.
    NotRun,
}

/// `Programs` are the test programs, by package and target.
#[derive(Debug, Default)]
pub(super) struct Programs(BTreeMap<(String, String), PathBuf>);

impl Programs {
    /// Builds the tests of these packages, or of all, with all features.
    pub(super) fn build(workspace: &Workspace, packages: &[String]) -> Result<Self, Obstacle> {
        let mut command = cargo();
        command.current_dir(&workspace.workspace_root);
        command.args(["test", "--locked", "--all-features", "--no-run"]);
        if packages.is_empty() {
            command.arg("--workspace");
        }
        for package in packages {
            command.args(["-p", package]);
        }
        let mut programs = BTreeMap::new();
        for built in artifacts::build(&mut command)?.ok_or("the tests do not build")? {
            let package =
                workspace.packages.iter().find(|package| package.manifest_path == built.manifest_path);
            if built.profile.test
                && let Some(package) = package
                && let Some(target) = in_catalogue(built.target)
            {
                programs.insert((package.name.clone(), target), built.executable);
            }
        }
        Ok(Self(programs))
    }

    /// Runs tests; what a failing program says is printed.
    pub(super) fn run(
        &self,
        wanted: &BTreeSet<TestName>,
        out: &mut dyn Write,
    ) -> Result<BTreeMap<TestName, Outcome>, Obstacle> {
        let mut groups: BTreeMap<(String, String), Vec<&TestName>> = BTreeMap::new();
        for test in wanted {
            groups.entry((test.package.clone(), test.target.clone())).or_default().push(test);
        }
        let mut outcomes = BTreeMap::new();
        for (group, tests) in groups {
            let said = match self.0.get(&group) {
                Some(program) => run(program, &tests, out)?,
                None => String::new(),
            };
            outcomes.extend(tests.into_iter().map(|test| (test.clone(), outcome(&said, &test.path))));
        }
        Ok(outcomes)
    }
}

fn run(program: &Path, tests: &[&TestName], out: &mut dyn Write) -> Result<String, Obstacle> {
    let ran = Command::new(program)
        .arg("--exact")
        .args(tests.iter().map(|test| &test.path))
        .env("INSTA_UPDATE", "no")
        .env_remove("INSTA_FORCE_PASS")
        .output()?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    if !ran.status.success() {
        out.write_all(said.as_bytes())?;
        out.write_all(&ran.stderr)?;
    }
    Ok(said)
}

/// How a test ended, by what its program said.
fn outcome(said: &str, path: &str) -> Outcome {
    let results = said.lines().filter_map(|line| line.strip_prefix("test ")?.rsplit_once(" ... "));
    let ended = results.into_iter().find_map(|(name, word)| {
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        (name == path).then_some(word)
    });
    match ended {
        None => Outcome::Missing,
        Some("ok") => Outcome::Passed,
        Some(word) if word.starts_with("ignored") => Outcome::NotRun,
        Some(_) => Outcome::Failed,
    }
}

/// What the catalogue calls a target; nothing for what has no tests.
fn in_catalogue(target: Target) -> Option<String> {
    let is = |wanted: &[&str]| target.kind.iter().any(|kind| wanted.contains(&kind.as_str()));
    match () {
        () if is(&["lib"]) => Some("lib".to_owned()),
        () if is(&["bin"]) => Some("bins".to_owned()),
        () if is(&["test"]) => Some(target.name),
        () => None,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Missing => "there is no such test",
            Self::NotRun => "it is ignored",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_ended_as_its_program_says_and_is_missing_where_it_says_nothing() {
        let said = "running 4 tests\ntest a::b ... ok\ntest a::c ... FAILED\ntest a::d ... ignored, slow\n\
            test e - should panic ... ok\n\ntest result: FAILED. 2 passed; 1 failed\n";
        for (path, ended) in [
            ("a::b", Outcome::Passed),
            ("a::c", Outcome::Failed),
            ("a::d", Outcome::NotRun),
            ("e", Outcome::Passed),
            ("b", Outcome::Missing),
        ] {
            assert_eq!(outcome(said, path), ended, "{path}");
        }
    }
}
