use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Serialize, ser::SerializeStruct};

/// `Passage` is a search result that the model may cite:
/// <https://docs.claude.com/en/docs/build-with-claude/search-results>.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    pub(super) source: &'a str,
    pub(super) title: &'a str,
    pub(super) texts: Vec<&'a str>,
    pub(super) citations: Option<bool>,
}

impl Passage<'_> {
    pub(super) const MEMBERS: &'static [&'static str] = &["type", "source", "title", "content", "citations"];

    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", "search_result")?;
        map.serialize_entry("source", self.source)?;
        map.serialize_entry("title", self.title)?;
        map.serialize_entry("content", &Texts(&self.texts))?;
        if let Some(enabled) = self.citations {
            map.serialize_entry("citations", &Citations { enabled })?;
        }
        Ok(())
    }
}

/// Whether the model may cite a block.
#[derive(Serialize)]
pub(super) struct Citations {
    pub(super) enabled: bool,
}

/// A text block of nothing but text.
pub(super) struct PlainText<'a>(pub(super) &'a str);

impl Serialize for PlainText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut block = serializer.serialize_struct("text", 2)?;
        block.serialize_field("type", "text")?;
        block.serialize_field("text", self.0)?;
        block.end()
    }
}

struct Texts<'a>(&'a [&'a str]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for text in self.0 {
            list.serialize_element(&PlainText(text))?;
        }
        list.end()
    }
}
