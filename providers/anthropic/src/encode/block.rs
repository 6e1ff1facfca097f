use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::json::Members;
use steer_core::message::{CachePoint, ToolCaller};
use steer_core::{RawJson, ToolSchema};

use super::cache::CacheControl;
use super::citation::WireCitation;
use super::extra;
use super::input::Input;
use super::media::MediaBlock;
use super::result::ResultContent;
use super::search::Passage;

/// `Block` is a content block as it is sent; its texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) cache: Option<CachePoint>,
    /// Members of the vendor's that have no type, sent back beside the typed ones.
    pub(super) extra: Members<'a>,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Text {
        text: &'a str,
        citations: Vec<WireCitation<'a>>,
    },
    Thinking {
        text: Cow<'a, str>,
        signature: &'a str,
    },
    RedactedThinking(&'a str),
    Call(CallBlock<'a>),
    Result(ResultBlock<'a>),
    Media(MediaBlock<'a>),
    Passage(Passage<'a>),
    Compaction {
        summary: Option<&'a str>,
        encrypted: Option<&'a str>,
    },
    Fallback {
        from: &'a str,
        to: &'a str,
    },
    ContainerUpload(&'a str),
    ToolAddition(ChangedTool<'a>),
    ToolRemoval(ChangedTool<'a>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
}

/// `CallBlock` is a tool call.
#[derive(Debug)]
pub(super) struct CallBlock<'a> {
    pub(super) kind: &'a str,
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) input: Input<'a>,
    pub(super) server: Option<&'a str>,
    pub(super) toolset: Option<&'a str>,
    pub(super) caller: Option<&'a ToolCaller>,
}

/// `ResultBlock` is the result of a tool call.
#[derive(Debug)]
pub(super) struct ResultBlock<'a> {
    pub(super) kind: &'a str,
    pub(super) call_id: Cow<'a, str>,
    pub(super) content: ResultContent<'a>,
    pub(super) is_error: bool,
    pub(super) toolset: Option<&'a str>,
    pub(super) caller: Option<&'a ToolCaller>,
}

/// `ChangedTool` is a tool that comes or goes in the middle of a conversation.
#[derive(Debug)]
pub(super) enum ChangedTool<'a> {
    Reference(&'a str),
    Definition(&'a ToolSchema),
}

impl<'a> Block<'a> {
    pub(super) fn new(kind: Kind<'a>) -> Self {
        Self { kind, cache: None, extra: Members::default() }
    }

    /// The text, where the block is nothing but text.
    pub(super) fn plain_text(&self) -> Option<&'a str> {
        match &self.kind {
            Kind::Text { text, citations }
                if citations.is_empty() && self.cache.is_none() && extra::is_empty(&self.extra) =>
            {
                Some(text)
            }
            _ => None,
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match &self.kind {
            Kind::Text { text, .. } | Kind::RedactedThinking(text) | Kind::ContainerUpload(text) => {
                text.len()
            }
            Kind::Thinking { text, signature } => text.len().saturating_add(signature.len()),
            Kind::Call(call) => call.input.size(),
            Kind::Result(result) => result.content.size(),
            Kind::Media(media) => media.size(),
            Kind::Passage(passage) => passage.texts.iter().map(|text| text.len()).sum(),
            Kind::Compaction { summary, encrypted } => {
                summary.map_or(0, str::len).saturating_add(encrypted.map_or(0, str::len))
            }
            Kind::Fallback { .. } | Kind::ToolAddition(_) | Kind::ToolRemoval(_) => 0,
            Kind::Raw(raw) => raw.get().len(),
        };
        // Names, quotes, and room for what has to be escaped.
        content.saturating_add(content / 16).saturating_add(160)
    }
}

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (Kind::Raw(raw), None) = (&self.kind, self.cache) {
            return raw.nested().serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        self.kind.write(&mut map)?;
        for (name, value) in extra::beside(&self.extra, self.kind.members()) {
            map.serialize_entry(name, value)?;
        }
        if let Some(point) = self.cache {
            map.serialize_entry("cache_control", &CacheControl(point))?;
        }
        map.end()
    }
}

impl Kind<'_> {
    /// The members that are written here, so that no extra member repeats one.
    fn members(&self) -> &'static [&'static str] {
        match self {
            Self::Text { .. } => &["type", "text", "citations"],
            Self::Thinking { .. } => &["type", "thinking", "signature"],
            Self::RedactedThinking(_) => &["type", "data"],
            Self::Call(_) => &["type", "id", "name", "input", "server_name", "toolset_name", "caller"],
            Self::Result(result) if result.is_error => {
                &["type", "tool_use_id", "content", "toolset_name", "caller", "is_error"]
            }
            Self::Result(_) => &["type", "tool_use_id", "content", "toolset_name", "caller"],
            Self::Media(_) => MediaBlock::MEMBERS,
            Self::Passage(_) => Passage::MEMBERS,
            Self::Compaction { .. } => &["type", "content", "encrypted_content"],
            Self::Fallback { .. } => &["type", "from", "to"],
            Self::ContainerUpload(_) => &["type", "file_id"],
            Self::ToolAddition(_) | Self::ToolRemoval(_) => &["type", "tool"],
            Self::Raw(_) => &[],
        }
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Text { text, citations } => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("text", text)?;
                if !citations.is_empty() {
                    map.serialize_entry("citations", citations)?;
                }
                Ok(())
            }
            Self::Thinking { text, signature } => {
                map.serialize_entry("type", "thinking")?;
                map.serialize_entry("thinking", text)?;
                map.serialize_entry("signature", signature)
            }
            Self::RedactedThinking(data) => {
                map.serialize_entry("type", "redacted_thinking")?;
                map.serialize_entry("data", data)
            }
            Self::Call(call) => call.write(map),
            Self::Result(result) => result.write(map),
            Self::Media(media) => media.write(map),
            Self::Passage(passage) => passage.write(map),
            Self::Compaction { summary, encrypted } => {
                map.serialize_entry("type", "compaction")?;
                map.serialize_entry("content", summary)?;
                optional(map, "encrypted_content", *encrypted)
            }
            Self::Fallback { from, to } => {
                map.serialize_entry("type", "fallback")?;
                map.serialize_entry("from", &Model { model: from })?;
                map.serialize_entry("to", &Model { model: to })
            }
            Self::ContainerUpload(id) => {
                map.serialize_entry("type", "container_upload")?;
                map.serialize_entry("file_id", id)
            }
            Self::ToolAddition(tool) => {
                map.serialize_entry("type", "tool_addition")?;
                map.serialize_entry("tool", tool)
            }
            Self::ToolRemoval(tool) => {
                map.serialize_entry("type", "tool_removal")?;
                map.serialize_entry("tool", tool)
            }
            // With a cache point to add; what is no object is kept as it is by not being asked to take one.
            Self::Raw(raw) => {
                for (name, value) in extra::beside(&extra::members(raw).unwrap_or_default(), &[]) {
                    map.serialize_entry(name, value)?;
                }
                Ok(())
            }
        }
    }
}

