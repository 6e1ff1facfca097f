use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::RawJson;
use steer_core::message::{Citation, CitationTarget, DocumentSpan};

/// `WireCitation` is a citation that can be sent back:
/// <https://docs.claude.com/en/docs/build-with-claude/citations>.
#[derive(Debug)]
pub(super) enum WireCitation<'a> {
    /// As the vendor sent it.
    Replay(&'a RawJson),
    /// A place in a document of the request.
    Document { quoted: &'a str, index: u64, title: Option<&'a str>, span: Span },
    /// Blocks of a search result of the request.
    SearchResult { quoted: &'a str, index: u64, source: &'a str, title: Option<&'a str>, blocks: (u64, u64) },
}

impl<'a> WireCitation<'a> {
    /// `None` where the citation does not say enough to be sent.
    pub(super) fn of(citation: &'a Citation) -> Option<Self> {
        if let Some(raw) = &citation.replay {
            return Some(Self::Replay(raw));
        }
        let quoted = citation.quoted.as_deref().unwrap_or_default();
        match &citation.target {
            CitationTarget::Document { index, title, span: Some(span), .. } => {
                let (index, span) = (*index, Span::of(*span)?);
                Some(Self::Document { quoted, index, title: title.as_deref(), span })
            }
            CitationTarget::SearchResult { index, source, title, blocks: Some(blocks) } => {
                Some(Self::SearchResult {
                    quoted,
                    index: *index,
                    source,
                    title: title.as_deref(),
                    blocks: *blocks,
                })
            }
            _ => None,
        }
    }
}

impl Serialize for WireCitation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Replay(raw) => raw.nested().serialize(serializer),
            Self::Document { quoted, index, title, span } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", span.kind)?;
                map.serialize_entry("cited_text", quoted)?;
                map.serialize_entry("document_index", index)?;
                map.serialize_entry("document_title", title)?;
                map.serialize_entry(span.from, &span.start)?;
                map.serialize_entry(span.to, &span.end)?;
                map.end()
            }
            Self::SearchResult { quoted, index, source, title, blocks: (start, end) } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", "search_result_location")?;
                map.serialize_entry("cited_text", quoted)?;
                map.serialize_entry("search_result_index", index)?;
                map.serialize_entry("source", source)?;
                map.serialize_entry("title", title)?;
                map.serialize_entry("start_block_index", start)?;
                map.serialize_entry("end_block_index", end)?;
                map.end()
            }
        }
    }
}

/// `Span` is a place in a document in the API's words.
#[derive(Debug)]
pub(super) struct Span {
    kind: &'static str,
    from: &'static str,
    to: &'static str,
    start: u64,
    end: u64,
}

impl Span {
    fn of(span: DocumentSpan) -> Option<Self> {
        let (kind, from, to, start, end) = match span {
            DocumentSpan::Characters(start, end) => {
                ("char_location", "start_char_index", "end_char_index", start, end)
            }
            DocumentSpan::Pages(start, end) => {
                ("page_location", "start_page_number", "end_page_number", start, end)
            }
            DocumentSpan::Blocks(start, end) => {
                ("content_block_location", "start_block_index", "end_block_index", start, end)
            }
            _ => return None,
        };
        Some(Self { kind, from, to, start, end })
    }
}
