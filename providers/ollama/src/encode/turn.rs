use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use steer_core::RawJson;

use super::answer::AnswerMessage;
use super::call::CallEntry;
use super::joined::Joined;
use super::media::{Image, Shown};

/// `Side` is who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    System,
    User,
    Assistant,
}

/// `Turn` is one message; the assistant's holds the answers of its calls, which are messages after it.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) side: Side,
    /// With the line breaks between them.
    texts: Vec<Cow<'a, str>>,
    /// Earlier thinking that goes back to where it came from.
    pub(super) thinking: Vec<&'a str>,
    images: Vec<Image<'a>>,
    pub(super) calls: Vec<CallEntry<'a>>,
    /// Whether the last part was the assistant's text, which goes on without a break.
    goes_on: bool,
    /// The message as it stood in the body that the request was read from, in place of all but the calls' answers.
    pub(super) kept: Option<&'a RawJson>,
}

impl<'a> Turn<'a> {
    pub(super) fn of(side: Side) -> Self {
        Self {
            side,
            texts: Vec::new(),
            thinking: Vec::new(),
            images: Vec::new(),
            calls: Vec::new(),
            goes_on: false,
            kept: None,
        }
    }

    /// Adds a text. What the assistant said on end is one text; anything else is a paragraph of its own.
    pub(super) fn text(&mut self, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if !self.texts.is_empty() && !self.goes_on {
            self.texts.push(Cow::Borrowed("\n\n"));
        }
        self.texts.push(text);
        self.goes_on = self.side == Side::Assistant;
    }

    /// Adds a paragraph, whatever stands around it.
    pub(super) fn paragraph(&mut self, text: impl Into<Cow<'a, str>>) {
        self.goes_on = false;
        self.text(text);
        self.goes_on = false;
    }

    /// Ends a run of text.
    pub(super) fn pause(&mut self) {
        self.goes_on = false;
    }

    pub(super) fn show(&mut self, shown: Shown<'a>) {
        match shown {
            Shown::Text(text) => self.paragraph(text),
            Shown::Image(image) => {
                self.goes_on = false;
                self.images.push(image);
            }
        }
    }

    pub(super) fn is_answered(&self) -> bool {
        self.calls.iter().any(|call| call.answer.is_some())
    }

    /// Whether it would be a message that says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_none()
            && self.texts.iter().all(|text| text.trim().is_empty())
            && self.thinking.is_empty()
            && self.images.is_empty()
            && self.calls.is_empty()
    }

    /// About how many bytes it takes, with the answers of its calls.
    pub(super) fn size(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len()).sum();
        let thinking: usize = self.thinking.iter().map(|text| text.len()).sum();
        let images: usize = self.images.iter().map(Image::size).sum();
        let calls: usize = self.calls.iter().map(CallEntry::size).sum();
        // Names, quotes, and room for what has to be escaped.
        let text = texts.saturating_add(thinking).saturating_add(self.kept.map_or(0, |raw| raw.get().len()));
        text.saturating_add(text / 16).saturating_add(images).saturating_add(calls).saturating_add(80)
    }
}

/// `Turns` writes turns as the list of messages: <https://docs.ollama.com/api/chat#body-messages>.
pub(super) struct Turns<'x, 'a>(pub(super) &'x [Turn<'a>]);

impl Serialize for Turns<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut messages = serializer.serialize_seq(None)?;
        for turn in self.0 {
            messages.serialize_element(turn)?;
            for call in &turn.calls {
                if let Some(answer) = &call.answer {
                    messages.serialize_element(&AnswerMessage { call, answer })?;
                }
            }
        }
        messages.end()
    }
}

impl Serialize for Turn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(raw) = self.kept {
            return raw.nested().serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        let role = match self.side {
            Side::System => "system",
            Side::User => "user",
            Side::Assistant => "assistant",
        };
        map.serialize_entry("role", role)?;
        map.serialize_entry("content", &Joined("", &self.texts))?;
        if !self.thinking.is_empty() {
            map.serialize_entry("thinking", &Joined("", &self.thinking))?;
        }
        if !self.images.is_empty() {
            map.serialize_entry("images", &self.images)?;
        }
        if !self.calls.is_empty() {
            map.serialize_entry("tool_calls", &self.calls)?;
        }
        map.end()
    }
}
