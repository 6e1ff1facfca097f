use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use steer_core::RawJson;
use steer_core::encode::Object;
use steer_core::json::Members;
use steer_core::message::ToolCallPart;

use super::answer::Answer;

/// `CallEntry` is a call that the model made, and its answer.
#[derive(Debug)]
pub(super) struct CallEntry<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) kind: CallKind<'a>,
    /// What some gateways pass on from another format, such as a signature, and want back.
    pub(super) seal: Option<&'a RawJson>,
    /// Members of the vendor's that have no type.
    pub(super) extra: Members<'a>,
    pub(super) answer: Option<Answer<'a>>,
    /// Whether a message answers it that is sent as it stood in the body that the request was read from.
    pub(super) has_kept_answer: bool,
}

#[derive(Debug)]
pub(super) enum CallKind<'a> {
    /// With the arguments as the model wrote them, broken or not.
    Function(Cow<'a, str>),
    /// With free text.
    Custom(&'a str),
    /// The form from before there were several calls and ids.
    Legacy(Cow<'a, str>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
}

impl<'a> CallEntry<'a> {
    /// A call of a message that is sent as it stood in a body; only its answer is written here.
    pub(super) fn kept(part: &'a ToolCallPart) -> Self {
        let text = Cow::Borrowed(part.call.raw());
        let is_legacy = part.kind.as_deref() == Some("function_call");
        Self {
            id: Cow::Borrowed(&part.call.id),
            name: Cow::Borrowed(&part.call.name),
            kind: if is_legacy { CallKind::Legacy(text) } else { CallKind::Function(text) },
            seal: None,
            extra: Members::default(),
            answer: None,
            has_kept_answer: false,
        }
    }

    /// About how many bytes it takes, its answer included.
    pub(super) fn size(&self) -> usize {
        let arguments = match &self.kind {
            CallKind::Function(text) | CallKind::Legacy(text) => text.len(),
            CallKind::Custom(text) => text.len(),
            CallKind::Raw(raw) => raw.get().len(),
        };
        let answer = self.answer.as_ref().map_or(0, Answer::size);
        // The quotes of the arguments are escaped.
        arguments.saturating_add(arguments / 4).saturating_add(160).saturating_add(answer)
    }
}

impl Serialize for CallEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let CallKind::Raw(raw) = &self.kind {
            return raw.nested().serialize(serializer);
        }
        let mut call = Object::new(serializer.serialize_map(None)?);
        let name = &*self.name;
        match &self.kind {
            CallKind::Function(arguments) => {
                call.member("id", &self.id)?;
                call.member("type", "function")?;
                call.member("function", &FunctionCall { name, arguments })?;
            }
            CallKind::Custom(input) => {
                call.member("id", &self.id)?;
                call.member("type", "custom")?;
                call.member("custom", &CustomCall { name, input })?;
            }
            CallKind::Legacy(arguments) => {
                call.member("name", name)?;
                call.member("arguments", arguments)?;
            }
            CallKind::Raw(_) => {}
        }
        // <https://ai.google.dev/gemini-api/docs/thought-signatures>
        call.optional("extra_content", self.seal.map(RawJson::nested))?;
        // The place of a call in its stream means nothing in a list.
        call.end(&self.extra, &["index"])
    }
}

#[derive(serde::Serialize)]
struct FunctionCall<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(serde::Serialize)]
struct CustomCall<'a> {
    name: &'a str,
    input: &'a str,
}
