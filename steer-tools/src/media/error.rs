//! Why bytes are not media.

/// Why bytes cannot become [`Media`](crate::Media) by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// There are no bytes.
    #[error("the media is empty")]
    Empty,
    /// The first bytes are of no known format.
    #[error(
        "the media type is not recognised (known: PNG, JPEG, GIF, WebP, PDF); \
         name it with `image_bytes`, `audio_bytes` or `document_bytes`"
    )]
    Unknown,
}