impl CallBlock<'_> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("input", &self.input)?;
        optional(map, "server_name", self.server)?;
        optional(map, "toolset_name", self.toolset)?;
        self.caller.map_or(Ok(()), |caller| map.serialize_entry("caller", &Caller(caller)))
    }
}

impl ResultBlock<'_> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry("tool_use_id", &self.call_id)?;
        if !self.content.is_empty() {
            map.serialize_entry("content", &self.content)?;
        }
        if self.is_error {
            map.serialize_entry("is_error", &true)?;
        }
        optional(map, "toolset_name", self.toolset)?;
        self.caller.map_or(Ok(()), |caller| map.serialize_entry("caller", &Caller(caller)))
    }
}

impl Serialize for ChangedTool<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Reference(name) => {
                map.serialize_entry("type", "tool_reference")?;
                map.serialize_entry("name", name)?;
            }
            Self::Definition(schema) => {
                map.serialize_entry("type", "tool_definition")?;
                map.serialize_entry("definition", &Definition(schema))?;
            }
        }
        map.end()
    }
}

struct Definition<'a>(&'a ToolSchema);

impl Serialize for Definition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.0.name)?;
        optional(&mut map, "description", self.0.description.as_deref())?;
        map.serialize_entry("input_schema", self.0.input_schema.as_value())?;
        map.end()
    }
}

struct Caller<'a>(&'a ToolCaller);

impl Serialize for Caller<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            ToolCaller::Program { kind, call_id } => {
                map.serialize_entry("type", kind)?;
                optional(&mut map, "tool_id", call_id.as_deref())?;
            }
            _ => map.serialize_entry("type", "direct")?,
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Model<'a> {
    model: &'a str,
}

fn optional<M: SerializeMap>(map: &mut M, name: &str, value: Option<&str>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}
