//! Images, audio, video and documents, wherever their bytes are.

mod clip;
mod error;
mod sniff;
mod source;

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use self::clip::VideoClip;
pub use self::error::MediaError;
pub use self::source::MediaSource;
use crate::redact::Redacted;

/// One piece of media, in messages and in tool results.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Where its content is.
    pub source: MediaSource,
    /// The IANA media type, such as `image/png`; `None` when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The file name to show to the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The resolution to look at it with, in the target's own word (`low`, `high`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The title of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Text about a document that the model reads but does not cite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Whether the model may cite the document; `None` leaves it to the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citations: Option<bool>,
    /// The part of a video to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<VideoClip>,
}

impl Media {
    /// Media of a kind from a source, with nothing else known.
    pub fn new(kind: MediaKind, source: MediaSource) -> Self {
        Self {
            kind,
            source,
            media_type: None,
            filename: None,
            detail: None,
            title: None,
            context: None,
            citations: None,
            clip: None,
        }
    }

    /// Media whose kind and media type are read from its first bytes: PNG, JPEG, GIF, WebP or PDF.
    ///
    /// # Errors
    ///
    /// [`MediaError::Unknown`] for other content, [`MediaError::Empty`] for none.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self, MediaError> {
        let bytes = bytes.into();
        let (kind, media_type) = sniff::sniff(&bytes)?;
        Ok(Self::new(kind, MediaSource::Bytes(bytes)).media_type(media_type))
    }

    /// An image from its bytes.
    pub fn image_bytes(media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(MediaKind::Image, MediaSource::Bytes(bytes.into())).media_type(media_type)
    }

    /// An image that the provider fetches.
    pub fn image_url(url: impl Into<String>) -> Self {
        Self::new(MediaKind::Image, MediaSource::Url(url.into()))
    }

    /// Audio from its bytes.
    pub fn audio_bytes(media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(MediaKind::Audio, MediaSource::Bytes(bytes.into())).media_type(media_type)
    }

    /// A document from its bytes.
    pub fn document_bytes(media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(MediaKind::Document, MediaSource::Bytes(bytes.into())).media_type(media_type)
    }

    /// A document that the provider fetches.
    pub fn document_url(url: impl Into<String>) -> Self {
        Self::new(MediaKind::Document, MediaSource::Url(url.into()))
    }

    /// A document of plain text.
    pub fn document_text(text: impl Into<String>) -> Self {
        Self::new(MediaKind::Document, MediaSource::Text(text.into())).media_type("text/plain")
    }

    /// A file that was uploaded to `provider` before, by the id it got there.
    pub fn file(kind: MediaKind, provider: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(kind, MediaSource::File { provider: provider.into(), id: id.into() })
    }

    /// Sets the IANA media type.
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Sets the file name.
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    /// Sets the resolution, in the target's own word.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Sets a document's title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets a document's context.
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// Says whether the model may cite the document.
    pub fn citations(mut self, on: bool) -> Self {
        self.citations = Some(on);
        self
    }

    /// Sets the part of a video to look at.
    pub fn clip(mut self, clip: VideoClip) -> Self {
        self.clip = Some(clip);
        self
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("kind", &self.kind)
            .field("source", &self.source)
            .field("media_type", &self.media_type)
            .field("filename", &Redacted::option(self.filename.as_ref()))
            .field("detail", &self.detail)
            .field("title", &Redacted::option(self.title.as_ref()))
            .field("context", &Redacted::option(self.context.as_ref()))
            .field("citations", &self.citations)
            .field("clip", &self.clip)
            .finish()
    }
}

/// What a piece of media is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaKind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// A text, a PDF, or another file to read.
    Document,
}
