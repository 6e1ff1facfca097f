use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::ApiError;
use steer_core::encode::tool_name as tool_name_sent;
use steer_core::tools::ToolResultContent;

use super::media::MediaBlock;
use super::part::Context;
use super::search::{Passage, PlainText};
use super::tools::MAX_NAME;
use crate::API;

/// `ResultContent` is what a tool gave back, as it is sent:
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#handling-tool-use-and-tool-result-content-blocks>.
#[derive(Debug)]
pub(super) enum ResultContent<'a> {
    /// Nothing; an empty list is refused.
    Empty,
    Text(Cow<'a, str>),
    List(Vec<Item<'a>>),
    /// The vendor's own, byte for byte.
    Raw(&'a RawValue),
}

#[derive(Debug)]
pub(super) enum Item<'a> {
    Text(Cow<'a, str>),
    Media(MediaBlock<'a>),
    Passage(Passage<'a>),
    Reference(Cow<'a, str>),
    Raw(&'a RawValue),
}

impl<'a> ResultContent<'a> {
    /// What the program's own tool gave back.
    pub(super) fn of(
        content: &'a [ToolResultContent],
        context: &mut Context<'a, '_>,
    ) -> Result<Self, ApiError> {
        let mut items = Vec::with_capacity(content.len());
        for part in content {
            items.extend(item(part, context)?);
        }
        Ok(match items.len() {
            0 => Self::Empty,
            1 => match items.pop() {
                Some(Item::Text(text)) => Self::Text(text),
                other => Self::List(other.into_iter().collect()),
            },
            _ => Self::List(items),
        })
    }

    /// What a tool of the vendor's gave back: its own JSON, where it is there.
    pub(super) fn replayed(
        content: &'a [ToolResultContent],
        context: &mut Context<'a, '_>,
    ) -> Result<Self, ApiError> {
        match content {
            [ToolResultContent::Opaque { api, json, .. }] if api == API => match serde_json::from_str(json) {
                Ok(raw) => Ok(Self::Raw(raw)),
                Err(_) => Self::of(content, context),
            },
            _ => Self::of(content, context),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Text(text) => text.len(),
            Self::List(items) => items.iter().map(Item::size).sum(),
            Self::Raw(raw) => raw.get().len(),
        }
    }
}

fn item<'a>(
    part: &'a ToolResultContent,
    context: &mut Context<'a, '_>,
) -> Result<Option<Item<'a>>, ApiError> {
    Ok(match part {
        ToolResultContent::Text { text } if text.trim().is_empty() => None,
        ToolResultContent::Text { text } => Some(Item::Text(Cow::Borrowed(text))),
        ToolResultContent::Json { value } => Some(Item::Text(Cow::Owned(value.to_string()))),
        ToolResultContent::Media(media) => MediaBlock::of(media, context)?.map(Item::Media),
        ToolResultContent::SearchResult(result) => Some(Item::Passage(Passage {
            source: &result.source,
            title: &result.title,
            texts: result.content.iter().map(String::as_str).filter(|text| !text.trim().is_empty()).collect(),
            citations: result.citations,
        })),
        ToolResultContent::ToolReference { tool_name } => {
            let name = tool_name_sent(tool_name, MAX_NAME);
            let is_offered = context.offered.has(&name);
            if !is_offered {
                context.losses.count(
                    "tool_result",
                    "a reference to a tool that the request does not offer is not sent",
                );
            }
            is_offered.then_some(Item::Reference(name))
        }
        ToolResultContent::Opaque { api, json, .. } if api == API => match serde_json::from_str(json) {
            Ok(raw) => Some(Item::Raw(raw)),
            Err(_) => context.lost("tool_result", "an opaque part is not JSON").map(|()| None)?,
        },
        ToolResultContent::Opaque { .. } => {
            context.lost("tool_result", "an opaque part belongs to another API").map(|()| None)?
        }
        _ => context.lost("tool_result", "a part is of a kind that the API does not take").map(|()| None)?,
    })
}

impl Item<'_> {
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Media(media) => media.size(),
            Self::Passage(passage) => passage.texts.iter().map(|text| text.len()).sum(),
            Self::Reference(name) => name.len(),
            Self::Raw(raw) => raw.get().len(),
        }
    }
}

impl Serialize for ResultContent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_str(""),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Raw(raw) => raw.serialize(serializer),
        }
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => PlainText(text).serialize(serializer),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Media(media) => {
                let mut map = serializer.serialize_map(None)?;
                media.write(&mut map)?;
                map.end()
            }
            Self::Passage(passage) => {
                let mut map = serializer.serialize_map(None)?;
                passage.write(&mut map)?;
                map.end()
            }
            Self::Reference(name) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("type", "tool_reference")?;
                map.serialize_entry("tool_name", name)?;
                map.end()
            }
        }
    }
}
