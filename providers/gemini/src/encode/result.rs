use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;
use steer_core::ApiError;
use steer_core::tools::{ToolResult, ToolResultContent};

use super::media::WireMedia;
use super::part::Context;

/// `Response` is what a function gave back, as the object that the API wants: under `output`, or under `error`.
/// <https://ai.google.dev/api/caching#FunctionResponse>
#[derive(Debug)]
pub(super) struct Response<'a> {
    is_error: bool,
    items: Vec<Item<'a>>,
}

#[derive(Debug)]
enum Item<'a> {
    Text(Cow<'a, str>),
    Json(&'a Value),
}

/// Reads a result: what is said of it, and the media in it.
pub(super) fn read<'a>(
    result: &'a ToolResult,
    context: &mut Context<'a, '_>,
) -> Result<(Response<'a>, Vec<WireMedia<'a>>), ApiError> {
    let mut response = Response { is_error: result.is_error(), items: Vec::new() };
    let mut media = Vec::new();
    for content in &result.content {
        match content {
            ToolResultContent::Text { text } => response.items.push(Item::Text(Cow::Borrowed(text))),
            ToolResultContent::Json { value } => response.items.push(Item::Json(value)),
            ToolResultContent::Media(one) => media.extend(WireMedia::of(one, context)?),
            ToolResultContent::SearchResult(found) => {
                context.losses.count("search result", "the API has no search results; it is sent as text");
                let text = format!("{} ({})\n\n{}", found.title, found.source, found.content.join("\n\n"));
                response.items.push(Item::Text(Cow::Owned(text)));
            }
            ToolResultContent::ToolReference { tool_name } => {
                context.losses.count("tool reference", "the API has none; the tool's name is sent as text");
                response.items.push(Item::Text(Cow::Borrowed(tool_name)));
            }
            _ => context.lost("tool_result", "a part is of a kind that the API does not take")?,
        }
    }
    Ok((response, media))
}

impl<'a> Response<'a> {
    /// A response that says what went wrong.
    pub(super) fn error(text: &'a str) -> Self {
        Self { is_error: true, items: vec![Item::Text(Cow::Borrowed(text))] }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let size = |item: &Item<'_>| match item {
            Item::Text(text) => text.len(),
            Item::Json(_) => 256,
        };
        self.items.iter().map(size).sum()
    }
}

impl Serialize for Response<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without `output` and `error` the whole object is the output.
        if let ([Item::Json(value @ Value::Object(object))], false) = (self.items.as_slice(), self.is_error)
            && (object.len() != 1 || !object.contains_key("error"))
        {
            return value.serialize(serializer);
        }
        let key = if self.is_error { "error" } else { "output" };
        let mut map = serializer.serialize_map(Some(1))?;
        match self.items.as_slice() {
            [] if !self.is_error => {}
            [] => map.serialize_entry(key, "")?,
            [one] => map.serialize_entry(key, one)?,
            many => map.serialize_entry(key, &List(many))?,
        }
        map.end()
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(value) => value.serialize(serializer),
        }
    }
}

struct List<'x, 'a>(&'x [Item<'a>]);

impl Serialize for List<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            list.serialize_element(item)?;
        }
        list.end()
    }
}
