use serde_json::value::RawValue;
use steer_core::RawJson;
use steer_core::json::Record;
use steer_core::message::{Citation, CitationTarget};

/// Reads an annotation: <https://platform.openai.com/docs/guides/tools-web-search#output-and-citations>. The vendor's
/// JSON stays with it, since a later turn sends it back as it is; its places count characters and not bytes.
pub(super) fn read(raw: &RawValue) -> Citation {
    let mut members = Record::read(raw.get()).unwrap_or_default();
    let kind = members.text("type").unwrap_or_default();
    let mut citation = Citation::new(match kind.as_str() {
        "url_citation" => {
            CitationTarget::Url { url: members.text("url").unwrap_or_default(), title: members.text("title") }
        }
        "file_citation" | "container_file_citation" | "file_path" => CitationTarget::File {
            file_id: members.text("file_id").unwrap_or_default(),
            filename: members.text("filename"),
            container_id: members.text("container_id"),
        },
        _ => CitationTarget::Other { kind },
    });
    citation.replay = Some(RawJson::from_raw(raw.to_owned()));
    citation
}
