//! `cargo xtask new-provider`: a crate for a vendor that speaks Chat Completions, which compiles and passes the cases that
//! every provider passes, and shows what to edit.

mod facts;
mod files;
mod lines;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;
use facts::Facts;

/// `Options` say what is made, and where.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The provider's id, which is the name of its folder and feature too
    pub name: String,
    /// The address of its API, up to what stands before `/chat/completions`
    #[arg(long, value_name = "URL")]
    pub base_url: String,
    /// The environment variable of its key; by default the id in capitals and `_API_KEY`
    #[arg(long, value_name = "VARIABLE")]
    pub key: Option<String>,
    /// The vendor's name for people; by default the id
    #[arg(long, value_name = "NAME")]
    pub title: Option<String>,
    /// A new folder for a crate that stands alone; without it the crate becomes one of this workspace
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Lets the crate that stands alone depend on the public repository, and not on this checkout
    #[arg(long, requires = "out")]
    pub git: bool,
}

/// Makes the crate and says what to edit.
///
/// # Errors
/// A name or an address is none, the folder is there already, or a file cannot be written.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let root = Workspace::read()?.workspace_root;
    let facts = Facts::read(options)?;
    let folder = options.out.clone().unwrap_or_else(|| root.join("providers").join(&facts.id));
    if folder.exists() {
        return Err(format!("{} is there already; nothing was written", folder.display()).into());
    }
    match &options.out {
        Some(_) => files::write_alone(&folder, (!options.git).then_some(root.as_path()), &facts)?,
        None => add_member(&root, &folder, &facts)?,
    }
    tell(options, &folder, &facts, out)?;
    Ok(Verdict::Passed)
}

fn add_member(root: &Path, folder: &Path, facts: &Facts) -> Result<(), Obstacle> {
    let (manifest, library) = (root.join("Cargo.toml"), root.join("src/lib.rs"));
    // Both are made before anything is written, so that a failure leaves all as it was.
    let named = lines::in_manifest(&read(&manifest)?, facts)?;
    let mentioned = lines::in_library(&read(&library)?, facts)?;
    files::write_member(folder, facts)?;
    for (file, text) in [(manifest, named), (library, mentioned)] {
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Obstacle> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()).into())
}

fn tell(options: &Options, folder: &Path, facts: &Facts, out: &mut dyn Write) -> Result<(), Obstacle> {
    let Facts { id, title, .. } = facts;
    writeln!(out, "made {}", folder.display())?;
    writeln!(out, "Next, with {title}'s documentation beside it:")?;
    writeln!(
        out,
        "- src/dialect.rs: what it takes otherwise than most servers, with the address of the page"
    )?;
    writeln!(
        out,
        "- tests/fixtures: what it answers; a stream and a whole body of one name hold one answer"
    )?;
    writeln!(out, "- tests/conformance.rs: its errors, and what only it does")?;
    writeln!(out, "- catalog.toml: its models, as far as a source says")?;
    match &options.out {
        Some(_) => writeln!(
            out,
            "Then `cargo test` there. A program that depends on it writes `use {} as _;`.",
            facts.module()
        )?,
        None => writeln!(
            out,
            "Four lines elsewhere name it: three in Cargo.toml, one in src/lib.rs. Then `cargo xtask test-providers \
             --provider {id}`, and its row in README.md."
        )?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str) -> Result<Facts, Obstacle> {
        Facts::read(&options(name, "https://api.acme.example/v1/"))
    }

    fn options(name: &str, base_url: &str) -> Options {
        Options {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            key: None,
            title: None,
            out: None,
            git: false,
        }
    }

    fn added(before: &str, after: &str) -> Vec<String> {
        let there: Vec<&str> = before.lines().collect();
        assert_eq!(after.lines().filter(|line| there.contains(line)).count(), there.len());
        after.lines().filter(|line| !there.contains(line)).map(str::to_owned).collect()
    }

    #[test]
    fn a_vendor_costs_four_lines_outside_its_folder_and_each_stands_in_its_order() {
        let (manifest, library) = (include_str!("../../Cargo.toml"), include_str!("../../src/lib.rs"));
        for name in ["aaa", "mmm", "my-vendor", "zzz"] {
            let facts = facts(name).unwrap();
            let named = lines::in_manifest(manifest, &facts).unwrap();
            let mentioned = lines::in_library(library, &facts).unwrap();
            assert_eq!(added(manifest, &named).len() + added(library, &mentioned).len(), 4, "{name}");
            let parsed: toml::Table = named.parse().unwrap();
            let all: Vec<_> = parsed["features"]["all-providers"].as_array().unwrap().to_vec();
            assert!(all.is_sorted_by(|a, b| a.as_str() < b.as_str()), "{name}: {all:?}");
            assert_eq!(parsed["features"][name][0].as_str(), Some(format!("dep:steer-{name}").as_str()));
            assert!(parsed["dependencies"][&format!("steer-{name}")]["optional"].as_bool().unwrap());
        }
    }

    #[test]
    fn what_is_no_id_or_no_address_is_refused() {
        for name in ["", "Acme", "1st", "a_b", "a--b", "a-", "../x", "a/b", "ü"] {
            assert!(facts(name).is_err(), "{name:?}");
        }
        for url in ["acme.example", "ftp://acme.example", "https://a\"b", "https://a b", "https://{x}"] {
            assert!(Facts::read(&options("acme", url)).is_err(), "{url:?}");
        }
        assert_eq!(
            facts("my-vendor").unwrap().fill("{{env}} {{module}}"),
            "MY_VENDOR_API_KEY steer_my_vendor"
        );
    }
}
