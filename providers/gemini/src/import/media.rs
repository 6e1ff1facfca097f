use std::time::Duration;

use serde_json::value::RawValue;
use steer_core::Media;
use steer_core::json::Record;
use steer_core::tools::{MediaKind, MediaSource, VideoClip};

use super::member;
use crate::REGISTRATION;

/// Takes a medium out of a part; the inner `None` says that it is not what it should be:
/// <https://ai.google.dev/api/caching#Blob>, <https://ai.google.dev/api/caching#FileData>.
#[allow(clippy::option_option, reason = "no medium and a broken one are two things")]
pub(super) fn take(members: &mut Record<'_>) -> Option<Option<Media>> {
    let read = if let Some(raw) = member::take(members, "inlineData", "inline_data") {
        inline(raw)
    } else {
        file(member::take(members, "fileData", "file_data")?)
    };
    Some(read.map(|mut media| {
        media.clip = clip(members);
        media.detail = detail(members);
        media
    }))
}

fn inline(raw: &RawValue) -> Option<Media> {
    let mut members = Record::read(raw.get()).ok()?;
    let media_type = media_type(&mut members);
    let data = members.text("data")?;
    // What is not base64, such as the mark of data that was left out of a log, stays as it is in a data URL.
    let source = MediaSource::from_base64(&data).unwrap_or_else(|| {
        MediaSource::Url(format!("data:{};base64,{data}", media_type.as_deref().unwrap_or_default()))
    });
    Some(medium(media_type, source))
}

fn file(raw: &RawValue) -> Option<Media> {
    let mut members = Record::read(raw.get()).ok()?;
    let media_type = media_type(&mut members);
    let uri = member::text(&mut members, "fileUri", "file_uri")?;
    let source = if is_elsewhere(&uri) {
        MediaSource::Url(uri)
    } else {
        MediaSource::File { provider: REGISTRATION.id.to_owned(), id: uri }
    };
    Some(medium(media_type, source))
}

/// Whether everybody can read what is at an address. What was uploaded to the vendor only the vendor can:
/// <https://ai.google.dev/api/files#File>.
fn is_elsewhere(uri: &str) -> bool {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.starts_with("generativelanguage.googleapis.com/"))
}

fn media_type(members: &mut Record<'_>) -> Option<String> {
    member::text(members, "mimeType", "mime_type").filter(|media_type| !media_type.is_empty())
}

fn medium(media_type: Option<String>, source: MediaSource) -> Media {
    let kind = match media_type.as_deref().unwrap_or_default().split('/').next().unwrap_or_default() {
        "image" => MediaKind::Image,
        "audio" => MediaKind::Audio,
        "video" => MediaKind::Video,
        _ => MediaKind::Document,
    };
    let mut media = Media::new(kind, source);
    media.media_type = media_type;
    media
}

/// <https://ai.google.dev/api/caching#VideoMetadata>
fn clip(members: &mut Record<'_>) -> Option<VideoClip> {
    let mut inner = member::object(member::take(members, "videoMetadata", "video_metadata"))?;
    let seconds = |text: String| Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok();
    let mut clip = VideoClip::new();
    clip.start = member::text(&mut inner, "startOffset", "start_offset").and_then(seconds);
    clip.end = member::text(&mut inner, "endOffset", "end_offset").and_then(seconds);
    clip.fps = inner.lenient("fps");
    Some(clip)
}

/// <https://ai.google.dev/gemini-api/docs/media-resolution>
fn detail(members: &mut Record<'_>) -> Option<String> {
    let mut inner = member::object(member::take(members, "mediaResolution", "media_resolution"))?;
    inner.text("level").map(in_our_words)
}

/// How much detail the API's word asks for.
pub(super) fn in_our_words(level: String) -> String {
    level.strip_prefix("MEDIA_RESOLUTION_").map_or_else(|| level.clone(), str::to_ascii_lowercase)
}
