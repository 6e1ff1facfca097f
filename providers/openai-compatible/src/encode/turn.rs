use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use steer_core::RawJson;
use steer_core::encode::{Joined, Object};
use steer_core::json::Members;

use super::answer::AnswerMessage;
use super::assistant::Assistant;
use super::call::CallEntry;
use super::content::Content;

/// `Side` is who says a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    User,
    Assistant,
    /// The program, in this role.
    System(&'static str),
}

/// `Turn` is one message; the assistant's holds the answers of its calls, which are messages after it.
#[derive(Debug)]
pub(super) enum Turn<'a> {
    Said(Said<'a>),
    /// A message that is not the assistant's, as it stood in the body that the request was read from.
    Kept(&'a RawJson),
    Assistant(Box<Assistant<'a>>),
}

/// `Said` is a message of the user's or the program's.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) role: &'static str,
    pub(super) name: Option<&'a str>,
    pub(super) extra: Members<'a>,
    pub(super) content: Vec<Content<'a>>,
}

impl Turn<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Said(said) => said.content.is_empty(),
            Self::Kept(_) => false,
            Self::Assistant(turn) => turn.is_empty(),
        }
    }

    /// Whether it is sent as it stood in a body.
    pub(super) fn is_kept(&self) -> bool {
        match self {
            Self::Said(_) => false,
            Self::Kept(_) => true,
            Self::Assistant(turn) => turn.kept.is_some(),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match self {
            Self::Said(said) => said.content.iter().map(Content::size).sum(),
            Self::Kept(raw) => raw.get().len(),
            Self::Assistant(turn) => turn.size(),
        };
        content.saturating_add(64)
    }
}

/// `Turns` writes turns as the list of messages.
pub(super) struct Turns<'x, 'a>(pub(super) &'x [Turn<'a>]);

impl Serialize for Turns<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut messages = serializer.serialize_seq(None)?;
        for turn in self.0 {
            let turn = match turn {
                Turn::Said(said) => {
                    messages.serialize_element(said)?;
                    continue;
                }
                Turn::Kept(raw) => {
                    messages.serialize_element(raw.nested())?;
                    continue;
                }
                Turn::Assistant(turn) => turn,
            };
            messages.serialize_element(turn)?;
            for call in &turn.calls {
                if let Some(answer) = &call.answer {
                    messages.serialize_element(&AnswerMessage { call, answer })?;
                }
            }
            if media(&turn.calls).next().is_some() {
                messages.serialize_element(&MediaMessage(&turn.calls))?;
            }
        }
        messages.end()
    }
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = Object::new(serializer.serialize_map(None)?);
        message.member("role", self.role)?;
        message.optional("name", self.name)?;
        if let [content] = &*self.content
            && let Some(text) = content.plain_text()
        {
            message.member("content", text)?;
            return message.end(&self.extra, &[]);
        }
        let texts: Option<Vec<&str>> = self.content.iter().map(Content::plain_text).collect();
        match texts {
            // Where the program speaks, lists are what fewer servers take.
            Some(texts) if self.role != "user" => {
                message.member("content", &Joined(&texts, "\n\n"))?;
            }
            _ => message.member("content", &self.content)?,
        }
        message.end(&self.extra, &[])
    }
}

/// What the tool messages of a turn cannot hold, as the user's message after them.
struct MediaMessage<'x, 'a>(&'x [CallEntry<'a>]);

impl Serialize for MediaMessage<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("role", "user")?;
        map.serialize_entry("content", &MediaParts(self.0))?;
        map.end()
    }
}

struct MediaParts<'x, 'a>(&'x [CallEntry<'a>]);

impl Serialize for MediaParts<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        for call in self.0 {
            let Some(answer) = call.answer.as_ref().filter(|answer| !answer.media.is_empty()) else {
                continue;
            };
            parts.serialize_element(&Content::text(format!("From the result of {}:", call.name)))?;
            for content in &answer.media {
                parts.serialize_element(content)?;
            }
        }
        parts.end()
    }
}

fn media<'x, 'a>(calls: &'x [CallEntry<'a>]) -> impl Iterator<Item = &'x Content<'a>> {
    calls.iter().filter_map(|call| call.answer.as_ref()).flat_map(|answer| &answer.media)
}
