//! `cargo xtask load`: what the client does under load, under attack and over time, beside the bare HTTP client where that
//! is what one would compare with.
//!
//! Servers are raw sockets on the loopback interface. Where memory or open files are what is measured, the client and the
//! server are processes of their own.

pub mod figure;
pub mod part;
mod programs;
pub mod report;
pub mod statistics;
#[cfg(feature = "load")]
pub mod work;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use crate::verdict::{Obstacle, Verdict};
use part::{Defect, Part, Size};
use programs::Program;
use report::Report;

/// `Options` say what is run.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// A part to run; may be given again. All but the soak by default, and that too where `--minutes` is given
    #[arg(value_name = "PART")]
    pub parts: Vec<Part>,
    /// Runs small numbers, in less than 90 seconds
    #[arg(long)]
    pub bounded: bool,
    /// Fails where a figure is missed
    #[arg(long)]
    pub check: bool,
    /// Where to write every figure as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// How long the soak runs; a quarter where it is bounded, else 5
    #[arg(long)]
    pub minutes: Option<f64>,
    /// How many streams are held at once; 500 where bounded, else 10,000
    #[arg(long)]
    pub streams: Option<usize>,
    /// Puts a mistake in on purpose, so that a figure must be missed
    #[arg(long, value_name = "NAME")]
    pub defect: Option<Defect>,
    /// The profile to build with; `dev` where bounded, since the tests are built with it, else `release`
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Runs this program, and builds none
    #[arg(long, value_name = "FILE", hide = true)]
    pub program: Option<PathBuf>,
}

/// Builds, runs the parts one after the other, and prints each figure beside its bound.
///
/// # Errors
/// The program cannot be built, or a part cannot be run here; the error says which, and why.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let program = match &options.program {
        Some(built) => Program::built(built.clone()),
        None => Program::build(options.profile())?,
    };
    let mut report = Report::default();
    for part in options.parts() {
        let start = Instant::now();
        let figures = program.run(part, options)?;
        report.add(part, figures, start.elapsed());
        report.print_last(out)?;
    }
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(&report.to_value())?)?;
    }
    let missed = report.missed();
    writeln!(out, "{} figures, {missed} missed", report.len())?;
    Ok(Verdict::of(!options.check || (missed == 0 && !report.is_empty())))
}

impl Options {
    /// What is run, in order.
    fn parts(&self) -> Vec<Part> {
        match self.parts.as_slice() {
            [] => Part::ALL
                .into_iter()
                .filter(|part| *part != Part::Soak || self.bounded || self.minutes.is_some())
                .collect(),
            asked => asked.to_vec(),
        }
    }

    fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or(if self.bounded { "dev" } else { "release" })
    }

    fn size(&self) -> Size {
        Size {
            bounded: self.bounded,
            streams: self.streams.unwrap_or(if self.bounded { 500 } else { 10_000 }),
            minutes: self.minutes.unwrap_or(if self.bounded { 0.25 } else { 5.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soak_takes_minutes_and_runs_where_it_is_asked_for_or_short() {
        let with = |bounded, minutes| Options { bounded, minutes, ..Options::default() }.parts();
        assert!(!with(false, None).contains(&Part::Soak));
        assert_eq!(with(false, Some(1.0)), Part::ALL);
        assert_eq!(with(true, None), Part::ALL);
        let asked = Options { parts: vec![Part::Soak], ..Options::default() };
        assert_eq!(asked.parts(), [Part::Soak]);
    }

    #[test]
    fn a_bounded_run_is_smaller_in_everything() {
        let (full, bounded) =
            (Options::default().size(), Options { bounded: true, ..Options::default() }.size());
        assert!(bounded.streams < full.streams && bounded.minutes < full.minutes);
        assert_eq!(Options { streams: Some(7), ..Options::default() }.size().streams, 7);
    }
}
