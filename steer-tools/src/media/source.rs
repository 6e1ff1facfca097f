//! Where the content of media is.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::display::Base64Display;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redact::{Redacted, RedactedUrl};
use crate::result::ToolResultContent;

/// Where the content of [`Media`](crate::Media) is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaSource {
    /// Here, as bytes; a base64 string when serialised.
    Bytes(#[serde(serialize_with = "write_base64", deserialize_with = "read_base64")] Bytes),
    /// At an address that the provider fetches.
    Url(String),
    /// In a provider's file storage.
    File {
        /// The provider that holds the file; no other can read it.
        provider: String,
        /// The file's id there.
        id: String,
    },
    /// Here, as plain text.
    Text(String),
    /// Here, as parts: a document made of chunks that can be cited one by one.
    Content(Vec<ToolResultContent>),
}

impl MediaSource {
    /// Bytes from standard padded base64; `None` where the text is not just what [`base64`](Self::base64) would write.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().map(|bytes| Self::Bytes(bytes.into()))
    }

    /// The bytes in standard padded base64; `None` when the content is not here as bytes.
    pub fn base64(&self) -> Option<String> {
        match self {
            Self::Bytes(bytes) => Some(STANDARD.encode(bytes)),
            _ => None,
        }
    }
}

impl fmt::Debug for MediaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => f.debug_tuple("Bytes").field(&Redacted(bytes.len())).finish(),
            Self::Url(url) => f.debug_tuple("Url").field(&RedactedUrl(url)).finish(),
            Self::File { provider, id } => {
                f.debug_struct("File").field("provider", provider).field("id", id).finish()
            }
            Self::Text(text) => f.debug_tuple("Text").field(&Redacted::text(text)).finish(),
            Self::Content(parts) => f.debug_tuple("Content").field(parts).finish(),
        }
    }
}

// Written files come from many hands; missing padding loses nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn write_base64<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Base64Display::new(bytes, &STANDARD))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    LENIENT.decode(text).map(Bytes::from).map_err(|_| D::Error::custom("media bytes are not valid base64"))
}
