use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::ApiError;
use steer_core::tools::{ToolOutcome, ToolResult, ToolResultContent};

use super::call::CallEntry;
use super::joined::Joined;
use super::media::{self, Image, Shown};
use super::part::{self, Context};

/// What stands in the place of a result that nobody gave.
const NO_RESULT: &str = "no result was given";

/// The format has no mark of a failed call, so the text says it.
const ERROR: &str = "Error: ";

/// `Answer` is the result of a call: <https://docs.ollama.com/capabilities/tool-calling>.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    /// With the line breaks between them.
    texts: Vec<Cow<'a, str>>,
    prefix: &'static str,
    images: Vec<Image<'a>>,
}

impl<'a> Answer<'a> {
    pub(super) fn of(result: &'a ToolResult, context: &mut Context<'a, '_>) -> Result<Self, ApiError> {
        let mut answer = Self::default();
        for content in &result.content {
            answer.add(content, context)?;
        }
        if result.outcome == ToolOutcome::Error {
            let says_so = |text: &str| {
                text.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("error"))
            };
            if !answer.texts.first().is_some_and(|text| says_so(text)) {
                answer.prefix = if answer.texts.is_empty() { "Error" } else { ERROR };
            }
        }
        Ok(answer)
    }

    /// The answer of a call that has none.
    pub(super) fn missing() -> Self {
        Self { texts: vec![Cow::Borrowed(NO_RESULT)], ..Self::default() }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len()).sum();
        let images: usize = self.images.iter().map(Image::size).sum();
        texts.saturating_add(texts / 16).saturating_add(images).saturating_add(128)
    }

    fn add(&mut self, content: &'a ToolResultContent, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        match content {
            ToolResultContent::Text { text } => self.text(text.as_str()),
            ToolResultContent::Json { value } => self.text(value.to_string()),
            ToolResultContent::Media(medium) => {
                for shown in media::read(medium, context)? {
                    match shown {
                        Shown::Text(text) => self.text(text),
                        Shown::Image(image) => self.images.push(image),
                    }
                }
            }
            ToolResultContent::SearchResult(found) => {
                context.losses.count("search result", "a search result is sent as text");
                let texts = found.content.iter().map(String::as_str);
                self.text(part::passage(&found.source, &found.title, texts));
            }
            ToolResultContent::ToolReference { tool_name } => {
                context.losses.count("tool_result", "a reference to a tool is sent as its name");
                self.text(tool_name.as_str());
            }
            ToolResultContent::Opaque { .. } => {
                context.lost("tool_result", "a tool message holds no opaque part")?;
            }
            _ => context.lost("tool_result", "a part is of a kind that the API does not take")?,
        }
        Ok(())
    }

    fn text(&mut self, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if !self.texts.is_empty() {
            self.texts.push(Cow::Borrowed("\n"));
        }
        self.texts.push(text);
    }
}

/// `AnswerMessage` is the tool message of a call's answer.
pub(super) struct AnswerMessage<'x, 'a> {
    pub(super) call: &'x CallEntry<'a>,
    pub(super) answer: &'x Answer<'a>,
}

impl Serialize for AnswerMessage<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (call, answer) = (self.call, self.answer);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("role", "tool")?;
        map.serialize_entry("tool_name", &call.name)?;
        if !call.id.is_empty() {
            map.serialize_entry("tool_call_id", &call.id)?;
        }
        map.serialize_entry("content", &Joined(answer.prefix, &answer.texts))?;
        if !answer.images.is_empty() {
            map.serialize_entry("images", &answer.images)?;
        }
        map.end()
    }
}
