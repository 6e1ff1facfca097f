//! The workspace, as Cargo describes it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::verdict::Obstacle;

/// `Workspace` is what `cargo metadata` says of the workspace's own packages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Workspace {
    /// The packages.
    pub packages: Vec<Package>,
    /// The folder of the workspace.
    pub workspace_root: PathBuf,
}

/// `Package` is one package of the workspace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its manifest.
    pub manifest_path: PathBuf,
    /// What it says of itself.
    pub description: Option<String>,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// The oldest compiler that it builds with.
    pub rust_version: Option<String>,
    /// Its read-me file, relative to its folder.
    pub readme: Option<PathBuf>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// Its table `package.metadata`.
    pub metadata: Value,
}

/// `Dependency` is one dependency of a package.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Dependency {
    /// The package that is depended on.
    pub name: String,
    /// `dev`, `build`, or nothing for a normal dependency.
    pub kind: Option<String>,
    /// Whether its default features are on.
    pub uses_default_features: bool,
}

impl Dependency {
    /// Whether only tests, examples and benchmarks see it.
    #[must_use]
    pub fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }

    /// Whether the library itself sees it.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        self.kind.is_none()
    }
}

impl Package {
    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }
}

impl Workspace {
    /// Asks Cargo.
    ///
    /// # Errors
    /// Cargo cannot read the workspace.
    pub fn read() -> Result<Self, Obstacle> {
        let asked = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
        if !asked.status.success() {
            return Err(String::from_utf8_lossy(&asked.stderr).trim().into());
        }
        Ok(serde_json::from_slice(&asked.stdout)?)
    }

    /// The providers, by the name of their folder in `providers/`.
    #[must_use]
    pub fn providers(&self) -> Vec<(&str, &Package)> {
        let folder = self.workspace_root.join("providers");
        let mut providers: Vec<(&str, &Package)> = self
            .packages
            .iter()
            .filter(|package| package.folder().parent() == Some(&folder))
            .filter_map(|package| Some((package.folder().file_name()?.to_str()?, package)))
            .collect();
        providers.sort_unstable_by_key(|(name, _)| *name);
        providers
    }

    /// Whether a package of this name is one of the workspace's own.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// Whether a package is a provider.
    #[must_use]
    pub fn is_provider(&self, name: &str) -> bool {
        self.providers().iter().any(|(_, package)| package.name == name)
    }
}

/// The Cargo that runs this task.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
