use serde::{Deserialize, Serialize};
use steer_tools::ToolResult;

use super::{Part, Replay};
use crate::json::RawJson;

/// `Message` is one turn of a conversation: who speaks, and the parts in wire order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub parts: Vec<Part>,
    /// For a system note in the middle of a conversation: whose word it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// The vendor's name for the speaker, where it takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Members of the vendor's JSON that have no typed field, as one JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<RawJson>,
    /// The wire format that `extra` belongs to; every one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_api: Option<String>,
    /// The vendor's own JSON of the message, where it was read from a request; sent again while the message is
    /// unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
}

impl Message {
    /// Makes a message of parts.
    pub fn new(role: Role, parts: Vec<Part>) -> Self {
        Self { role, parts, authority: None, name: None, extra: None, extra_api: None, replay: None }
    }

    /// What the user says; give a text, a part, or [`Message::new`] a list of parts.
    pub fn user(part: impl Into<Part>) -> Self {
        Self::new(Role::User, vec![part.into()])
    }

    /// What the model said.
    pub fn assistant(part: impl Into<Part>) -> Self {
        Self::new(Role::Assistant, vec![part.into()])
    }

    /// The result of one tool call.
    pub fn tool(result: ToolResult) -> Self {
        Self::new(Role::Tool, vec![result.into()])
    }

    /// The results of several tool calls of one turn.
    pub fn tools(results: impl IntoIterator<Item = ToolResult>) -> Self {
        Self::new(Role::Tool, results.into_iter().map(Part::from).collect())
    }

    /// A note of the program's in the middle of the conversation.
    pub fn system_note(text: impl Into<String>, authority: Authority) -> Self {
        Self { authority: Some(authority), ..Self::new(Role::System, vec![Part::text(text)]) }
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The further members that a wire format may be given.
    pub fn extra_for(&self, api: &str) -> Option<&RawJson> {
        self.extra.as_ref().filter(|_| self.extra_api.as_ref().is_none_or(|own| own == api))
    }

    /// Keeps the vendor's own JSON of the message as it is now.
    pub fn keep(&mut self, api: impl Into<String>, json: RawJson) {
        self.replay = Some(Replay::new(api, json, &Content::of(self)));
    }

    /// The vendor's own JSON of the message, if it came in this wire format and nothing of it was changed since.
    pub fn kept(&self, api: &str) -> Option<&RawJson> {
        self.replay.as_ref()?.get(api, &Content::of(self))
    }
}

/// All that a message says.
#[derive(Serialize)]
struct Content<'a> {
    role: Role,
    parts: &'a [Part],
    authority: Option<Authority>,
    name: Option<&'a str>,
    extra: Option<&'a RawJson>,
}

impl<'a> Content<'a> {
    fn of(message: &'a Message) -> Self {
        let Message { role, parts, authority, name, extra, extra_api: _, replay: _ } = message;
        Self { role: *role, parts, authority: *authority, name: name.as_deref(), extra: extra.as_ref() }
    }
}

/// `Role` is who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// The program; among the messages, a note in the middle of the conversation.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// The program's tools.
    Tool,
}

/// `Authority` is whose word a system note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Authority {
    /// The platform's.
    System,
    /// The developer's.
    Developer,
}
