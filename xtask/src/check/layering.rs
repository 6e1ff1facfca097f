//! Which package may depend on which.

use super::Findings;
use crate::workspace::{Dependency, Package, Workspace};

const CORE: &str = "steer-core";
const TOOLS: &str = "steer-tools";
const KIT: &str = "steer-testkit";
const TASKS: &str = "xtask";

/// What only the core's driver may use: where it is absent from a manifest, a provider cannot wait or open a socket.
const DRIVER_ONLY: [&str; 2] = ["tokio", "reqwest"];

/// Checks the dependencies of all packages. Those that only tests see are free, but for the one on the tasks.
#[must_use]
pub fn check(workspace: &Workspace) -> Findings {
    let mut findings = Findings::new();
    for package in &workspace.packages {
        for dependency in &package.dependencies {
            findings.extend(
                wrong(workspace, package, dependency)
                    .map(|why| format!("{} depends on {}: {why}", package.name, dependency.name)),
            );
        }
    }
    findings
}

fn wrong(workspace: &Workspace, package: &Package, dependency: &Dependency) -> Option<&'static str> {
    let is_provider = workspace.is_provider(&package.name);
    let on = dependency.name.as_str();
    if on == TASKS {
        return Some("nothing may depend on the tasks");
    }
    if dependency.is_dev() {
        return None;
    }
    if is_provider && dependency.is_normal() && DRIVER_ONLY.contains(&on) {
        return Some("a provider translates and does not wait; leave sending to the core's driver");
    }
    if !workspace.has(on) {
        return None;
    }
    match package.name.as_str() {
        TOOLS => Some("it stands below every other package; move what it needs down to it"),
        CORE if on != TOOLS => Some("it may use steer-tools only; a provider is found through the registry"),
        KIT if on != CORE => Some("it may use steer-core only, so that it tests any client"),
        _ if is_provider && on == CORE => dependency
            .uses_default_features
            .then_some("turn the default features off, which hold the HTTP client"),
        _ if is_provider && workspace.is_provider(on) => dependency
            .uses_default_features
            .then_some("turn the default features off, or the borrowed provider is registered too"),
        _ if is_provider => Some("a provider may use steer-core and other providers only"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn package(name: &str, folder: &str, dependencies: &[(&str, Option<&str>, bool)]) -> Package {
        let dependency = |(name, kind, uses_default_features): &(&str, Option<&str>, bool)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
            uses_default_features: *uses_default_features,
        };
        Package {
            name: name.to_owned(),
            manifest_path: PathBuf::from("/w").join(folder).join("Cargo.toml"),
            dependencies: dependencies.iter().map(dependency).collect(),
            ..Package::default()
        }
    }

    /// A workspace in order.
    fn workspace() -> Workspace {
        Workspace {
            workspace_root: PathBuf::from("/w"),
            packages: vec![
                package(TOOLS, TOOLS, &[("serde", None, true)]),
                package(CORE, CORE, &[(TOOLS, None, true), ("tokio", None, true), (KIT, Some("dev"), true)]),
                package("steer-a", "providers/a", &[(CORE, None, false), ("tokio", Some("dev"), true)]),
                package("steer-b", "providers/b", &[(CORE, None, false), ("steer-a", None, false)]),
                package(KIT, "tests/kit", &[(CORE, None, true), ("tokio", None, true)]),
                package("steer", "", &[(CORE, None, true), ("steer-a", None, true), ("steer-b", None, true)]),
                package(TASKS, TASKS, &[("steer", None, true), (KIT, None, true)]),
            ],
        }
    }

    #[test]
    fn a_workspace_in_order_has_no_findings() {
        assert_eq!(check(&workspace()), Findings::new());
    }

    #[test]
    fn each_planted_violation_is_found_and_named() {
        for (name, dependency) in [
            (TOOLS, (CORE, None, false)),
            (CORE, ("steer-a", None, false)),
            (CORE, (KIT, None, false)),
            ("steer-a", ("tokio", None, false)),
            ("steer-a", ("reqwest", None, false)),
            ("steer-a", ("steer-b", None, true)),
            ("steer-a", (CORE, None, true)),
            ("steer-a", (TOOLS, None, false)),
            ("steer-a", ("steer", Some("build"), false)),
            (KIT, ("steer-a", None, false)),
            ("steer", (TASKS, None, false)),
            ("steer", (TASKS, Some("dev"), false)),
        ] {
            let mut workspace = workspace();
            let place = workspace.packages.iter().position(|package| package.name == name).unwrap();
            let planted = package(name, "", &[dependency]).dependencies;
            workspace.packages[place].dependencies.extend(planted);
            let findings = check(&workspace);
            assert_eq!(findings.len(), 1, "{name} on {dependency:?}: {findings:?}");
            assert!(
                findings[0].starts_with(&format!("{name} depends on {}: ", dependency.0)),
                "{findings:?}"
            );
        }
    }
}
