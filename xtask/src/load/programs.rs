use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Options;
use super::figure::Figure;
use super::part::Part;
use crate::artifacts;
use crate::verdict::Obstacle;
use crate::workspace::cargo;

/// `Program` is the program that makes the load.
#[derive(Debug)]
pub(super) struct Program {
    file: PathBuf,
}

impl Program {
    /// Builds it. What Cargo says goes to standard error.
    pub(super) fn build(profile: &str) -> Result<Self, Obstacle> {
        let mut cargo = cargo();
        cargo.args(["build", "--profile", profile, "--package", "xtask", "--features", "load"]);
        cargo.args(["--bin", "load-work"]);
        let built = artifacts::build(&mut cargo)?.ok_or("the program that makes the load cannot be built")?;
        let found = built.into_iter().find(|program| program.target.name == "load-work");
        Ok(Self { file: found.ok_or("Cargo built no `load-work`")?.executable })
    }

    /// One that is built already.
    pub(super) fn built(file: PathBuf) -> Self {
        Self { file }
    }

    /// Runs a part in a process of its own and returns what it measured.
    pub(super) fn run(&self, part: Part, options: &Options) -> Result<Vec<Figure>, Obstacle> {
        let size = options.size();
        let mut command = Command::new(&self.file);
        command.arg("part").arg(part.name());
        command.args(["--streams", &size.streams.to_string(), "--minutes", &size.minutes.to_string()]);
        if size.bounded {
            command.arg("--bounded");
        }
        if let Some(defect) = options.defect {
            command.args(["--defect", defect.name()]);
        }
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the part `{}` cannot be run: {}", part.name(), output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
