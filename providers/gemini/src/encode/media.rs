use std::borrow::Cow;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use steer_core::tools::{MediaSource, VideoClip};
use steer_core::{ApiError, Media};

use super::part::Context;

/// `WireMedia` is a medium as it is sent: <https://ai.google.dev/api/caching#Blob>, <https://ai.google.dev/api/caching#FileData>.
#[derive(Debug)]
pub(super) struct WireMedia<'a> {
    source: Source<'a>,
    clip: Option<VideoClip>,
    detail: Option<&'a str>,
}

#[derive(Debug)]
enum Source<'a> {
    Bytes { media_type: Cow<'a, str>, source: &'a MediaSource, length: usize },
    Base64 { media_type: Cow<'a, str>, data: &'a str },
    Text(&'a str),
    File { media_type: Option<Cow<'a, str>>, uri: &'a str },
}

impl<'a> WireMedia<'a> {
    /// Takes what the API can show to a model; `None` where the policy lets the rest go.
    pub(super) fn of(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<Self>, ApiError> {
        let given = media.media_type.as_deref().map(essence);
        let source = match &media.source {
            MediaSource::Bytes(bytes) => {
                let sniffed = || Media::from_bytes(bytes.clone()).ok()?.media_type.map(Cow::Owned);
                let Some(media_type) = given.or_else(sniffed) else {
                    return lost(context, "its media type is not known; set it");
                };
                Source::Bytes { media_type, source: &media.source, length: bytes.len() }
            }
            MediaSource::Url(url) => {
                match url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")) {
                    Some((media_type, data)) => Source::Base64 { media_type: essence(media_type), data },
                    None => Source::File { media_type: given, uri: url },
                }
            }
            MediaSource::File { provider, id } if provider == context.provider => {
                Source::File { media_type: given, uri: id }
            }
            MediaSource::File { .. } => {
                return lost(context, "another provider holds the file; upload it to this one");
            }
            MediaSource::Text(text) => Source::Text(text),
            _ => return lost(context, "the API takes no such source"),
        };
        for (name, is_set) in [
            ("media.filename", media.filename.is_some()),
            ("media.title", media.title.is_some()),
            ("media.context", media.context.is_some()),
            ("media.citations", media.citations == Some(true)),
        ] {
            if is_set {
                context.losses.count(name, "the API has no such member");
            }
        }
        Ok(Some(Self { source, clip: media.clip, detail: media.detail.as_deref() }))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.source {
            Source::Bytes { length, .. } => length.saturating_mul(4) / 3,
            Source::Base64 { data, .. } => data.len(),
            Source::Text(text) => text.len().saturating_mul(4) / 3,
            Source::File { uri, .. } => uri.len(),
        }
    }

    /// Writes the members of a part.
    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match &self.source {
            Source::Bytes { media_type, source, .. } => {
                let data = source.base64().map(Cow::Owned).unwrap_or_default();
                map.serialize_entry("inlineData", &Blob { mime_type: media_type, data })?;
            }
            Source::Base64 { media_type, data } => {
                map.serialize_entry(
                    "inlineData",
                    &Blob { mime_type: media_type, data: Cow::Borrowed(data) },
                )?;
            }
            Source::Text(text) => {
                let data = Cow::Owned(STANDARD.encode(text));
                map.serialize_entry("inlineData", &Blob { mime_type: "text/plain", data })?;
            }
            Source::File { media_type, uri } => {
                map.serialize_entry("fileData", &File { mime_type: media_type.as_deref(), file_uri: uri })?;
            }
        }
        if let Some(clip) = &self.clip {
            map.serialize_entry("videoMetadata", &Clip::of(clip))?;
        }
        if let Some(detail) = self.detail {
            map.serialize_entry("mediaResolution", &Resolution { level: level(detail) })?;
        }
        Ok(())
    }
}

impl Serialize for WireMedia<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Blob<'a> {
    mime_type: &'a str,
    data: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    file_uri: &'a str,
}

/// <https://ai.google.dev/api/caching#VideoMetadata>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Clip {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_offset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_offset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps: Option<f64>,
}

impl Clip {
    fn of(clip: &VideoClip) -> Self {
        let offset = |at: Duration| format!("{}s", at.as_secs_f64());
        Self { start_offset: clip.start.map(offset), end_offset: clip.end.map(offset), fps: clip.fps }
    }
}

/// <https://ai.google.dev/gemini-api/docs/media-resolution>
#[derive(Serialize)]
struct Resolution<'a> {
    level: Cow<'a, str>,
}

/// The API's word for how much detail.
pub(super) fn level(detail: &str) -> Cow<'_, str> {
    const PREFIX: &str = "MEDIA_RESOLUTION_";
    if detail.starts_with(PREFIX) {
        return Cow::Borrowed(detail);
    }
    Cow::Owned(format!("{PREFIX}{}", detail.to_ascii_uppercase()))
}

/// A media type in lower case and in its registered spelling; parameters stay, since those of samples count.
fn essence(media_type: &str) -> Cow<'_, str> {
    match media_type.trim() {
        "image/jpg" => Cow::Borrowed("image/jpeg"),
        other => Cow::Borrowed(other),
    }
}

fn lost<'a>(context: &mut Context<'a, '_>, why: &str) -> Result<Option<WireMedia<'a>>, ApiError> {
    context.lost("media", why).map(|()| None)
}
