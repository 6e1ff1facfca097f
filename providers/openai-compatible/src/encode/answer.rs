use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};
use steer_core::encode::{Joined, Object};
use steer_core::json::Members;
use steer_core::tools::{ToolOutcome, ToolResult, ToolResultContent};
use steer_core::{ApiError, RawJson};

use super::call::{CallEntry, CallKind};
use super::content::Content;
use super::media;
use super::part::{self, Context};

/// What stands in the place of a result that nobody gave.
const NO_RESULT: &str = "no result was given";

/// The format has no mark of a failed call, so the text says it.
const ERROR: &str = "Error: ";

/// `Answer` is the result of a call, as its tool message says it:
/// <https://platform.openai.com/docs/guides/function-calling#handling-function-calls>.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    texts: Vec<Cow<'a, str>>,
    prefix: &'static str,
    /// What a tool message cannot hold; it is sent as the user's, after all results of the turn.
    pub(super) media: Vec<Content<'a>>,
    extra: Members<'a>,
}

impl<'a> Answer<'a> {
    pub(super) fn of(result: &'a ToolResult, context: &mut Context<'a, '_>) -> Result<Self, ApiError> {
        let mut answer = Self::default();
        for content in &result.content {
            answer.add(content, context)?;
        }
        if !answer.media.is_empty() {
            context
                .losses
                .count("tool_result", "media of a result are sent as the user's, after the results");
            if answer.texts.is_empty() {
                answer.texts.push(Cow::Borrowed("The result is attached to the next message."));
            }
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

    /// Adds members of the message that brought the result.
    pub(super) fn with_extra(mut self, extra: Option<&'a RawJson>) -> Self {
        self.extra = extra.and_then(part::members).unwrap_or_default();
        self
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len()).sum();
        let media: usize = self.media.iter().map(Content::size).sum();
        texts.saturating_add(texts / 16).saturating_add(media).saturating_add(128)
    }

    fn add(&mut self, content: &'a ToolResultContent, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        match content {
            ToolResultContent::Text { text } if text.is_empty() => {}
            ToolResultContent::Text { text } => self.texts.push(Cow::Borrowed(text)),
            ToolResultContent::Json { value } => self.texts.push(Cow::Owned(value.to_string())),
            ToolResultContent::Media(medium) => {
                for content in media::read(medium, context)? {
                    match content.kind {
                        super::content::Kind::Text(text) => self.texts.push(text),
                        _ => self.media.push(content),
                    }
                }
            }
            ToolResultContent::SearchResult(found) => {
                context.losses.count("search result", "a search result is sent as text");
                let texts = found.content.iter().map(String::as_str);
                self.texts.push(part::passage(&found.source, &found.title, texts).into());
            }
            ToolResultContent::ToolReference { tool_name } => {
                context.losses.count("tool_result", "a reference to a tool is sent as its name");
                self.texts.push(Cow::Borrowed(tool_name));
            }
            ToolResultContent::Opaque { .. } => {
                context.lost("tool_result", "a tool message holds no opaque part")?;
            }
            _ => context.lost("tool_result", "a part is of a kind that the API does not take")?,
        }
        Ok(())
    }
}

/// `AnswerMessage` is the tool message of a call's answer.
pub(super) struct AnswerMessage<'x, 'a> {
    pub(super) call: &'x CallEntry<'a>,
    pub(super) answer: &'x Answer<'a>,
}

impl Serialize for AnswerMessage<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = Object::new(serializer.serialize_map(None)?);
        if matches!(self.call.kind, CallKind::Legacy(_)) {
            message.member("role", "function")?;
            message.member("name", &self.call.name)?;
        } else {
            message.member("role", "tool")?;
            message.member("tool_call_id", &self.call.id)?;
        }
        message.member("content", &Text(self.answer))?;
        message.end(&self.answer.extra, &["tool_call_id", "name"])
    }
}

struct Text<'x, 'a>(&'x Answer<'a>);

impl fmt::Display for Text<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.prefix, Joined(&self.0.texts, "\n"))
    }
}

impl Serialize for Text<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.prefix.is_empty() {
            return Joined(&self.0.texts, "\n").serialize(serializer);
        }
        serializer.collect_str(self)
    }
}
