//! The checks that are runs of Cargo.

use std::io;
use std::path::Path;

use super::Findings;
use crate::workspace::cargo;

/// `Tool` is one run of Cargo that must pass. What it says goes straight to the terminal.
pub(super) struct Tool {
    pub(super) name: &'static str,
    arguments: &'static [&'static str],
    /// Flags for the documentation's compiler.
    doc_flags: Option<&'static str>,
    advice: &'static str,
}

impl Tool {
    pub(super) fn run(&self, root: &Path) -> io::Result<Findings> {
        let mut command = cargo();
        command.current_dir(root).args(self.arguments);
        if let Some(flags) = self.doc_flags {
            command.env("RUSTDOCFLAGS", flags);
        }
        let passed = command.status()?.success();
        Ok(if passed { Findings::new() } else { vec![self.advice.to_owned()] })
    }
}

/// All runs, in the order of how long they take.
pub(super) fn all(fix: bool) -> [Tool; 4] {
    let format: &[&str] = if fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] };
    let lints: &[&str] = if fix {
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--fix",
            "--allow-dirty",
            "--allow-staged",
            "--",
            "-D",
            "warnings",
        ]
    } else {
        &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]
    };
    [
        Tool {
            name: "format",
            arguments: format,
            doc_flags: None,
            advice: "run `cargo fmt --all`, or this with `--fix`",
        },
        Tool {
            name: "core without default features",
            arguments: &["check", "-p", "steer-core", "--no-default-features"],
            doc_flags: None,
            advice: "put what needs the feature behind `#[cfg(feature = \"reqwest\")]`",
        },
        Tool {
            name: "lints",
            arguments: lints,
            doc_flags: None,
            advice: "repair what is listed above; `--fix` does some of it",
        },
        Tool {
            name: "documentation",
            arguments: &["doc", "--workspace", "--no-deps", "--all-features"],
            doc_flags: Some("-D warnings"),
            advice: "repair the links and comments listed above",
        },
    ]
}
