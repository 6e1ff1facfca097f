use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use steer_core::encode::Object;
use steer_core::json::Members;

use super::media::MediaContent;

/// `Content` is one content part of what the user, the program or a tool says.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) kind: Kind<'a>,
    /// Members of the vendor's that have no type, sent back beside the typed ones.
    pub(super) extra: Members<'a>,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Text(Cow<'a, str>),
    Media(MediaContent<'a>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawValue),
}

impl<'a> Content<'a> {
    pub(super) fn new(kind: Kind<'a>) -> Self {
        Self { kind, extra: Members::default() }
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Kind::Text(text.into()))
    }

    /// The text, where the part is nothing but text.
    pub(super) fn plain_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) if self.extra.rest().next().is_none() => Some(text),
            _ => None,
        }
    }

    /// Whether the word stands in it, in capitals or not.
    pub(super) fn says(&self, word: &str) -> bool {
        let Kind::Text(text) = &self.kind else { return false };
        says(text, word)
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match &self.kind {
            Kind::Text(text) => text.len(),
            Kind::Media(media) => media.size(),
            Kind::Raw(raw) => raw.get().len(),
        };
        // Names, quotes, and room for what has to be escaped.
        content.saturating_add(content / 16).saturating_add(96)
    }
}

/// Whether a word stands in a text, in capitals or not.
pub(super) fn says(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len().max(1)).any(|found| found.eq_ignore_ascii_case(word.as_bytes()))
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Kind::Raw(raw) = &self.kind {
            return raw.serialize(serializer);
        }
        let mut part = Object::new(serializer.serialize_map(None)?);
        match &self.kind {
            Kind::Text(text) => {
                part.member("type", "input_text")?;
                part.member("text", text)?;
            }
            Kind::Media(media) => media.write(&mut part)?,
            Kind::Raw(_) => {}
        }
        part.end(&self.extra, &[])
    }
}
