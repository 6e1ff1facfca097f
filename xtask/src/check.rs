//! `cargo xtask check`: what a program can check before a person looks.

pub mod layering;
mod manifests;
mod shape;
pub mod source;
mod tools;
mod vendors;

use std::io::Write;

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;

/// `Options` say how to check.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Options {
    /// Formats, and lets the lints repair what they can
    #[arg(long)]
    pub fix: bool,
}

/// What a check found: a line for each thing that is wrong and says what to do.
type Findings = Vec<String>;

/// Runs every check, prints each one's result, and passes when all do.
///
/// # Errors
/// Cargo cannot read the workspace, or a file cannot be read.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let workspace = Workspace::read()?;
    let root = workspace.workspace_root.as_path();
    // What takes no time comes first.
    let results = [
        ("layering", layering::check(&workspace)),
        ("manifests", manifests::check(&workspace)?),
        ("provider files", shape::providers(&workspace)),
        ("file lengths", shape::lengths(&workspace)?),
        ("no vendor in the core", vendors::check(&workspace)?),
    ];
    let mut failed = Vec::new();
    for (name, findings) in results {
        failed.extend(print(out, name, &findings)?);
    }
    for tool in tools::all(options.fix) {
        out.flush()?;
        let findings = tool.run(root)?;
        failed.extend(print(out, tool.name, &findings)?);
    }
    // Once more at the end, since what Cargo says may have pushed the rest off the screen.
    match failed.as_slice() {
        [] => writeln!(out, "all checks passed")?,
        names => writeln!(out, "failed: {}", names.join(", "))?,
    }
    Ok(Verdict::of(failed.is_empty()))
}

/// Prints a check's result, and returns its name if it failed.
fn print<'a>(out: &mut dyn Write, name: &'a str, findings: &Findings) -> Result<Option<&'a str>, Obstacle> {
    writeln!(out, "{:<8}{name}", if findings.is_empty() { "ok" } else { "failed" })?;
    for finding in findings {
        writeln!(out, "        {finding}")?;
    }
    Ok((!findings.is_empty()).then_some(name))
}
