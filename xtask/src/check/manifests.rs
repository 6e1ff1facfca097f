//! What every manifest must say.

use std::fs;

use toml::{Table, Value};

use super::Findings;
use crate::verdict::Obstacle;
use crate::workspace::{Package, Workspace};

/// Checks the root's lints, and every package's metadata and inheritance.
pub(super) fn check(workspace: &Workspace) -> Result<Findings, Obstacle> {
    let root: Table = fs::read_to_string(workspace.workspace_root.join("Cargo.toml"))?.parse()?;
    let mut findings: Findings = forbids_unsafe(&root).into_iter().collect();
    for package in &workspace.packages {
        let manifest: Table = fs::read_to_string(&package.manifest_path)?.parse()?;
        let mut missing = says(package);
        if !inherits_lints(&manifest) {
            missing.push("inherits no lints; add `[lints]` with `workspace = true`");
        }
        if !package.readme.as_ref().is_some_and(|readme| package.folder().join(readme).is_file()) {
            missing.push("has no README.md; write one, and add `readme = \"README.md\"`");
        }
        findings.extend(missing.iter().map(|what| format!("{} {what}", package.name)));
    }
    Ok(findings)
}

fn says(package: &Package) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if package.license.is_none() {
        missing.push("states no licence; add `license.workspace = true`");
    }
    if package.rust_version.is_none() {
        missing.push("states no compiler version; add `rust-version.workspace = true`");
    }
    if package.description.as_ref().is_none_or(|text| text.trim().is_empty()) {
        missing.push("has no description; add one sentence");
    }
    missing
}

fn inherits_lints(manifest: &Table) -> bool {
    at(manifest, &["lints", "workspace"]).and_then(Value::as_bool) == Some(true)
}

fn forbids_unsafe(root: &Table) -> Option<String> {
    let level = at(root, &["workspace", "lints", "rust", "unsafe_code"]);
    (level.and_then(Value::as_str) != Some("forbid"))
        .then(|| "the workspace does not forbid unsafe code; set `unsafe_code = \"forbid\"` in `[workspace.lints.rust]`".to_owned())
}

fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_must_be_forbidden_and_not_only_denied() {
        let root =
            |level: &str| format!("[workspace.lints.rust]\nunsafe_code = \"{level}\"").parse().unwrap();
        assert_eq!(forbids_unsafe(&root("forbid")), None);
        assert!(forbids_unsafe(&root("deny")).is_some());
        assert!(forbids_unsafe(&Table::new()).is_some());
    }

    #[test]
    fn lints_of_its_own_are_not_the_workspaces() {
        assert!(inherits_lints(&"lints.workspace = true".parse().unwrap()));
        assert!(!inherits_lints(&"lints.rust.unsafe_code = \"allow\"".parse().unwrap()));
    }

    #[test]
    fn a_bare_manifest_lacks_everything() {
        assert_eq!(says(&Package::default()).len(), 3);
    }
}
