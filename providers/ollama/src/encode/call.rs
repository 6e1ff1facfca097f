use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::RawJson;

use super::answer::Answer;
use super::input::Input;

/// `CallEntry` is a call that the model made, and its answer.
#[derive(Debug)]
pub(super) struct CallEntry<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) kind: CallKind<'a>,
    pub(super) answer: Option<Answer<'a>>,
    /// Whether a message answers it that is sent as it stood in the body that the request was read from.
    pub(super) has_kept_answer: bool,
}

#[derive(Debug)]
pub(super) enum CallKind<'a> {
    Function(Input<'a>),
    /// The vendor's own JSON, byte for byte.
    Raw(&'a RawJson),
    /// The same, of a call that is no function's and has no answer.
    Other(&'a RawJson),
}

impl<'a> CallEntry<'a> {
    pub(super) fn new(id: Cow<'a, str>, name: Cow<'a, str>, kind: CallKind<'a>) -> Self {
        Self { id, name, kind, answer: None, has_kept_answer: false }
    }

    /// Whether it waits for an answer.
    pub(super) fn is_open(&self) -> bool {
        self.answer.is_none() && !self.has_kept_answer && !matches!(self.kind, CallKind::Other(_))
    }

    /// About how many bytes it takes, its answer included.
    pub(super) fn size(&self) -> usize {
        let input = match &self.kind {
            CallKind::Function(input) => input.size(),
            CallKind::Raw(raw) | CallKind::Other(raw) => raw.get().len(),
        };
        input.saturating_add(160).saturating_add(self.answer.as_ref().map_or(0, Answer::size))
    }
}

impl Serialize for CallEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let arguments = match &self.kind {
            CallKind::Raw(raw) | CallKind::Other(raw) => return raw.nested().serialize(serializer),
            CallKind::Function(arguments) => arguments,
        };
        let mut map = serializer.serialize_map(None)?;
        if !self.id.is_empty() {
            map.serialize_entry("id", &self.id)?;
        }
        map.serialize_entry("type", "function")?;
        map.serialize_entry("function", &Function { name: &self.name, arguments })?;
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Function<'x, 'a> {
    name: &'x str,
    arguments: &'x Input<'a>,
}
