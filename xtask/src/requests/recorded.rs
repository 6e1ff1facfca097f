//! Recorded requests, as they lie in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::verdict::Obstacle;

/// `Recorded` is what is read of a recording: its request.
#[derive(Deserialize)]
pub(super) struct Recorded {
    pub(super) api: String,
    #[serde(default)]
    request: Option<Request>,
    #[serde(skip)]
    pub(super) file: PathBuf,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    body: Option<Box<RawValue>>,
}

/// `Found` is what a folder holds.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of their files.
    pub(super) recordings: Vec<Recorded>,
    /// Files that should be recordings, and why they are not.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

impl Recorded {
    /// The body of the request; `None` where none was recorded.
    pub(super) fn body(&self) -> Option<&RawValue> {
        self.request.as_ref()?.body.as_deref().filter(|body| body.get() != "null")
    }
}

/// Reads all recordings in a folder and in the folders in it.
pub(super) fn find(dir: &Path) -> Result<Found, Obstacle> {
    let mut found = Found::default();
    visit(dir, &mut found)?;
    found.recordings.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(found)
}

fn visit(dir: &Path, found: &mut Found) -> Result<(), Obstacle> {
    let unreadable = |error| format!("{}: {error}", dir.display());
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            visit(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            match read(&path) {
                Ok(recording) => found.recordings.push(Recorded { file: path, ..recording }),
                Err(error) => found.unreadable.push((path, error.to_string())),
            }
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Recorded, Obstacle> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}
