//! `cargo xtask semver`: whether the public API breaks what an earlier revision promised.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::{Workspace, cargo};

/// `Options` say what to compare with.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The revision to compare with; the last tag by default
    #[arg(long, value_name = "REVISION")]
    pub baseline: Option<String>,
}

/// Compares, with `cargo-semver-checks`. It is unavailable where that is not installed, and where there is neither a
/// tag nor a revision to compare with.
///
/// # Errors
/// A program cannot be started.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let installed =
        cargo().args(["semver-checks", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if !installed.success() {
        writeln!(
            out,
            "cargo-semver-checks is not installed; install it with `cargo install --locked cargo-semver-checks`"
        )?;
        return Ok(Verdict::Unavailable);
    }
    let workspace = Workspace::read()?;
    let baseline = options.baseline.clone().or_else(|| last_tag(&workspace.workspace_root));
    let Some(baseline) = baseline.filter(|revision| !revision.is_empty()) else {
        writeln!(out, "there is no tag to compare with; name a revision with `--baseline REVISION`")?;
        return Ok(Verdict::Unavailable);
    };
    // Never the registry's release: there the names belong to others.
    let compared = cargo()
        .current_dir(&workspace.workspace_root)
        .args(["semver-checks", "--workspace", "--exclude", "xtask", "--baseline-rev", &baseline])
        .status()?;
    Ok(Verdict::of(compared.success()))
}

fn last_tag(root: &Path) -> Option<String> {
    let asked =
        Command::new("git").current_dir(root).args(["describe", "--tags", "--abbrev=0"]).output().ok()?;
    let tag = String::from_utf8(asked.stdout).ok()?.trim().to_owned();
    (asked.status.success() && !tag.is_empty()).then_some(tag)
}
