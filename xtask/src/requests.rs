//! `cargo xtask requests`: recorded request bodies, read into our types and written again.
//!
//! Each body must come out equal, through every provider that speaks its wire format, at once and after the request was
//! stored as JSON; and what came out must come out equal again, byte for byte.

pub mod compare;
mod recorded;
mod report;
mod round;

use std::io::Write;
use std::path::PathBuf;

use steer::{ProviderRegistry, Registration};

use crate::verdict::{Obstacle, Verdict};
use recorded::Found;
use report::Report;
use round::Speakers;

/// `Options` say which bodies to read.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The folder of recordings: JSON files in it or in its folders
    pub dir: PathBuf,
    /// Only recordings of this wire format; may be given again
    #[arg(long = "api", value_name = "API")]
    pub apis: Vec<String>,
    /// Providers beside those that are linked
    #[arg(skip)]
    pub registrations: Vec<Registration>,
}

impl Options {
    /// Reads every body in a folder.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), apis: Vec::new(), registrations: Vec::new() }
    }
}

/// Reads and writes, and prints each difference, a table and a verdict.
///
/// It fails on any difference, on a body that cannot be read, on a wire format that was asked for by name and of which
/// no body was read, and where there was no body at all.
///
/// # Errors
/// The folder cannot be read, no provider can be built, or the result cannot be written.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let Found { recordings, unreadable } = recorded::find(&options.dir)?;
    let all = options.registrations.iter().copied().chain(ProviderRegistry::linked());
    let speakers = Speakers::new(all)?;
    let mut report = Report::default();
    for (file, why) in unreadable {
        report.unreadable(&file, &why);
    }
    let is_wanted = |api: &String| options.apis.is_empty() || options.apis.contains(api);
    for recording in recordings.iter().filter(|recording| is_wanted(&recording.api)) {
        match recording.body() {
            None => report.bodiless(&recording.api),
            Some(_) if !speakers.reads(&recording.api) => report.unread(&recording.api),
            Some(body) => report.add(recording, speakers.round(&recording.api, body)),
        }
    }
    report.print(out)?;
    Ok(Verdict::of(report.passed(&options.apis)))
}
