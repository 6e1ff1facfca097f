use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::de::DeserializeOwned;

use super::parsed::Parsed;
use super::sample::Sample;
use super::subject::{Api, Contender, Workload};
use crate::artifacts;
use crate::verdict::Obstacle;
use crate::workspace::cargo;

/// `Programs` are the measured programs, built with the profile `measured`.
#[derive(Debug)]
pub(super) struct Programs {
    time: PathBuf,
    heap: PathBuf,
}

/// `Job` is what the contenders are asked to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) api: Api,
    pub(super) workload: Workload,
    pub(super) provider: &'a str,
    pub(super) url: &'a str,
}

/// `Serving` is the server, in a process of its own, until it is dropped.
#[derive(Debug)]
pub(super) struct Serving {
    process: Child,
    pub(super) url: String,
}

impl Programs {
    /// Builds them. What Cargo says goes to standard error.
    pub(super) fn build() -> Result<Self, Obstacle> {
        let mut cargo = cargo();
        cargo.args(["build", "--profile", "measured", "--package", "xtask", "--features", "bench"]);
        cargo.args(["--bin", "bench-time", "--bin", "bench-heap"]);
        let built = artifacts::build(&mut cargo)?.ok_or("the measured programs cannot be built")?;
        let find = |name: &str| {
            let program = built.iter().find(|program| program.target.name == name);
            program
                .map(|program| program.executable.clone())
                .ok_or_else(|| format!("Cargo built no `{name}`"))
        };
        Ok(Self { time: find("bench-time")?, heap: find("bench-heap")? })
    }

    /// Starts the server.
    pub(super) fn serve(&self) -> Result<Serving, Obstacle> {
        let mut process =
            Command::new(&self.time).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        if let Some(told) = process.stdout.take() {
            BufReader::new(told).read_line(&mut url)?;
        }
        Ok(Serving { process, url: url.trim_end().to_owned() })
    }

    /// Measures processor time.
    pub(super) fn time(&self, contender: Contender, job: Job<'_>, requests: u32) -> Result<Sample, Obstacle> {
        told(run(&self.time, contender, job, requests))
    }

    /// Counts allocations.
    pub(super) fn heap(&self, contender: Contender, job: Job<'_>) -> Result<Sample, Obstacle> {
        told(run(&self.heap, contender, job, 2))
    }

    /// Measures the parser.
    pub(super) fn parse(&self) -> Result<Vec<Parsed>, Obstacle> {
        let mut command = Command::new(&self.time);
        command.arg("parse");
        told(command)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The end of its standard input ends it.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn run(program: &Path, contender: Contender, job: Job<'_>, requests: u32) -> Command {
    let mut command = Command::new(program);
    command
        .arg("run")
        .args([job.api.name(), job.workload.name(), contender.name(), job.provider, job.url])
        .arg(requests.to_string());
    command
}

fn told<T: DeserializeOwned>(mut command: Command) -> Result<T, Obstacle> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
