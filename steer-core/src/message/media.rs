use serde::{Deserialize, Serialize};
use steer_tools::Media;

use super::{PartMeta, Seal};
use crate::redact::redacted_debug;

/// `MediaPart` is an image, a sound, a video or a document, given to a model or made by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MediaPart {
    /// The medium.
    pub media: Media,
    /// Set where a model made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedMedia>,
    /// A signature that the vendor put on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

impl MediaPart {
    /// Makes a part of a medium.
    pub fn new(media: Media) -> Self {
        Self { media, generated: None, seal: None, meta: PartMeta::default() }
    }
}

/// `GeneratedMedia` is what a vendor says of a medium that a model made.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GeneratedMedia {
    /// The vendor's id, with which a later turn refers to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is spoken in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// When the vendor forgets it, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Whether it is part of the thinking rather than of the answer.
    #[serde(default)]
    pub in_thinking: bool,
}

redacted_debug!(GeneratedMedia { id, expires_at, in_thinking; transcript });
