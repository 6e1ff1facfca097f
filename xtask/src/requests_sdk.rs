//! `cargo xtask requests-sdk`: what the encoders write, checked by the vendors' own Python packages.
//!
//! A broad corpus of neutral requests is written for each wire format. A Python program reads the bodies with the request
//! types of the packages, at pinned versions, and then breaks each of them in many single places: every broken one must
//! be refused, so that the check cannot pass by accepting everything.

mod corpus;
mod parts;
mod settings;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use steer::request::{FeaturePolicy, OnUnsupported};
use steer::{Call, Delivery, ModelConfig, ModelId, Protocol};

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;

/// The packages whose types are asked, and what reads them.
const PACKAGES: [&str; 4] =
    ["anthropic==2.14.0", "openai==3.57.0", "google-genai==3.6.1", "pydantic==2.14.4"];

/// The program that asks them.
const PROGRAM: &str = include_str!("../assets/requests_sdk.py");

/// The wire formats, each as its vendor takes it. A further one is a line here; the program knows the types already.
const SPEAKERS: [(&str, &dyn Protocol); 4] = [
    ("anthropic", &steer::anthropic::Messages),
    ("openai", &steer::openai::Chat::new(steer::openai::DIALECT)),
    ("openai", &steer::openai::Responses::new(steer::openai::ResponsesDialect::original())),
    ("gemini", &steer::gemini::GenerateContent::new()),
];

/// `Options` say where the packages are kept.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Where the Python packages are installed; `target/requests-sdk` of the workspace by default
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Writes the bodies, one line of JSON for each, and asks nobody
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Writes the corpus for each wire format and has it checked.
///
/// # Errors
/// Python or a package cannot be had, or a request cannot be written.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let lines = lines(out)?;
    if let Some(file) = &options.write {
        fs::write(file, lines).map_err(|error| format!("{}: {error}", file.display()))?;
        return Ok(Verdict::Passed);
    }
    let root = Workspace::read()?.workspace_root;
    let dir = options.dir.clone().unwrap_or_else(|| root.join("target/requests-sdk"));
    let python = install(&dir)?;
    let program = dir.join("requests_sdk.py");
    fs::write(&program, PROGRAM)?;
    let mut child = Command::new(python).arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().ok_or("the program has no input")?;
    // It answers when it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join().map_err(|_| "the bodies could not be handed over")?;
    out.write_all(&output.stdout)?;
    if output.status.success() {
        written?;
    }
    Ok(Verdict::of(output.status.success()))
}

/// The bodies of the corpus as lines of JSON.
fn lines(out: &mut dyn Write) -> Result<String, Obstacle> {
    let mut lines = String::new();
    for (provider, protocol) in SPEAKERS {
        let mut lost: BTreeMap<String, usize> = BTreeMap::new();
        let corpus = corpus::requests();
        let count = corpus.len();
        for (name, request) in corpus {
            for delivery in [Delivery::Stream, Delivery::Whole] {
                let request = request.clone().policy(FeaturePolicy::all(OnUnsupported::Warn));
                let model = ModelConfig::unlisted(ModelId::new(provider, "some-model"));
                let outgoing = protocol
                    .encode(&Call::new(request, model), delivery)
                    .map_err(|error| format!("{name} for {provider}: {error}"))?;
                for warning in outgoing.warnings.iter().filter(|_| delivery == Delivery::Whole) {
                    let count = lost.entry(warning.subject.clone()).or_default();
                    *count = count.saturating_add(1);
                }
                let betas = outgoing.headers.get("anthropic-beta").and_then(|value| value.to_str().ok());
                let body: Value = serde_json::from_slice(&outgoing.body)?;
                let line = json!({
                    "api": protocol.api(), "name": name, "betas": betas.is_some(), "body": body,
                });
                lines.push_str(&line.to_string());
                lines.push('\n');
            }
        }
        let lost: Vec<String> = lost.iter().map(|(subject, count)| format!("{subject} {count}×")).collect();
        writeln!(
            out,
            "{:<24} {count} requests; what it has no place for: {}",
            protocol.api(),
            lost.join(", ")
        )?;
    }
    Ok(lines)
}

/// Puts the packages into an environment of their own, unless they are there at these versions.
fn install(dir: &Path) -> Result<PathBuf, Obstacle> {
    let (python, stamp) = (dir.join("python/bin/python"), dir.join("installed.txt"));
    let pins = PACKAGES.join("\n");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(python);
    }
    fs::create_dir_all(dir)?;
    done(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(dir.join("python")),
        "Python 3.9 or later with its modules `venv` and `ensurepip` is needed (Debian: the packages `python3` and \
         `python3-venv`)",
    )?;
    done(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--only-binary=:all:", "--disable-pip-version-check"])
            .args(PACKAGES),
        "the packages must be had from the registry that `pip` is set up for",
    )?;
    fs::write(stamp, pins)?;
    Ok(python)
}

fn done(command: &mut Command, advice: &str) -> Result<(), Obstacle> {
    let program = command.get_program().to_owned();
    let output = command.output().map_err(|error| format!("{}: {error}; {advice}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}\n{advice}", String::from_utf8_lossy(&output.stderr)).into())
}
