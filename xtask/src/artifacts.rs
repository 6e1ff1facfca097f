//! What Cargo builds, as it says while it builds.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::verdict::Obstacle;

/// `Artifact` is a program that Cargo built.
#[derive(Debug, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) executable: PathBuf,
    #[serde(default)]
    pub(crate) manifest_path: PathBuf,
    #[serde(default)]
    pub(crate) target: Target,
    #[serde(default)]
    pub(crate) profile: Profile,
}

/// `Target` is what of a package was built.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// `Profile` is how it was built.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    /// Whether it is a program of tests, and not what the same target is otherwise.
    pub(crate) test: bool,
}

/// Has Cargo build, and returns the programs that came of it, or `None` where it failed. What Cargo says goes to standard
/// error.
///
/// # Errors
/// Cargo cannot be started.
pub(crate) fn build(cargo: &mut Command) -> Result<Option<Vec<Artifact>>, Obstacle> {
    let built = cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()).output()?;
    Ok(built.status.success().then(|| programs(&String::from_utf8_lossy(&built.stdout)).collect()))
}

/// The programs among the messages of Cargo.
fn programs(messages: &str) -> impl Iterator<Item = Artifact> {
    messages.lines().filter_map(|line| serde_json::from_str(line).ok())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::programs;

    #[test]
    fn the_program_is_found_among_what_cargo_says() {
        let messages = "not JSON\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"a\"},\"executable\":null}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"b\"},\"executable\":\"/t/b\"}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"a\"},\"executable\":\"/t/a\"}\n";
        let executable = |name: &str| {
            programs(messages).find(|program| program.target.name == name).map(|program| program.executable)
        };
        assert_eq!(executable("a").as_deref(), Some(Path::new("/t/a")));
        assert_eq!(executable("c"), None);
    }
}
