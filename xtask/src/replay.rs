//! `cargo xtask replay`: recorded exchanges through the public client.
//!
//! Each recorded answer is delivered three times: over a socket in one piece, without a socket with one event a
//! piece, and in random small pieces. What the client reports must not depend on that, and must be what the folder's
//! `expected.jsonl` says, where there is one.

mod beside;
pub mod compare;
mod deliver;
mod recording;
mod report;
pub mod semantics;
mod speakers;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use futures::StreamExt;
use serde_json::Value;
use steer::Registration;
use tokio::runtime;

use crate::verdict::{Obstacle, Verdict};
use deliver::{Couriers, Delivered};
use recording::{Found, Recording};
use report::{Finding, Report};
use speakers::Speakers;

/// How many recordings are on their way at once.
const AT_ONCE: usize = 4;

/// `Options` say what to replay.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The folder of recordings: JSON files in it or in its folders
    pub dir: PathBuf,
    /// Only recordings of this wire format; may be given again
    #[arg(long = "api", value_name = "API")]
    pub apis: Vec<String>,
    /// Only recordings of this vendor; may be given again
    #[arg(long = "vendor", value_name = "VENDOR")]
    pub vendors: Vec<String>,
    /// Writes what the client reported, one line for each recording
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Providers beside those that are linked
    #[arg(skip)]
    pub registrations: Vec<Registration>,
}

impl Options {
    /// Replays everything in a folder.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), apis: Vec::new(), vendors: Vec::new(), json: None, registrations: Vec::new() }
    }

    fn wants(&self, recording: &Recording) -> bool {
        let among = |wanted: &[String], it: &str| wanted.is_empty() || wanted.iter().any(|one| one == it);
        among(&self.apis, &recording.api) && among(&self.vendors, &recording.vendor)
    }
}

/// Replays, and prints each difference, a table and a verdict.
///
/// It fails on any difference, on a wire format that was asked for by name and that no provider speaks, and where
/// there was nothing to replay.
///
/// # Errors
/// The folder cannot be read, no client can be made, or the result cannot be written.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let found = recording::find(&options.dir)?;
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let report = runtime.block_on(replay(options, found))?;
    if let Some(file) = &options.json {
        fs::write(file, report.json_lines()?).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    report.print(out)?;
    let all_spoken = options.apis.iter().all(|api| !report.is_unspoken(api));
    Ok(Verdict::of(all_spoken && report.passed()))
}

async fn replay(options: &Options, found: Found) -> Result<Report, Obstacle> {
    let speakers = Speakers::new(&options.registrations)?;
    let mut report = Report::default();
    for (file, why) in found.unreadable {
        report.unreadable(file, why);
    }
    let wanted: Vec<Recording> =
        found.recordings.into_iter().filter(|recording| options.wants(recording)).collect();
    let (spoken, unspoken): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .map(|recording| (speakers.speaker(&recording), Arc::new(recording)))
        .partition(|(speaker, _)| speaker.is_some());
    for (_, recording) in unspoken {
        report.unspoken(&recording);
    }
    let all = spoken.iter().map(|(_, recording)| Arc::clone(recording));
    let couriers = Arc::new(Couriers::new(&speakers, &options.registrations, all).await?);
    let mut results = futures::stream::iter(spoken)
        .map(|(speaker, recording)| {
            let (couriers, courier_recording) = (Arc::clone(&couriers), Arc::clone(&recording));
            let provider = speaker.unwrap_or_default();
            let task = tokio::spawn(async move { couriers.deliver(&provider, &courier_recording).await });
            async move { (recording, task.await) }
        })
        .buffered(AT_ONCE);
    while let Some((recording, result)) = results.next().await {
        match result {
            Ok(delivered) => {
                report.replayed(&recording, judge(&recording, &delivered, &found.expected), delivered)
            }
            // A provider that panics is a finding about the recording, not the end of the replay.
            Err(error) => report.panicked(&recording, &error.to_string()),
        }
    }
    Ok(report)
}

/// What is wrong with what was reported of a recording.
fn judge(
    recording: &Recording,
    delivered: &Delivered,
    expected: &BTreeMap<PathBuf, recording::Expected>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some((first, others)) = delivered.outcomes.split_first() else { return findings };
    for (name, outcome) in others {
        for difference in compare::differences(&first.1, outcome) {
            findings.push(Finding { between: format!("{} / {name}", first.0), difference });
        }
    }
    let Some(expected) = expected.get(&recording.folder) else { return findings };
    match expected.get(&recording.id) {
        Some(expected) => {
            let compared = compare::differences(expected, &first.1).into_iter();
            findings.extend(
                compared.map(|difference| Finding { between: "expected / got".to_owned(), difference }),
            );
        }
        None => findings.push(Finding {
            between: "expected / got".to_owned(),
            difference: compare::Difference::new("id", &Value::Null, &Value::from(recording.id.clone())),
        }),
    }
    findings
}
