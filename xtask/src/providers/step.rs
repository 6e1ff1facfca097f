//! One step after the other, each a run of Cargo.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use super::count::{TestCount, count};
use crate::workspace::cargo;

/// `Steps` runs steps and counts how they end. What Cargo says is shown only where a step fails.
pub(super) struct Steps<'a> {
    root: PathBuf,
    snapshots: &'static str,
    out: &'a mut dyn Write,
    pub(super) passed: usize,
    pub(super) failed: usize,
}

/// How a step ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) ok: bool,
    pub(super) took: Duration,
    /// How many tests passed, where the step ran tests.
    pub(super) tests: u64,
}

impl<'a> Steps<'a> {
    pub(super) fn new(root: impl Into<PathBuf>, update: bool, out: &'a mut dyn Write) -> Self {
        let snapshots = if update { "always" } else { "no" };
        Self { root: root.into(), snapshots, out, passed: 0, failed: 0 }
    }

    /// A step that passes when Cargo does.
    pub(super) fn run(&mut self, provider: &str, what: &str, arguments: &[&str]) -> io::Result<Ended> {
        let start = Instant::now();
        let output = self.cargo(arguments)?;
        let why = (!output.status.success()).then(|| format!("`cargo {}` failed", arguments.join(" ")));
        let ended = Ended { ok: why.is_none(), took: start.elapsed(), tests: 0 };
        self.tell(provider, what, ended, why, &[output])?;
        Ok(ended)
    }

    /// A step of test runs that passes when all of them do and no fewer tests ran than the floor says.
    pub(super) fn tests(
        &mut self,
        provider: &str,
        what: &str,
        runs: &[&[&str]],
        floor: Result<u64, String>,
    ) -> io::Result<Ended> {
        let start = Instant::now();
        let outputs = runs.iter().map(|arguments| self.cargo(arguments)).collect::<io::Result<Vec<_>>>()?;
        let ran = outputs.iter().fold(TestCount::default(), |sum, output| {
            let one = count(&String::from_utf8_lossy(&output.stdout));
            TestCount {
                passed: sum.passed.saturating_add(one.passed),
                failed: sum.failed.saturating_add(one.failed),
            }
        });
        let all = outputs.iter().all(|output| output.status.success());
        let why = too_few(all, ran, floor);
        let ended = Ended { ok: why.is_none(), took: start.elapsed(), tests: ran.passed };
        self.tell(
            provider,
            &format!("{what}, {} ran", ran.passed),
            ended,
            why,
            if all { &[] } else { &outputs },
        )?;
        Ok(ended)
    }

    fn cargo(&self, arguments: &[&str]) -> io::Result<Output> {
        cargo()
            .current_dir(&self.root)
            .args(arguments)
            .env("INSTA_UPDATE", self.snapshots)
            .env_remove("INSTA_FORCE_PASS")
            .output()
    }

    fn tell(
        &mut self,
        provider: &str,
        what: &str,
        ended: Ended,
        why: Option<String>,
        outputs: &[Output],
    ) -> io::Result<()> {
        let seconds = ended.took.as_secs_f64();
        let Some(why) = why else {
            self.passed = self.passed.saturating_add(1);
            return writeln!(self.out, "ok      {provider}: {what} ({seconds:.1} s)");
        };
        self.failed = self.failed.saturating_add(1);
        for output in outputs.iter().filter(|output| !output.status.success()) {
            self.out.write_all(&output.stdout)?;
            self.out.write_all(&output.stderr)?;
        }
        writeln!(self.out, "FAILED  {provider}: {what}: {why}")
    }
}

/// Why a test step fails, if it does.
fn too_few(all_passed: bool, ran: TestCount, floor: Result<u64, String>) -> Option<String> {
    if !all_passed {
        return Some(format!("{} tests failed, or did not build", ran.failed));
    }
    match floor {
        Err(missing) => Some(missing),
        Ok(floor) if ran.passed < floor => {
            Some(format!("only {} tests ran, and there must be {floor}; were some lost?", ran.passed))
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_tests_than_the_floor_fail() {
        let ran = TestCount { passed: 9, failed: 0 };
        assert_eq!(too_few(true, ran, Ok(9)), None);
        assert!(too_few(true, ran, Ok(10)).unwrap().contains("only 9 tests ran"));
        assert_eq!(too_few(true, ran, Err("no floor".to_owned())).unwrap(), "no floor");
        assert!(too_few(false, ran, Ok(1)).is_some());
    }
}
