use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use steer_core::RawJson;
use steer_core::encode::Object;
use steer_core::json::Members;
use steer_core::message::{CachePoint, CacheTtl};

use super::media::MediaContent;

/// `Content` is one content part of a message.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) kind: Kind<'a>,
    /// Up to which the prompt is cached.
    pub(super) cache: Option<CachePoint>,
    /// Members of the vendor's that have no type, sent back beside the typed ones.
    pub(super) extra: Members<'a>,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Text(Cow<'a, str>),
    Media(MediaContent<'a>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
}

impl<'a> Content<'a> {
    pub(super) fn new(kind: Kind<'a>) -> Self {
        Self { kind, cache: None, extra: Members::default() }
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Kind::Text(text.into()))
    }

    /// The text, where the part is nothing but text.
    pub(super) fn plain_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) if self.cache.is_none() && self.extra.rest().next().is_none() => Some(text),
            _ => None,
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match &self.kind {
            Kind::Text(text) => text.len(),
            Kind::Media(media) => media.size(),
            Kind::Raw(raw) => raw.get().len(),
        };
        // Names, quotes, and room for what has to be escaped.
        content.saturating_add(content / 16).saturating_add(96)
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Kind::Raw(raw) = &self.kind {
            return raw.nested().serialize(serializer);
        }
        let mut part = Object::new(serializer.serialize_map(None)?);
        match &self.kind {
            Kind::Text(text) => {
                part.member("type", "text")?;
                part.member("text", text)?;
            }
            Kind::Media(media) => media.write(&mut part)?,
            Kind::Raw(_) => {}
        }
        part.optional("cache_control", self.cache.map(CacheControl).as_ref())?;
        part.end(&self.extra, &[])
    }
}

/// `CacheControl` writes a cache point: <https://openrouter.ai/docs/features/prompt-caching>.
#[derive(Clone, Copy, Debug)]
pub(super) struct CacheControl(pub(super) CachePoint);

impl Serialize for CacheControl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Written {
            r#type: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            ttl: Option<CacheTtl>,
        }
        Written { r#type: "ephemeral", ttl: self.0.ttl }.serialize(serializer)
    }
}
