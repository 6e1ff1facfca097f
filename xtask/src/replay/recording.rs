//! Recorded exchanges, as they lie in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::verdict::Obstacle;

/// The file that says what must be reported for each recording beside it.
const EXPECTED: &str = "expected.jsonl";

/// `Recording` is one recorded exchange; what the replay does not need is not read.
#[derive(Clone, Deserialize)]
pub(super) struct Recording {
    pub(super) id: String,
    pub(super) api: String,
    pub(super) vendor: String,
    pub(super) kind: Kind,
    #[serde(default)]
    request: Option<RecordedRequest>,
    pub(super) response: RecordedResponse,
    /// The folder that it lies in.
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

/// What kind of answer was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Stream,
    Json,
    Error,
}

#[derive(Clone, Deserialize)]
struct RecordedRequest {
    #[serde(default)]
    body: Value,
}

#[derive(Clone, Deserialize)]
pub(super) struct RecordedResponse {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

/// What must be reported, by the recording's id.
pub(super) type Expected = BTreeMap<String, Value>;

/// `Found` is what a folder holds.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of their ids.
    pub(super) recordings: Vec<Recording>,
    /// By folder.
    pub(super) expected: BTreeMap<PathBuf, Expected>,
    /// Files that should be recordings, and why they are not.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

impl Recording {
    /// The model that the recorded request asked for; a short name where none was recorded.
    pub(super) fn model(&self) -> &str {
        let body = self.request.as_ref().map(|request| &request.body);
        let model = body.and_then(|body| body.get("model")).and_then(Value::as_str);
        model.filter(|model| !model.is_empty()).unwrap_or("m")
    }

    /// How many texts the recorded request embeds; where none was recorded, how many vectors the answer holds.
    pub(super) fn inputs(&self) -> usize {
        let body = self.request.as_ref().map(|request| &request.body);
        let asked = |body: &Value| {
            let inputs =
                ["input", "requests", "instances", "content"].iter().find_map(|name| body.get(*name))?;
            Some(inputs.as_array().map_or(1, Vec::len))
        };
        let answered = || {
            let body: Value = serde_json::from_str(&self.response.body).ok()?;
            let list = ["data", "embeddings", "predictions"].iter().find_map(|name| body.get(*name))?;
            list.as_array().map(Vec::len)
        };
        body.and_then(asked).or_else(answered).unwrap_or(1)
    }

    /// The response headers that still fit: the body is decompressed and framed anew.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        const HOP: [&str; 4] = ["content-length", "content-encoding", "transfer-encoding", "connection"];
        let fits = |name: &str| !HOP.iter().any(|hop| name.eq_ignore_ascii_case(hop));
        self.response
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .filter(move |(name, _)| fits(name))
    }
}

/// Reads all recordings in a folder and in the folders in it.
pub(super) fn find(dir: &Path) -> Result<Found, Obstacle> {
    let mut found = Found::default();
    visit(dir, &mut found)?;
    found.recordings.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

fn visit(dir: &Path, found: &mut Found) -> Result<(), Obstacle> {
    let unreadable = |error| format!("{}: {error}", dir.display());
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            visit(&path, found)?;
        } else if path.file_name().is_some_and(|name| name == EXPECTED) {
            let expected = read_expected(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            found.expected.insert(dir.to_owned(), expected);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            match read_recording(&path) {
                Ok(recording) => found.recordings.push(Recording { folder: dir.to_owned(), ..recording }),
                Err(error) => found.unreadable.push((path, error.to_string())),
            }
        }
    }
    Ok(())
}

fn read_recording(path: &Path) -> Result<Recording, Obstacle> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn read_expected(path: &Path) -> Result<Expected, Obstacle> {
    let mut expected = Expected::new();
    for line in fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line)?;
        let id = value.get("id").and_then(Value::as_str).ok_or("a line has no id")?;
        expected.insert(id.to_owned(), value);
    }
    Ok(expected)
}
