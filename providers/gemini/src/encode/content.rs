use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::RawJson;

use super::input::Input;
use super::media::WireMedia;
use super::result::Response;

/// `Content` is a run of parts of one role: <https://ai.google.dev/api/caching#Content>.
#[derive(Debug)]
pub(super) struct Content<'p, 'a> {
    pub(super) role: &'static str,
    pub(super) said: Said<'p, 'a>,
}

/// `Said` is what is said in a content.
#[derive(Debug)]
pub(super) enum Said<'p, 'a> {
    Parts(&'p [WirePart<'a>]),
    Responses(Vec<&'p WirePart<'a>>),
    /// The whole content as it stood in the body that the request was read from.
    Kept(&'a RawJson),
}

impl Said<'_, '_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Parts(parts) => parts.is_empty(),
            Self::Responses(responses) => responses.is_empty(),
            Self::Kept(_) => false,
        }
    }
}

/// `WirePart` is a part as it is sent; its texts are borrowed from the request: <https://ai.google.dev/api/caching#Part>.
#[derive(Debug)]
pub(super) struct WirePart<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) thought: bool,
    pub(super) signature: Option<&'a str>,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Text(Cow<'a, str>),
    Media(WireMedia<'a>),
    Call(WireCall<'a>),
    Response(WireResponse<'a>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
}

/// `WireCall` is a call of a function of the program's.
#[derive(Debug)]
pub(super) struct WireCall<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) args: Input<'a>,
}

/// `WireResponse` is what a function of the program's gave back.
#[derive(Debug)]
pub(super) struct WireResponse<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) response: Response<'a>,
    pub(super) media: Vec<WireMedia<'a>>,
}

impl<'a> WirePart<'a> {
    pub(super) fn new(kind: Kind<'a>) -> Self {
        Self { kind, thought: false, signature: None }
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Kind::Text(text.into()))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match &self.kind {
            Kind::Text(text) => text.len(),
            Kind::Media(media) => media.size(),
            Kind::Call(call) => call.args.size(),
            Kind::Response(response) => {
                let media: usize = response.media.iter().map(WireMedia::size).sum();
                response.response.size().saturating_add(media)
            }
            Kind::Raw(raw) => raw.get().len(),
        };
        let signature = self.signature.map_or(0, str::len);
        // Names, quotes, and room for what has to be escaped.
        content.saturating_add(content / 16).saturating_add(signature).saturating_add(160)
    }
}

impl Serialize for WirePart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Kind::Raw(raw) = &self.kind {
            return raw.nested().serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        match &self.kind {
            Kind::Text(text) => map.serialize_entry("text", text)?,
            Kind::Media(media) => media.write(&mut map)?,
            Kind::Call(call) => map.serialize_entry("functionCall", call)?,
            Kind::Response(response) => map.serialize_entry("functionResponse", response)?,
            Kind::Raw(_) => {}
        }
        if self.thought {
            map.serialize_entry("thought", &true)?;
        }
        if let Some(signature) = self.signature {
            map.serialize_entry("thoughtSignature", signature)?;
        }
        map.end()
    }
}

impl Serialize for WireCall<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.id.is_empty() {
            map.serialize_entry("id", &self.id)?;
        }
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("args", &self.args)?;
        map.end()
    }
}

impl Serialize for WireResponse<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.id.is_empty() {
            map.serialize_entry("id", &self.id)?;
        }
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("response", &self.response)?;
        if !self.media.is_empty() {
            map.serialize_entry("parts", &self.media)?;
        }
        map.end()
    }
}
