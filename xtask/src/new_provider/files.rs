use std::fs;
use std::path::Path;

use super::facts::Facts;
use crate::verdict::Obstacle;

/// The files of a provider that is a dialect, and what is written into them.
const FILES: [(&str, &str); 9] = [
    ("README.md", include_str!("templates/README.md.in")),
    ("catalog.toml", include_str!("templates/catalog.toml.in")),
    ("src/lib.rs", include_str!("templates/lib.rs.in")),
    ("src/dialect.rs", include_str!("templates/dialect.rs.in")),
    ("tests/conformance.rs", include_str!("templates/conformance.rs.in")),
    ("tests/fixtures/README.md", include_str!("templates/fixtures.md.in")),
    ("tests/fixtures/text.stream.sse", include_str!("templates/stream.sse.in")),
    ("tests/fixtures/text.whole.json", include_str!("templates/whole.json.in")),
    (
        "tests/snapshots/conformance__a_request_is_written_in_the_dialect.snap",
        include_str!("templates/request.snap.in"),
    ),
];

/// Writes a crate that stands in the workspace.
pub(super) fn write_member(folder: &Path, facts: &Facts) -> Result<(), Obstacle> {
    write(folder, "Cargo.toml", &facts.fill(include_str!("templates/Cargo.toml.in")))?;
    write_rest(folder, facts)
}

/// Writes a crate that stands alone and depends on the checkout in `root`, or on the repository where there is none.
pub(super) fn write_alone(folder: &Path, root: Option<&Path>, facts: &Facts) -> Result<(), Obstacle> {
    let mut manifest = facts.fill(include_str!("templates/alone.toml.in"));
    for (word, place) in [
        ("core", "steer-core"),
        ("openai-compatible", "providers/openai-compatible"),
        ("testkit", "tests/kit"),
    ] {
        let from = match root {
            // A literal string, which takes every path but one with a quote.
            Some(root) => format!("path = '{}'", root.join(place).display()),
            None => format!("git = \"{}\"", env!("CARGO_PKG_REPOSITORY")),
        };
        manifest = manifest.replace(&format!("{{{{{word}}}}}"), &from);
    }
    write(folder, "Cargo.toml", &manifest)?;
    write_rest(folder, facts)
}

fn write_rest(folder: &Path, facts: &Facts) -> Result<(), Obstacle> {
    FILES.iter().try_for_each(|(name, text)| write(folder, name, &facts.fill(text)))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Obstacle> {
    let file = folder.join(name);
    let parent = file.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()).into())
}
