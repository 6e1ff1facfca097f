use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::RawJson;
use steer_core::encode::{Joined, Object};
use steer_core::json::Members;

use super::call::{CallEntry, CallKind};
use super::content::{Content, Kind};
use crate::{Dialect, EmptyContent, ThinkingReplay};

/// `Assistant` is what the model said in one turn, as one message.
#[derive(Debug)]
pub(super) struct Assistant<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) extra: Members<'a>,
    content: Vec<Content<'a>>,
    refusals: Vec<&'a str>,
    /// Earlier thinking that goes back, and the member that it goes back in.
    thinking: Option<(&'static str, Vec<&'a str>)>,
    details: Vec<&'a RawValue>,
    pub(super) calls: Vec<CallEntry<'a>>,
    pub(super) audio: Option<&'a str>,
    empty_content: EmptyContent,
    /// The message as it stood in the body that the request was read from, in place of all but the calls' answers.
    pub(super) kept: Option<&'a RawJson>,
    /// Whether the last part was text, which goes on without a break.
    in_text: bool,
}

impl<'a> Assistant<'a> {
    pub(super) fn new(dialect: &Dialect) -> Self {
        let thinking = match dialect.thinking_replay {
            ThinkingReplay::EveryTurn(member) => Some((member, Vec::new())),
            _ => None,
        };
        Self {
            name: None,
            extra: Members::default(),
            content: Vec::new(),
            refusals: Vec::new(),
            thinking,
            details: Vec::new(),
            calls: Vec::new(),
            audio: None,
            empty_content: dialect.empty_content,
            kept: None,
            in_text: false,
        }
    }

    /// Adds text. What followed other text goes on with it; what followed something else is a paragraph of its own.
    pub(super) fn text(&mut self, text: impl Into<Cow<'a, str>>) {
        if !self.in_text && !self.content.is_empty() {
            self.content.push(Content::text("\n\n"));
        }
        self.content.push(Content::text(text));
        self.in_text = true;
    }

    /// Adds a part in the vendor's own terms, which makes the content a list.
    pub(super) fn raw(&mut self, raw: &'a RawJson) {
        self.content.push(Content::new(Kind::Raw(raw)));
        self.in_text = true;
    }

    pub(super) fn refusal(&mut self, text: &'a str) {
        self.refusals.push(text);
        self.in_text = false;
    }

    /// Adds the text of earlier thinking to a member.
    pub(super) fn thinking(&mut self, member: &'static str, texts: impl Iterator<Item = &'a str>) {
        let (_, thinking) = self.thinking.get_or_insert_with(|| (member, Vec::new()));
        if !thinking.is_empty() {
            thinking.push("\n\n");
        }
        thinking.extend(texts);
        self.in_text = false;
    }

    /// Adds earlier thinking as it came.
    pub(super) fn details(&mut self, details: Vec<&'a RawValue>) {
        self.details.extend(details);
        self.in_text = false;
    }

    pub(super) fn call(&mut self, call: CallEntry<'a>) {
        self.calls.push(call);
        self.in_text = false;
    }

    /// Ends a run of text.
    pub(super) fn pause(&mut self) {
        self.in_text = false;
    }

    pub(super) fn is_answered(&self) -> bool {
        self.calls.iter().any(|call| call.answer.is_some())
    }

    /// Whether it would be a message without content; thinking alone is refused.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_none()
            && self.has_no_content()
            && self.refusals.is_empty()
            && self.calls.is_empty()
            && self.audio.is_none()
    }

    pub(super) fn has_thinking(&self) -> bool {
        !self.details.is_empty() || self.thinking.as_ref().is_some_and(|(_, texts)| !texts.is_empty())
    }

    /// About how many bytes it takes, with the answers of its calls.
    pub(super) fn size(&self) -> usize {
        let content = self.content.iter().map(Content::size);
        let thinking = self.thinking.iter().flat_map(|(_, texts)| texts).map(|text| text.len());
        let details =
            self.details.iter().map(|raw| raw.get().len()).chain(self.kept.map(|raw| raw.get().len()));
        content.chain(thinking).chain(details).chain(self.calls.iter().map(CallEntry::size)).sum::<usize>()
    }

    fn has_no_content(&self) -> bool {
        self.content.iter().all(|part| part.plain_text().is_some_and(|text| text.trim().is_empty()))
    }
}

impl Serialize for Assistant<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(raw) = self.kept {
            return raw.nested().serialize(serializer);
        }
        let mut message = Object::new(serializer.serialize_map(None)?);
        message.member("role", "assistant")?;
        message.optional("name", self.name)?;
        self.write_content(&mut message)?;
        if !self.refusals.is_empty() {
            message.member("refusal", &Joined(&self.refusals, "\n\n"))?;
        }
        if let Some((member, texts)) = &self.thinking {
            message.member(member, &Joined(texts, ""))?;
        }
        if !self.details.is_empty() {
            message.member("reasoning_details", &self.details)?;
        }
        let is_legacy = |call: &&CallEntry<'_>| matches!(call.kind, CallKind::Legacy(_));
        if !self.calls.iter().all(|call| is_legacy(&call)) {
            message.member("tool_calls", &Calls(&self.calls))?;
        }
        message.optional("function_call", self.calls.iter().find(is_legacy))?;
        message.optional("audio", self.audio.map(|id| Audio { id }).as_ref())?;
        message.end(&self.extra, &["content", "tool_calls", "function_call"])
    }
}

impl Assistant<'_> {
    fn write_content<M: SerializeMap>(&self, message: &mut Object<M>) -> Result<(), M::Error> {
        if self.has_no_content() {
            return match self.empty_content {
                EmptyContent::Null => message.member("content", &()),
                EmptyContent::Text => message.member("content", ""),
                EmptyContent::Omitted => Ok(()),
            };
        }
        let texts: Option<Vec<&str>> = self.content.iter().map(Content::plain_text).collect();
        match texts {
            // As a list some models would write lists themselves.
            Some(texts) => message.member("content", &Joined(&texts, "")),
            None => message.member("content", &Parts(&self.content)),
        }
    }
}

struct Calls<'x, 'a>(&'x [CallEntry<'a>]);

impl Serialize for Calls<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().filter(|call| !matches!(call.kind, CallKind::Legacy(_))))
    }
}

struct Parts<'x, 'a>(&'x [Content<'a>]);

impl Serialize for Parts<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_blank = |part: &&Content<'_>| part.plain_text().is_some_and(|text| text.trim().is_empty());
        serializer.collect_seq(self.0.iter().filter(|part| !is_blank(part)))
    }
}

#[derive(serde::Serialize)]
struct Audio<'a> {
    id: &'a str,
}
