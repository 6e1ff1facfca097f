//! `cargo xtask test-providers`: each provider alone, then all together.
//!
//! A provider alone is what a program with one feature has: this finds what builds, or is registered, only because
//! another provider is there too.

pub mod count;
mod step;
mod table;

use std::io::Write;

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::{Package, Workspace};
use step::Steps;
use table::Row;

/// The package that gathers the providers behind features.
const FACADE: &str = "steer";

/// The feature that stands for all of them.
const ALL: &str = "all-providers";

/// The facade's tests of what several providers have to do with each other. `cargo test --workspace` runs the others too.
const TOGETHER: [&str; 11] = [
    "--lib",
    "--test",
    "custom_providers",
    "--test",
    "handoff",
    "--test",
    "options",
    "--test",
    "registry",
    "--test",
    "thinking",
];

/// `Options` say which providers to test, and how.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Only this provider, named as its folder is; may be given again
    #[arg(long = "provider", value_name = "NAME")]
    pub providers: Vec<String>,
    /// Accepts snapshots that changed
    #[arg(long)]
    pub update: bool,
}

/// Tests the providers and prints a table.
///
/// # Errors
/// A provider that was named is not there, or Cargo cannot be started.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let workspace = Workspace::read()?;
    let chosen = choose(&workspace, &options.providers)?;
    let mut steps = Steps::new(&workspace.workspace_root, options.update, out);
    let mut rows = Vec::new();
    for (feature, package) in chosen {
        rows.push(alone(&mut steps, feature, package)?);
    }
    if options.providers.is_empty() {
        rows.push(together(&mut steps)?);
    }
    let (passed, failed) = (steps.passed, steps.failed);
    table::print(out, &rows)?;
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(Verdict::of(failed == 0 && passed > 0))
}

fn choose<'a>(workspace: &'a Workspace, names: &[String]) -> Result<Vec<(&'a str, &'a Package)>, Obstacle> {
    let all = workspace.providers();
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|(there, _)| there == name)) {
        let there: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        return Err(format!("no folder `providers/{unknown}`; there are: {}", there.join(", ")).into());
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    Ok(all.into_iter().filter(|(name, _)| wanted(name)).collect())
}

fn alone(steps: &mut Steps<'_>, feature: &str, package: &Package) -> Result<Row, Obstacle> {
    let name = package.name.as_str();
    let facade = ["-p", FACADE, "--no-default-features", "--features", feature];
    let build = steps.run(feature, "build", &[&["build"], &facade[..]].concat())?;
    let clippy = steps.run(
        feature,
        "clippy",
        &["clippy", "-p", name, "--all-targets", "--all-features", "--", "-D", "warnings"],
    )?;
    let floor = count::floor(&package.metadata);
    let tests = steps.tests(
        feature,
        "tests",
        &[
            &["test", "-p", name, "--all-features", "--all-targets"],
            &["test", "-p", name, "--all-features", "--doc"],
        ],
        floor,
    )?;
    let registered = steps.tests(
        feature,
        "registered",
        &[&[&["test"], &facade[..], &["--test", "registry"]].concat()],
        Ok(1),
    )?;
    Ok(Row { name: feature.to_owned(), build, clippy, tests, registered })
}

fn together(steps: &mut Steps<'_>) -> Result<Row, Obstacle> {
    let facade = ["-p", FACADE, "--no-default-features", "--features", ALL];
    let build = steps.run(ALL, "build", &[&["build"], &facade[..]].concat())?;
    let clippy = steps.run(
        ALL,
        "clippy",
        &[&["clippy"], &facade[..], &["--all-targets", "--", "-D", "warnings"]].concat(),
    )?;
    let tests = steps.tests(ALL, "tests", &[&[&["test"], &facade[..], &TOGETHER[..]].concat()], Ok(1))?;
    let registered = steps.tests(
        ALL,
        "registered",
        &[&[&["test"], &facade[..], &["--test", "registry"]].concat()],
        Ok(1),
    )?;
    Ok(Row { name: ALL.to_owned(), build, clippy, tests, registered })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn workspace() -> Workspace {
        let mut workspace = Workspace { workspace_root: PathBuf::from("/w"), ..Workspace::default() };
        for (name, folder) in
            [("steer", ""), ("steer-b", "providers/b"), ("steer-a", "providers/a"), ("kit", "tests/kit")]
        {
            let manifest_path = workspace.workspace_root.join(folder).join("Cargo.toml");
            workspace.packages.push(Package { name: name.to_owned(), manifest_path, ..Package::default() });
        }
        workspace
    }

    #[test]
    fn providers_are_the_folders_in_providers() {
        let workspace = workspace();
        let names: Vec<&str> = choose(&workspace, &[]).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(choose(&workspace, &["b".to_owned()]).unwrap()[0].1.name, "steer-b");
    }

    #[test]
    fn an_unknown_provider_is_an_error_that_names_those_there_are() {
        let error = choose(&workspace(), &["c".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "no folder `providers/c`; there are: a, b");
    }
}
