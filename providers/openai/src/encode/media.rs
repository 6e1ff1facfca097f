use serde::ser::SerializeMap;
use steer_core::encode::{Data, MediaAddress as Address, Object, inline_media as inline, is_text};
use steer_core::protocol::FeatureArea;
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{ApiError, Media};

use super::content::{Content, Kind};
use super::part::{Context, FOREIGN};
use crate::API;

/// `MediaContent` is an image, a sound or a file as it is sent.
#[derive(Debug)]
pub(super) enum MediaContent<'a> {
    /// <https://platform.openai.com/docs/guides/images-vision>
    Image {
        source: ImageSource<'a>,
        detail: &'a str,
    },
    /// <https://platform.openai.com/docs/guides/audio>
    Sound {
        data: Data<'a>,
        format: &'static str,
    },
    /// <https://platform.openai.com/docs/guides/pdf-files>
    File {
        data: Address<'a>,
        filename: Option<&'a str>,
        detail: Option<&'a str>,
    },
    FileId {
        id: &'a str,
        detail: Option<&'a str>,
    },
}

/// `ImageSource` is where an image is.
#[derive(Debug)]
pub(super) enum ImageSource<'a> {
    At(Address<'a>),
    FileId(&'a str),
}

/// Takes what the dialect can show to a model, which may be several parts; none where the policy lets it go.
pub(super) fn read<'a>(
    media: &'a Media,
    context: &mut Context<'a, '_>,
) -> Result<Vec<Content<'a>>, ApiError> {
    let content = match media.kind {
        MediaKind::Document => return document(media, context),
        MediaKind::Image => image(media, context)?,
        MediaKind::Audio => sound(media, context)?,
        MediaKind::Video => lost("video", "the API takes no video", context)?,
        _ => lost("media", "the API takes images, sounds and documents only", context)?,
    };
    Ok(content.map(|content| Content::new(Kind::Media(content))).into_iter().collect())
}

fn image<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<MediaContent<'a>>, ApiError> {
    if !context.dialect.images {
        return lost("image", "the API takes no images", context);
    }
    let source = match (&media.source, inline(media)) {
        (_, Some((media_type, data))) => ImageSource::At(Address::Data { media_type, data }),
        (MediaSource::Url(url), None) => ImageSource::At(Address::Url(url)),
        (MediaSource::File { provider, id }, None) if provider == context.provider || provider == API => {
            ImageSource::FileId(id)
        }
        (MediaSource::File { .. }, None) => return lost("image", FOREIGN, context),
        (MediaSource::Bytes(_), None) => {
            return lost("image", "its media type is not known; set it", context);
        }
        _ => return lost("image", "an image is bytes, an address or a file", context),
    };
    Ok(Some(MediaContent::Image {
        source,
        detail: media.detail.as_deref().or(context.detail).unwrap_or("auto"),
    }))
}

fn sound<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<MediaContent<'a>>, ApiError> {
    if !context.dialect.audio {
        return lost("audio", "the API takes no audio", context);
    }
    no_detail(media, context)?;
    let Some((media_type, data)) = inline(media) else {
        return lost("audio", "the API takes audio as bytes with a media type only", context);
    };
    let format = match &*media_type {
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "wav",
        "audio/mpeg" | "audio/mp3" => "mp3",
        _ => return lost("audio", "the API takes WAV and MP3; convert it", context),
    };
    Ok(Some(MediaContent::Sound { data, format }))
}

fn document<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Vec<Content<'a>>, ApiError> {
    if media.citations == Some(true) {
        let why = "the API has no citations of documents";
        context.ledger.unsupported(FeatureArea::Settings, "media.citations", why)?;
    }
    match &media.source {
        MediaSource::Text(text) => return Ok(vec![as_text(text, media, context)]),
        MediaSource::Content(parts) => return as_parts(parts, media, context),
        MediaSource::Bytes(bytes) if is_text(media) => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                return Ok(vec![as_text(text, media, context)]);
            }
        }
        _ => {}
    }
    let Some(file) = file(media, context)? else { return Ok(Vec::new()) };
    let mut parts = Vec::new();
    if let Some(text) = media.context.as_deref().filter(|text| !text.trim().is_empty()) {
        context.losses.count("document", "what is said of a document is sent as a text before it");
        parts.push(Content::text(text));
    }
    parts.push(Content::new(Kind::Media(file)));
    Ok(parts)
}

