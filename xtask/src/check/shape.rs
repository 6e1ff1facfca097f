//! How files lie and how long they are.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Findings;
use crate::verdict::Obstacle;
use crate::workspace::Workspace;

/// The most lines of a source file.
const LINES: usize = 450;

/// What a provider has beside its sources.
const BESIDE: [&str; 2] = ["README.md", "catalog.toml"];

/// What a provider with a wire format of its own has.
const NATIVE: [&str; 3] = ["src/wire.rs", "src/encode.rs", "src/decode.rs"];

/// What a provider has that is data on top of another's wire format.
const DIALECT: &str = "src/dialect.rs";

/// Checks that whoever knows the files of one provider knows those of all.
pub(super) fn providers(workspace: &Workspace) -> Findings {
    let providers = workspace.providers();
    if providers.is_empty() {
        return vec!["there is no package in `providers/`; each folder there is one".to_owned()];
    }
    let mut findings = Findings::new();
    for (name, package) in providers {
        let has = |file: &str| package.folder().join(file).is_file();
        findings.extend(missing(has).into_iter().map(|what| format!("providers/{name} has no {what}")));
    }
    findings
}

/// Checks that no source file is too long to be read at once.
pub(super) fn lengths(workspace: &Workspace) -> Result<Findings, Obstacle> {
    let mut findings = Findings::new();
    for package in &workspace.packages {
        for file in sources(&package.folder().join("src"))? {
            let lines = fs::read_to_string(&file)?.lines().count();
            if lines > LINES {
                let shown = file.strip_prefix(&workspace.workspace_root).unwrap_or(&file).display();
                findings.push(format!(
                    "{shown} has {lines} lines and may have {LINES}; give each noun a file of its own"
                ));
            }
        }
    }
    Ok(findings)
}

/// All Rust files in a folder and the folders in it, sorted; none where there is no such folder.
pub(super) fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn missing(has: impl Fn(&str) -> bool) -> Vec<String> {
    let always = BESIDE.into_iter().chain(["src/lib.rs"]);
    let mut missing: Vec<String> = always.filter(|file| !has(file)).map(str::to_owned).collect();
    if has(DIALECT) {
        return missing;
    }
    let native: Vec<&str> = NATIVE.into_iter().filter(|file| !has(file)).collect();
    if native.len() == NATIVE.len() {
        missing.push(format!("{DIALECT}, nor {}", NATIVE.join(", ")));
    } else {
        missing.extend(native.into_iter().map(str::to_owned));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[&str]) -> Vec<String> {
        missing(|file| files.contains(&file))
    }

    #[test]
    fn a_dialect_needs_no_wire_format() {
        assert!(of(&["README.md", "catalog.toml", "src/lib.rs", "src/dialect.rs"]).is_empty());
    }

    #[test]
    fn a_wire_format_is_whole_or_not_there() {
        let beside = ["README.md", "catalog.toml", "src/lib.rs"];
        assert!(of(&[&beside[..], &NATIVE].concat()).is_empty());
        assert_eq!(of(&[&beside[..], &["src/wire.rs", "src/encode.rs"]].concat()), ["src/decode.rs"]);
        assert_eq!(of(&beside), ["src/dialect.rs, nor src/wire.rs, src/encode.rs, src/decode.rs"]);
        assert_eq!(of(&[&["README.md", "src/lib.rs"], &NATIVE[..]].concat()), ["catalog.toml"]);
    }
}
