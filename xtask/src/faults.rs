//! `cargo xtask faults`: every failure that the catalogue names has tests that show it, and they pass.

pub mod catalogue;
pub mod matrix;
mod programs;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;
use catalogue::{Catalogue, TestName};
use programs::{Outcome, Programs};

/// `Options` say what is run.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Runs the matrix of phases, faults, deliveries and wire formats in place of the catalogue
    #[arg(long)]
    pub matrix: bool,
    /// Runs a part of the matrix that takes less than two minutes, each fault of it in
    #[arg(long, requires = "matrix")]
    pub bounded: bool,
    /// Puts a defect into the client that the matrix runs, so that it must fail
    #[arg(long, requires = "matrix", value_name = "NAME")]
    pub defect: Option<matrix::Defect>,
    /// Runs this stream of the matrix only, named as its file names it; may be given again
    #[arg(long = "stream", requires = "matrix", value_name = "NAME")]
    pub streams: Vec<String>,
    /// Builds and runs the tests of this package only; may be given again. What the others show stays open
    #[arg(long = "package", value_name = "NAME", conflicts_with = "matrix")]
    pub packages: Vec<String>,
    /// The catalogue; by default the workspace's own
    #[arg(long, value_name = "FILE", conflicts_with = "matrix")]
    pub catalogue: Option<PathBuf>,
}

/// Runs the tests that the catalogue names and prints how each entry ended.
///
/// # Errors
/// The catalogue cannot be read, or Cargo cannot be started.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let workspace = Workspace::read()?;
    if options.matrix {
        return matrix::run(&workspace.workspace_root, options, out);
    }
    let file = options
        .catalogue
        .clone()
        .unwrap_or_else(|| workspace.workspace_root.join("tests/faults/CATALOGUE.md"));
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let catalogue = Catalogue::read(&text)?;
    let chosen = |test: &TestName| options.packages.is_empty() || options.packages.contains(&test.package);
    let wanted: BTreeSet<TestName> = catalogue.tests().filter(|test| chosen(test)).cloned().collect();
    let programs = Programs::build(&workspace, &options.packages)?;
    let outcomes = programs.run(&wanted, out)?;
    let gaps = report(&catalogue, &outcomes, out)?;
    let (entries, tests) = (catalogue.entries.len(), outcomes.len());
    writeln!(out, "{entries} entries, {tests} tests, {gaps} gaps")?;
    Ok(Verdict::of(gaps == 0 && tests > 0))
}

/// Prints each entry and says how many are not shown.
fn report(
    catalogue: &Catalogue,
    outcomes: &BTreeMap<TestName, Outcome>,
    out: &mut dyn Write,
) -> Result<usize, Obstacle> {
    let mut gaps = 0_usize;
    for entry in &catalogue.entries {
        let ran: Vec<_> = entry.tests.iter().filter_map(|test| Some((test, *outcomes.get(test)?))).collect();
        let failed: Vec<_> = ran.iter().filter(|(_, outcome)| *outcome != Outcome::Passed).collect();
        let word = match (failed.is_empty(), ran.len() == entry.tests.len()) {
            (false, _) => "FAILED",
            (true, true) => "ok    ",
            (true, false) => "open  ",
        };
        writeln!(out, "{word} {:>3} {} | {}", entry.number, entry.sent, entry.must)?;
        for (test, outcome) in &failed {
            writeln!(out, "           {test}: {outcome}")?;
        }
        gaps = gaps.saturating_add(usize::from(!failed.is_empty()));
    }
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_gap_where_any_of_its_tests_is_missing_ignored_or_fails() {
        let text = "| 1 | a | b | `p::t::x` `p::t::y` |\n| 2 | c | d | `p::t::x` |\n";
        let catalogue = Catalogue::read(text).unwrap();
        let (x, y): (TestName, TestName) = ("p::t::x".parse().unwrap(), "p::t::y".parse().unwrap());
        for (outcome, gaps) in
            [(Outcome::Passed, 0), (Outcome::Failed, 1), (Outcome::Missing, 1), (Outcome::NotRun, 1)]
        {
            let outcomes = BTreeMap::from([(x.clone(), Outcome::Passed), (y.clone(), outcome)]);
            let mut out = Vec::new();
            assert_eq!(report(&catalogue, &outcomes, &mut out).unwrap(), gaps);
            assert!(String::from_utf8(out).unwrap().contains("ok       2 c | d"));
        }
    }
}
