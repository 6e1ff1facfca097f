use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{ApiError, Media};

use super::part::Context;

/// `Image` is an image as it is sent, base64 without a type: <https://docs.ollama.com/capabilities/vision>.
#[derive(Debug)]
pub(super) enum Image<'a> {
    Bytes { source: &'a MediaSource, length: usize },
    Base64(&'a str),
}

/// `Shown` is what a model is shown of a medium.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    Text(Cow<'a, str>),
    Image(Image<'a>),
}

/// Takes what the API can show to a model, which may be several pieces; none where the policy lets it go.
pub(super) fn read<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Vec<Shown<'a>>, ApiError> {
    if media.citations == Some(true) {
        context.losses.count("media.citations", "the API has no citations of documents");
    }
    if media.detail.is_some() {
        context.losses.count("media.detail", "the API has no such member");
    }
    match media.kind {
        MediaKind::Image => Ok(image(media, context)?.map(Shown::Image).into_iter().collect()),
        MediaKind::Document => document(media, context),
        MediaKind::Audio => context.lost("audio", "the API takes no audio").map(|()| Vec::new()),
        MediaKind::Video => context.lost("video", "the API takes no video").map(|()| Vec::new()),
        _ => context.lost("media", "the API takes images and text only").map(|()| Vec::new()),
    }
}

fn image<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<Image<'a>>, ApiError> {
    let why = match &media.source {
        source @ MediaSource::Bytes(bytes) => return Ok(Some(Image::Bytes { source, length: bytes.len() })),
        MediaSource::Url(url) => match url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"))
        {
            Some((_, data)) => return Ok(Some(Image::Base64(data))),
            None => "the API does not fetch images; send the bytes",
        },
        _ => "the API takes an image as bytes only",
    };
    context.lost("image", why).map(|()| None)
}

/// A document goes as what it says.
fn document<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Vec<Shown<'a>>, ApiError> {
    let text = match &media.source {
        MediaSource::Text(text) => Some(text.as_str()),
        MediaSource::Bytes(bytes) if is_text(media) => std::str::from_utf8(bytes).ok(),
        MediaSource::Content(parts) => return as_parts(parts, media, context),
        _ => None,
    };
    let Some(text) = text else {
        let why = "the API takes documents of text only; send the text, or its pages as images";
        return context.lost("document", why).map(|()| Vec::new());
    };
    context.losses.count("document", "a document of text is sent as text");
    let above: Vec<&str> = heading(media).collect();
    Ok(vec![Shown::Text(if above.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{}\n\n{text}", above.join("\n")))
    })])
}

fn as_parts<'a>(
    parts: &'a [ToolResultContent],
    media: &'a Media,
    context: &mut Context<'a, '_>,
) -> Result<Vec<Shown<'a>>, ApiError> {
    context.losses.count("document", "a document of parts is sent as its parts");
    let mut shown: Vec<_> = heading(media).map(|text| Shown::Text(Cow::Borrowed(text))).collect();
    for part in parts {
        match part {
            ToolResultContent::Text { text } => shown.push(Shown::Text(Cow::Borrowed(text))),
            ToolResultContent::Media(media) if media.kind == MediaKind::Image => {
                shown.extend(image(media, context)?.map(Shown::Image));
            }
            _ => context.lost("document", "a document of parts holds texts and images only")?,
        }
    }
    Ok(shown)
}

/// What is said of a document.
fn heading(media: &Media) -> impl Iterator<Item = &str> {
    let title = media.title.as_deref().or(media.filename.as_deref());
    title.into_iter().chain(media.context.as_deref()).filter(|text| !text.trim().is_empty())
}

fn is_text(media: &Media) -> bool {
    media.media_type.as_deref().is_some_and(|media_type| media_type.trim_start().starts_with("text/"))
}

impl Image<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Bytes { length, .. } => length.saturating_mul(4) / 3,
            Self::Base64(data) => data.len(),
        }
    }
}

impl Serialize for Image<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bytes { source, .. } => serializer.serialize_str(&source.base64().unwrap_or_default()),
            Self::Base64(data) => serializer.serialize_str(data),
        }
    }
}
