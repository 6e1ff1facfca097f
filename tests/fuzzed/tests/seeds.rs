//! Every seed and every input that ever failed, through the functions that fuzzing runs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use steer_fuzzed::{TARGETS, Target};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files of a folder that may be missing.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Runs a target with every file, and returns how many there are.
fn run(target: &Target, folders: &[PathBuf]) -> usize {
    let files: Vec<PathBuf> = folders.iter().flat_map(|folder| files(folder)).collect();
    for file in &files {
        let input = fs::read(file).unwrap();
        let told = std::panic::catch_unwind(|| (target.run)(&input));
        if let Err(panic) = told {
            eprintln!("{} fails with {}", target.name, file.display());
            std::panic::resume_unwind(panic);
        }
    }
    files.len()
}

#[test]
fn every_target_has_seeds_and_passes_with_each() {
    for target in TARGETS {
        let own = root().join("fuzz/seeds").join(target.name);
        let others = target.fixtures.iter().map(|folder| root().join(folder));
        assert!(run(target, &Vec::from_iter(others.chain([own]))) > 0, "{} has no seed", target.name);
    }
}

#[test]
fn what_failed_once_passes() {
    for target in TARGETS {
        run(target, &[root().join("fuzz/regressions").join(target.name)]);
    }
}

#[test]
fn every_target_has_a_program_and_every_folder_a_target() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let programs: BTreeSet<String> = files(&root().join("fuzz/fuzz_targets")).into_iter().map(stem).collect();
    assert_eq!(programs, targets);
    for target in &targets {
        let program = fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{target}.rs"))).unwrap();
        assert!(program.contains(&format!("steer_fuzzed::{target}(")), "{target} runs another");
    }
    for folder in ["fuzz/seeds", "fuzz/regressions"] {
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        let named: BTreeSet<String> = entries.map(|entry| stem(entry.unwrap().path())).collect();
        assert!(named.is_subset(&targets), "{folder}: {:?}", named.difference(&targets));
    }
}
