use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{GeneratedMedia, MediaPart};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{Media, StreamError};

use super::{broken, malformed};

/// `Inline` is a medium that a part holds: <https://ai.google.dev/api/caching#Blob>.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) media_type: String,
    pub(super) bytes: Bytes,
}

impl Inline {
    pub(super) fn read(raw: &RawValue) -> Result<Self, StreamError> {
        let mut members = Record::read(raw.get()).map_err(|error| broken("inlineData", &error))?;
        let data = members.borrowed_text("data").unwrap_or_default();
        let url_safe = data.contains(['-', '_']);
        let decoded = if url_safe { URL_SAFE.decode(&*data) } else { STANDARD.decode(&*data) };
        let bytes = decoded.map_err(|_| malformed("`inlineData.data` is not base64"))?;
        let media_type = members.text("mimeType").unwrap_or_default();
        Ok(Self { media_type, bytes: Bytes::from(bytes) })
    }

    /// Whether it is samples without a head, of which several pieces are one sound:
    /// <https://ai.google.dev/gemini-api/docs/speech-generation>.
    pub(super) fn is_samples(&self) -> bool {
        let essence = self.media_type.split(';').next().unwrap_or_default().trim();
        ["audio/l16", "audio/pcm"].iter().any(|samples| essence.eq_ignore_ascii_case(samples))
    }

    /// The part; one that grows is still empty.
    pub(super) fn part(&self, thought: bool, grows: bool) -> MediaPart {
        let bytes = if grows { Bytes::new() } else { self.bytes.clone() };
        generated(MediaSource::Bytes(bytes), &self.media_type, thought)
    }
}

/// A medium that lies elsewhere: <https://ai.google.dev/api/caching#FileData>.
pub(super) fn file(raw: &RawValue) -> Result<MediaPart, StreamError> {
    let mut members = Record::read(raw.get()).map_err(|error| broken("fileData", &error))?;
    let uri = members.text("fileUri").ok_or_else(|| malformed("`fileData` has no address"))?;
    Ok(generated(MediaSource::Url(uri), &members.text("mimeType").unwrap_or_default(), false))
}

fn generated(source: MediaSource, media_type: &str, in_thinking: bool) -> MediaPart {
    let kind = match media_type.split('/').next().unwrap_or_default() {
        "image" => MediaKind::Image,
        "audio" => MediaKind::Audio,
        "video" => MediaKind::Video,
        _ => MediaKind::Document,
    };
    let mut media = Media::new(kind, source);
    media.media_type = Some(media_type.to_owned()).filter(|media_type| !media_type.is_empty());
    let mut part = MediaPart::new(media);
    let mut generated = GeneratedMedia::default();
    generated.in_thinking = in_thinking;
    part.generated = Some(generated);
    part
}

/// JSON forms of protocol buffers may use either alphabet, and leave out padding:
/// <https://protobuf.dev/programming-guides/json/>.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
