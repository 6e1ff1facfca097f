//! The programs under libFuzzer, from any toolchain: what counts the branches is LLVM's, and no sanitizer is needed where
//! no code is unsafe.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use steer_fuzzed::Target;

use crate::artifacts;
use crate::verdict::Obstacle;
use crate::workspace::cargo;

/// What libFuzzer needs of each crate: a counter for every edge, a table of where they are, and every comparison told.
const FLAGS: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Joined branches would share a counter.
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// Builds these targets and says where each program lies; `None` where they do not build.
pub(super) fn programs(
    root: &Path,
    targets: &[&Target],
) -> Result<Option<BTreeMap<String, PathBuf>>, Obstacle> {
    let mut command = cargo();
    command.current_dir(root.join("fuzz")).args(["build", "--locked", "--release"]);
    // With a target, build scripts and macros get no counters, which they could not be linked with.
    command.args(["--target", &host()?]).env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    for target in targets {
        command.args(["--bin", target.name]);
    }
    let built = artifacts::build(&mut command)?;
    Ok(built.map(|built| built.into_iter().map(|one| (one.target.name, one.executable)).collect()))
}

/// The machine that this runs on, as the compiler names it.
fn host() -> Result<String, Obstacle> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = String::from_utf8(Command::new(rustc).arg("-vV").output()?.stdout)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("`rustc -vV` names no host")?.to_owned())
}
