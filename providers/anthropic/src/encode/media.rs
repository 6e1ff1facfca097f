use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::encode::{Data, inline_media};
use steer_core::protocol::FeatureArea;
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{ApiError, Media};

use super::part::Context;
use super::search::{Citations, PlainText};

/// The kinds of images that the API takes:
/// <https://docs.claude.com/en/docs/build-with-claude/vision#image-best-practices>.
const IMAGES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// `MediaBlock` is an image or a document as it is sent.
#[derive(Debug)]
pub(super) struct MediaBlock<'a> {
    kind: &'static str,
    source: Source<'a>,
    title: Option<&'a str>,
    context: Option<&'a str>,
    citations: Option<bool>,
}

#[derive(Debug)]
enum Source<'a> {
    Bytes { media_type: Cow<'a, str>, source: &'a MediaSource },
    Base64 { media_type: Cow<'a, str>, data: &'a str },
    Url(&'a str),
    File(&'a str),
    Text(&'a str),
    Content(Vec<Item<'a>>),
}

#[derive(Debug)]
enum Item<'a> {
    Text(&'a str),
    Media(MediaBlock<'a>),
}

impl<'a> MediaBlock<'a> {
    pub(super) const MEMBERS: &'static [&'static str] = &["type", "source", "title", "context", "citations"];

    /// Takes what the API can show to a model; `None` where the policy lets the rest go.
    pub(super) fn of(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<Self>, ApiError> {
        let source = match media.kind {
            MediaKind::Image => image(media, context)?,
            MediaKind::Document => document(media, context)?,
            MediaKind::Audio => lost(context, "audio", "the API takes no audio")?,
            MediaKind::Video => lost(context, "video", "the API takes no video")?,
            _ => lost(context, "media", "the API takes images and documents only")?,
        };
        let Some(source) = source else { return Ok(None) };
        if media.detail.is_some() {
            context.ledger.unsupported(
                FeatureArea::Settings,
                "media.detail",
                "the API has no such setting",
            )?;
        }
        let is_document = media.kind == MediaKind::Document;
        Ok(Some(Self {
            kind: if is_document { "document" } else { "image" },
            source,
            title: media.title.as_deref().or(media.filename.as_deref()).filter(|_| is_document),
            context: media.context.as_deref().filter(|_| is_document),
            citations: media.citations.filter(|_| is_document),
        }))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match &self.source {
            Source::Bytes { source: MediaSource::Bytes(bytes), .. } => bytes.len().saturating_mul(4) / 3,
            Source::Base64 { data: text, .. } | Source::Text(text) => text.len(),
            _ => 0,
        }
    }

    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry("source", &self.source)?;
        if let Some(title) = self.title {
            map.serialize_entry("title", title)?;
        }
        if let Some(context) = self.context {
            map.serialize_entry("context", context)?;
        }
        if let Some(enabled) = self.citations {
            map.serialize_entry("citations", &Citations { enabled })?;
        }
        Ok(())
    }
}

fn image<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<Source<'a>>, ApiError> {
    let source = match &media.source {
        MediaSource::Bytes(_) | MediaSource::Url(_) => inline_or_url(media),
        MediaSource::File { provider, id } => return file(provider, id, context),
        _ => return lost(context, "image", "an image is bytes, an address or a file of the provider's"),
    };
    match &source {
        Some(Source::Bytes { media_type, .. } | Source::Base64 { media_type, .. })
            if !IMAGES.contains(&media_type.as_ref()) =>
        {
            lost(context, "image", "the API takes JPEG, PNG, GIF and WebP; convert it")
        }
        None => lost(context, "image", "its media type is not known; set it"),
        Some(_) => Ok(source),
    }
}

fn document<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<Source<'a>>, ApiError> {
    let source = match &media.source {
        MediaSource::Bytes(_) | MediaSource::Url(_) => inline_or_url(media),
        MediaSource::File { provider, id } => return file(provider, id, context),
        MediaSource::Text(text) => Some(Source::Text(text)),
        MediaSource::Content(parts) => return content(parts, context),
        _ => return lost(context, "document", "the API takes no such source"),
    };
    match source {
        Some(Source::Bytes { media_type, source: MediaSource::Bytes(bytes) })
            if media_type != "application/pdf" =>
        {
            match std::str::from_utf8(bytes) {
                Ok(text) if media_type.starts_with("text/") => Ok(Some(Source::Text(text))),
                _ => lost(context, "document", "the API takes PDF and plain text; convert it"),
            }
        }
        Some(Source::Base64 { media_type, .. }) if media_type != "application/pdf" => {
            lost(context, "document", "as a data URL the API takes PDF; give the bytes instead")
        }
        None => lost(context, "document", "its media type is not known; set it"),
        source => Ok(source),
    }
}

/// Bytes, or an address; of an address that holds the data itself, the data. `None` where the type is not known.
fn inline_or_url(media: &Media) -> Option<Source<'_>> {
    match (inline_media(media), &media.source) {
        (Some((media_type, Data::Base64(data))), _) => Some(Source::Base64 { media_type, data }),
        (Some((media_type, Data::Bytes(source))), _) => Some(Source::Bytes { media_type, source }),
        (None, MediaSource::Url(url)) => Some(Source::Url(url)),
        (None, _) => None,
    }
}

fn file<'a>(
    provider: &str,
    id: &'a str,
    context: &mut Context<'a, '_>,
) -> Result<Option<Source<'a>>, ApiError> {
    if provider == context.provider {
        return Ok(Some(Source::File(id)));
    }
    lost(context, "file", "another provider holds the file; upload it to this one")
}

fn content<'a>(
    parts: &'a [ToolResultContent],
    context: &mut Context<'a, '_>,
) -> Result<Option<Source<'a>>, ApiError> {
    let mut items = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            ToolResultContent::Text { text } if text.trim().is_empty() => {}
            ToolResultContent::Text { text } => items.push(Item::Text(text)),
            ToolResultContent::Media(media) if media.kind == MediaKind::Image => {
                items.extend(MediaBlock::of(media, context)?.map(Item::Media));
            }
            _ => context.lost("document", "a document of parts holds texts and images only")?,
        }
    }
    Ok(Some(Source::Content(items)))
}

fn lost<'a>(context: &mut Context<'a, '_>, subject: &str, why: &str) -> Result<Option<Source<'a>>, ApiError> {
    context.lost(subject, why).map(|()| None)
}

impl Serialize for Source<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Bytes { media_type, source } => {
                map.serialize_entry("type", "base64")?;
                map.serialize_entry("media_type", media_type)?;
                map.serialize_entry("data", &source.base64())?;
            }
            Self::Base64 { media_type, data } => {
                map.serialize_entry("type", "base64")?;
                map.serialize_entry("media_type", media_type)?;
                map.serialize_entry("data", data)?;
            }
            Self::Url(url) => {
                map.serialize_entry("type", "url")?;
                map.serialize_entry("url", url)?;
            }
            Self::File(id) => {
                map.serialize_entry("type", "file")?;
                map.serialize_entry("file_id", id)?;
            }
            Self::Text(text) => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("media_type", "text/plain")?;
                map.serialize_entry("data", text)?;
            }
            Self::Content(items) => {
                map.serialize_entry("type", "content")?;
                map.serialize_entry("content", items)?;
            }
        }
        map.end()
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => PlainText(text).serialize(serializer),
            Self::Media(media) => {
                let mut map = serializer.serialize_map(None)?;
                media.write(&mut map)?;
                map.end()
            }
        }
    }
}
