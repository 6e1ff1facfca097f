use serde::ser::{Serialize, SerializeSeq, Serializer};
use steer_core::RawJson;
use steer_core::encode::Object;
use steer_core::json::Members;

use super::answer::Answer;
use super::call::CallItem;
use super::content::Content;
use super::output::Output;
use super::reasoning::Reasoning;

/// `Item` is one item of the input: <https://platform.openai.com/docs/api-reference/responses/create>.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// The user or the program speaks.
    Said(Said<'a>),
    /// The model speaks.
    Answer(Answer<'a>),
    /// The model thinks.
    Reasoning(Reasoning<'a>),
    /// Here stood thinking that does not go back.
    Gap,
    /// The model calls a tool of the program's.
    Call(CallItem<'a>),
    /// What the tool gave back.
    Output(Output<'a>),
    /// The model's, in the vendor's own terms, byte for byte; a call that the vendor ran is not taken without the
    /// thinking that led to it.
    Raw { raw: &'a RawJson, needs_thinking: bool },
    /// The program's, in the vendor's own terms.
    Given(Given<'a>),
    /// A message as it stood in the body that the request was read from.
    Kept { raw: &'a RawJson, is_of_model: bool },
}

/// `Given` is an item of the program's that is no message.
#[derive(Debug)]
pub(super) enum Given<'a> {
    Raw(&'a RawJson),
    Approval { id: &'a str, approved: bool, reason: Option<&'a str>, extra: Members<'a> },
}

/// `Said` is a message of the user's or the program's.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) role: &'static str,
    pub(super) extra: Members<'a>,
    pub(super) content: Vec<Content<'a>>,
}

impl Item<'_> {
    /// Whether the model made it.
    pub(super) fn is_of_model(&self) -> bool {
        !matches!(
            self,
            Self::Said(_) | Self::Output(_) | Self::Given(_) | Self::Kept { is_of_model: false, .. }
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Said(said) => said.content.is_empty(),
            Self::Answer(answer) => answer.is_empty(),
            _ => false,
        }
    }

    /// Whether the word stands in what it says.
    pub(super) fn says(&self, word: &str) -> bool {
        match self {
            Self::Said(said) => said.content.iter().any(|content| content.says(word)),
            Self::Answer(answer) => answer.says(word),
            Self::Output(output) => output.says(word),
            Self::Given(Given::Raw(raw)) | Self::Kept { raw, .. } => super::content::says(raw.get(), word),
            _ => false,
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let content = match self {
            Self::Said(said) => said.content.iter().map(Content::size).sum(),
            Self::Answer(answer) => answer.size(),
            Self::Reasoning(reasoning) => reasoning.size(),
            Self::Call(call) => call.size(),
            Self::Output(output) => output.size(),
            Self::Raw { raw, .. } | Self::Given(Given::Raw(raw)) | Self::Kept { raw, .. } => raw.get().len(),
            Self::Gap | Self::Given(Given::Approval { .. }) => 128,
        };
        content.saturating_add(64)
    }
}

/// `Items` writes the input.
pub(super) struct Items<'x, 'a>(pub(super) &'x [Item<'a>]);

impl Serialize for Items<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let [Item::Kept { raw, .. }] = self.0
            && raw.get().starts_with('"')
        {
            return raw.nested().serialize(serializer);
        }
        let mut items = serializer.serialize_seq(None)?;
        for (place, item) in self.0.iter().enumerate() {
            match item {
                Item::Said(said) => items.serialize_element(said)?,
                Item::Answer(answer) => items.serialize_element(&answer.at(place))?,
                Item::Reasoning(reasoning) => items.serialize_element(reasoning)?,
                Item::Call(call) => items.serialize_element(call)?,
                Item::Output(output) => items.serialize_element(output)?,
                Item::Raw { raw, .. } | Item::Given(Given::Raw(raw)) | Item::Kept { raw, .. } => {
                    items.serialize_element(raw.nested())?;
                }
                Item::Given(given) => items.serialize_element(given)?,
                Item::Gap => {}
            }
        }
        items.end()
    }
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = Object::new(serializer.serialize_map(None)?);
        message.member("role", self.role)?;
        let alone = match self.content.as_slice() {
            [content] => content.plain_text(),
            _ => None,
        };
        match alone {
            Some(text) => message.member("content", text)?,
            None => message.member("content", &self.content)?,
        }
        message.end(&self.extra, &[])
    }
}

impl Serialize for Given<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.nested().serialize(serializer),
            // <https://platform.openai.com/docs/guides/tools-connectors-mcp#approvals>
            Self::Approval { id, approved, reason, extra } => {
                let mut item = Object::new(serializer.serialize_map(None)?);
                item.member("type", "mcp_approval_response")?;
                item.member("approval_request_id", id)?;
                item.member("approve", approved)?;
                item.optional("reason", *reason)?;
                item.end(extra, &[])
            }
        }
    }
}