fn file<'a>(media: &'a Media, context: &mut Context<'a, '_>) -> Result<Option<MediaContent<'a>>, ApiError> {
    if !context.dialect.files {
        return lost("document", "the API takes documents of text only", context);
    }
    let detail = media.detail.as_deref().or(context.detail);
    let filename = media.filename.as_deref().or(media.title.as_deref());
    Ok(Some(match (&media.source, inline(media)) {
        (MediaSource::File { provider, id }, _) if provider == context.provider || provider == API => {
            MediaContent::FileId { id, detail }
        }
        (MediaSource::File { .. }, _) => return lost("document", FOREIGN, context),
        (_, Some(_)) if !context.dialect.file_bytes => {
            let why = "the API takes a document by its address or its id; upload it, or give its address";
            return lost("document", why, context);
        }
        (_, Some((media_type, data))) => MediaContent::File {
            // The API tells the kind of a file by its name.
            filename: filename.or(Some(match &*media_type {
                "application/pdf" => "document.pdf",
                _ => "document",
            })),
            data: Address::Data { media_type, data },
            detail,
        },
        (MediaSource::Url(url), None) => MediaContent::File { filename, data: Address::Url(url), detail },
        _ => return lost("document", "its media type is not known; set it", context),
    }))
}

/// A document of text, with what is said of it above it.
fn as_text<'a>(text: &'a str, media: &'a Media, context: &mut Context<'a, '_>) -> Content<'a> {
    context.losses.count("document", "a document of text is sent as text");
    let title = media.title.as_deref().or(media.filename.as_deref());
    let above: Vec<&str> = title.into_iter().chain(media.context.as_deref()).collect();
    if above.is_empty() {
        return Content::text(text);
    }
    Content::text(format!("{}\n\n{text}", above.join("\n")))
}

fn as_parts<'a>(
    parts: &'a [ToolResultContent],
    media: &'a Media,
    context: &mut Context<'a, '_>,
) -> Result<Vec<Content<'a>>, ApiError> {
    context.losses.count("document", "a document of parts is sent as its parts");
    let above = [&media.title, &media.context].into_iter().flatten();
    let mut contents: Vec<_> = above.map(|text| Content::text(text.as_str())).collect();
    for part in parts {
        match part {
            ToolResultContent::Text { text } => contents.push(Content::text(text)),
            ToolResultContent::Media(media) if media.kind == MediaKind::Image => {
                let image = image(media, context)?;
                contents.extend(image.map(|image| Content::new(Kind::Media(image))));
            }
            _ => context.lost("document", "a document of parts holds texts and images only")?,
        }
    }
    contents.retain(|content| content.plain_text().is_none_or(|text| !text.trim().is_empty()));
    Ok(contents)
}

fn no_detail(media: &Media, context: &mut Context<'_, '_>) -> Result<(), ApiError> {
    if media.detail.is_some() {
        let why = "the API has it for images only";
        context.ledger.unsupported(FeatureArea::Settings, "media.detail", why)?;
    }
    Ok(())
}

fn lost<'a>(
    subject: &str,
    why: &str,
    context: &mut Context<'a, '_>,
) -> Result<Option<MediaContent<'a>>, ApiError> {
    context.lost(subject, why).map(|()| None)
}

impl MediaContent<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Image { source: ImageSource::At(address), .. } | Self::File { data: address, .. } => {
                address.size()
            }
            Self::Sound { data, .. } => data.size(),
            Self::Image { source: ImageSource::FileId(id), .. } | Self::FileId { id, .. } => id.len(),
        }
    }

    pub(super) fn write<M: SerializeMap>(&self, part: &mut Object<M>) -> Result<(), M::Error> {
        match self {
            Self::Image { source, detail } => {
                part.member("type", "input_image")?;
                part.member("detail", detail)?;
                match source {
                    ImageSource::At(address) => part.member("image_url", address),
                    ImageSource::FileId(id) => part.member("file_id", id),
                }
            }
            Self::Sound { data, format } => {
                part.member("type", "input_audio")?;
                part.member("input_audio", &InputAudio { data, format })
            }
            Self::File { data, filename, detail } => {
                part.member("type", "input_file")?;
                part.optional("filename", *filename)?;
                part.optional("detail", *detail)?;
                let name = if matches!(data, Address::Url(_)) { "file_url" } else { "file_data" };
                part.member(name, data)
            }
            Self::FileId { id, detail } => {
                part.member("type", "input_file")?;
                part.optional("detail", *detail)?;
                part.member("file_id", id)
            }
        }
    }
}

impl ImageSource<'_> {
    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::At(address) => map.serialize_entry("image_url", address),
            Self::FileId(id) => map.serialize_entry("file_id", id),
        }
    }
}

#[derive(serde::Serialize)]
struct InputAudio<'a> {
    data: &'a Data<'a>,
    format: &'static str,
}
