use std::fs;
use std::path::Path;

use steer_core::Delivery;
use steer_core::bytes::Bytes;

use super::{Decoded, Subject};

/// `Fixture` is one answer of a vendor's, as a file.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The file's name up to its first dot.
    pub name: String,
    /// How the answer comes.
    pub delivery: Delivery,
    /// Whether the file holds one JSON document a line, not events.
    pub is_lines: bool,
    /// The answer's body.
    pub body: Bytes,
    /// The file of the same answer as one body, where this is a stream and there is such a file.
    pub whole: Option<Bytes>,
}

impl Fixture {
    /// Reads the fixtures of a folder, by name.
    ///
    /// # Errors
    /// The folder cannot be read or holds no fixture, or an event stream does not say where it is from.
    pub fn load(folder: impl AsRef<Path>) -> Result<Vec<Self>, String> {
        let folder = folder.as_ref();
        let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut fixtures = Vec::new();
        for entry in fs::read_dir(folder).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some((name, kind)) = file.split_once('.') else { continue };
            let delivery = match kind {
                "stream.sse" | "stream.jsonl" => Delivery::Stream,
                "whole.json" => Delivery::Whole,
                _ => continue,
            };
            let body = Bytes::from(fs::read(&path).map_err(wrong)?);
            if kind == "stream.sse" && !body.starts_with(b": ") {
                return Err(format!(
                    "{file}: the first line is no comment that says where the stream is from"
                ));
            }
            let whole = match delivery {
                Delivery::Stream => fs::read(folder.join(format!("{name}.whole.json"))).ok().map(Bytes::from),
                _ => None,
            };
            let is_lines = kind == "stream.jsonl";
            fixtures.push(Self { name: name.to_owned(), delivery, is_lines, body, whole });
        }
        fixtures.sort_by(|one, two| (&one.name, one.delivery as u8).cmp(&(&two.name, two.delivery as u8)));
        if fixtures.is_empty() {
            Err(format!("{}: there are no fixtures", folder.display()))
        } else {
            Ok(fixtures)
        }
    }

    /// Whether the answer is a stream of events.
    pub fn is_events(&self) -> bool {
        self.delivery == Delivery::Stream && !self.is_lines
    }

    /// Reads the answer in one piece.
    pub fn decode(&self, subject: &Subject) -> Decoded {
        subject.decode(self.delivery, [self.body.clone()])
    }

    /// What is wrong, with the fixture's name before it.
    pub(super) fn says(&self, what: impl std::fmt::Display) -> String {
        format!("{} ({:?}): {what}", self.name, self.delivery)
    }
}
