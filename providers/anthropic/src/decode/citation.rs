use serde_json::value::RawValue;
use steer_core::RawJson;
use steer_core::json::Record;
use steer_core::message::{Citation, CitationTarget, DocumentSpan};

/// Reads a citation: <https://docs.claude.com/en/docs/build-with-claude/citations>. The vendor's JSON stays with it,
/// since a later turn sends it back as it is.
pub(super) fn read(raw: &RawValue) -> Citation {
    let mut members = Record::read(raw.get()).unwrap_or_default();
    let kind = members.text("type").unwrap_or_default();
    let mut citation = Citation::new(match kind.as_str() {
        "char_location" => document(&mut members, "char_index", DocumentSpan::Characters),
        "page_location" => document(&mut members, "page_number", DocumentSpan::Pages),
        "content_block_location" => document(&mut members, "block_index", DocumentSpan::Blocks),
        "web_search_result_location" => {
            CitationTarget::Url { url: members.text("url").unwrap_or_default(), title: members.text("title") }
        }
        "search_result_location" => CitationTarget::SearchResult {
            index: members.lenient("search_result_index").unwrap_or_default(),
            source: members.text("source").unwrap_or_default(),
            title: members.text("title"),
            blocks: members.lenient("start_block_index").zip(members.lenient("end_block_index")),
        },
        _ => CitationTarget::Other { kind },
    });
    citation.quoted = members.text("cited_text");
    citation.replay = Some(RawJson::from_raw(raw.to_owned()));
    citation
}

fn document(members: &mut Record<'_>, unit: &str, span: fn(u64, u64) -> DocumentSpan) -> CitationTarget {
    let start = members.lenient(&format!("start_{unit}"));
    let end = members.lenient(&format!("end_{unit}"));
    CitationTarget::Document {
        index: members.lenient("document_index").unwrap_or_default(),
        title: members.text("document_title"),
        file_id: members.text("file_id"),
        span: start.zip(end).map(|(start, end)| span(start, end)),
    }
}
