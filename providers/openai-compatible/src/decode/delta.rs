use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{Citation, CitationTarget, GeneratedMedia, MediaPart};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{ChunkSink, Media, Part, RawJson, StreamChunk, StreamError, bytes::Bytes};

use super::broken;

/// A sound, or a piece of one: <https://platform.openai.com/docs/guides/audio>.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Audio {
    id: Option<String>,
    data: Option<String>,
    transcript: Option<String>,
    expires_at: Option<u64>,
}

impl Audio {
    pub(super) fn read(raw: &RawValue) -> Result<Self, StreamError> {
        serde_json::from_str(raw.get()).map_err(|error| broken("audio", &error))
    }

    /// Whether it says nothing, as of servers that write every member that there could be.
    pub(super) fn is_empty(&self) -> bool {
        let blank = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        blank(&self.id) && blank(&self.data) && blank(&self.transcript)
    }

    /// The part that it begins, still without its sound.
    pub(super) fn part(&self) -> Part {
        let mut part = MediaPart::new(Media::new(MediaKind::Audio, MediaSource::Bytes(Bytes::new())));
        let mut generated = GeneratedMedia::default();
        generated.id = self.id.clone().filter(|id| !id.is_empty());
        generated.expires_at = self.expires_at;
        part.generated = Some(generated);
        Part::Media(part)
    }

    /// Reports what belongs to the part as a whole and comes after its beginning: in a stream the end of its life comes last.
    pub(super) fn push_late(&self, out: &mut ChunkSink) {
        let expires_at = self.expires_at.and_then(|time| RawJson::of(&time).ok());
        let id = self.id.as_ref().filter(|id| !id.is_empty()).and_then(|id| RawJson::of(id).ok());
        for (key, json) in [("audio.expires_at", expires_at), ("audio.id", id)] {
            if let Some(json) = json {
                out.push(StreamChunk::Metadata { key: key.to_owned(), json });
            }
        }
    }

    pub(super) fn push(self, index: u32, out: &mut ChunkSink) -> Result<(), StreamError> {
        if let Some(data) = self.data.filter(|data| !data.is_empty()) {
            let audio = base64(&data)?;
            out.push(StreamChunk::AudioDelta { index, audio });
        }
        if let Some(text) = self.transcript.filter(|text| !text.is_empty()) {
            out.push(StreamChunk::TranscriptDelta { index, text });
        }
        Ok(())
    }
}

/// Reads `annotations`: <https://platform.openai.com/docs/guides/tools-web-search#output-and-citations>.
pub(super) fn read_annotations(raw: &RawValue) -> Result<Vec<Citation>, StreamError> {
    let list: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|error| broken("annotations", &error))?;
    Ok(list.into_iter().map(read_annotation).collect())
}

/// Reads a list of addresses, or of objects with one; whatever else it is stays metadata of the answer.
pub(super) fn read_citations(list: &str) -> Vec<Citation> {
    if list.is_empty() {
        return Vec::new();
    }
    let list: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    list.into_iter().filter_map(read_citation).collect()
}

fn read_citation(raw: &RawValue) -> Option<Citation> {
    let target = match serde_json::from_str::<String>(raw.get()) {
        Ok(url) => CitationTarget::Url { url, title: None },
        Err(_) => {
            let mut members = Record::read(raw.get()).ok()?;
            CitationTarget::Url { url: members.text("url")?, title: members.text("title") }
        }
    };
    // The list goes back to no one, so that there is nothing to replay.
    Some(Citation::new(target))
}

fn read_annotation(raw: &RawValue) -> Citation {
    let mut members = Record::read(raw.get()).unwrap_or_default();
    let kind = members.text("type").unwrap_or_default();
    let mut inner =
        members.get("url_citation").and_then(|raw| Record::read(raw.get()).ok()).unwrap_or_default();
    let mut citation = match inner.text("url") {
        Some(url) => Citation::new(CitationTarget::Url { url, title: inner.text("title") }),
        None => Citation::new(CitationTarget::Other { kind }),
    };
    citation.span = inner.lenient("start_index").zip(inner.lenient("end_index"));
    citation.quoted = inner.text("content");
    citation.replay = Some(RawJson::from_raw(raw.to_owned()));
    citation
}

fn base64(data: &str) -> Result<Bytes, StreamError> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(data);
    bytes.map(Bytes::from).map_err(|_| steer_core::ApiError::parsing("`audio.data` is not base64").into())
}
