use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};
use steer_tools::{Media, MediaSource};

/// `MediaAddress` is where a medium is: elsewhere, or in the address itself.
pub enum MediaAddress<'a> {
    /// Elsewhere.
    Url(&'a str),
    /// In the address, as `data:…;base64,…`.
    Data {
        /// The media type, without parameters.
        media_type: Cow<'a, str>,
        /// The content.
        data: Data<'a>,
    },
}

/// `Data` is the content of a medium, sent as base64.
pub enum Data<'a> {
    /// Bytes.
    Bytes(&'a MediaSource),
    /// What is base64 already.
    Base64(&'a str),
}

/// Whether a medium says that it is text.
pub fn is_text(media: &Media) -> bool {
    media.media_type.as_deref().is_some_and(|media_type| essence(media_type).starts_with("text/"))
}

/// Content that is here, with its media type; `None` where either is not.
pub fn inline_media(media: &Media) -> Option<(Cow<'_, str>, Data<'_>)> {
    match &media.source {
        MediaSource::Url(url) => {
            let (media_type, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
            Some((essence(media_type), Data::Base64(data)))
        }
        source @ MediaSource::Bytes(bytes) => {
            let media_type = match &media.media_type {
                Some(media_type) => essence(media_type),
                None => Cow::Owned(Media::from_bytes(bytes.clone()).ok()?.media_type?),
            };
            Some((media_type, Data::Bytes(source)))
        }
        _ => None,
    }
}

/// A media type without parameters, in lower case and in its registered spelling.
fn essence(media_type: &str) -> Cow<'_, str> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    match essence {
        "image/jpg" => Cow::Borrowed("image/jpeg"),
        _ if essence.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Owned(essence.to_ascii_lowercase())
        }
        _ => Cow::Borrowed(essence),
    }
}

impl Data<'_> {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Self::Bytes(MediaSource::Bytes(bytes)) => bytes.len().saturating_mul(4) / 3,
            Self::Bytes(_) => 0,
            Self::Base64(text) => text.len(),
        }
    }
}

impl MediaAddress<'_> {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Self::Url(url) => url.len(),
            Self::Data { data, .. } => data.size(),
        }
    }
}

/// Both hide what they hold: an address may be the content itself.
impl fmt::Debug for MediaAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaAddress({} bytes)", self.size())
    }
}

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Data({} bytes)", self.size())
    }
}

impl fmt::Display for MediaAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url),
            Self::Data { media_type, data } => write!(f, "data:{media_type};base64,{data}"),
        }
    }
}

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(source) => f.write_str(&source.base64().unwrap_or_default()),
            Self::Base64(text) => f.write_str(text),
        }
    }
}

impl Serialize for MediaAddress<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
