use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use steer_core::encode::Object;
use steer_core::json::Members;
use steer_core::message::ToolCaller;

/// `CallItem` is a call of one of the program's tools: <https://platform.openai.com/docs/guides/function-calling>.
#[derive(Debug)]
pub(super) struct CallItem<'a> {
    /// The id that the answer names.
    pub(super) call_id: Cow<'a, str>,
    /// The vendor's id of the item, where it goes back.
    pub(super) id: Option<&'a str>,
    pub(super) name: Cow<'a, str>,
    pub(super) namespace: Option<&'a str>,
    pub(super) input: CallInput<'a>,
    pub(super) status: Option<&'a str>,
    pub(super) caller: Option<&'a ToolCaller>,
    /// Members of the vendor's that have no type.
    pub(super) extra: Members<'a>,
}

#[derive(Debug)]
pub(super) enum CallInput<'a> {
    /// The arguments as the model wrote them, broken or not.
    Arguments(Cow<'a, str>),
    /// Free text.
    Text(&'a str),
}

impl CallItem<'_> {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let input = match &self.input {
            CallInput::Arguments(text) => text.len(),
            CallInput::Text(text) => text.len(),
        };
        // The quotes of the arguments are escaped.
        input.saturating_add(input / 4).saturating_add(224)
    }
}

impl Serialize for CallItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut call = Object::new(serializer.serialize_map(None)?);
        let kind = match self.input {
            CallInput::Arguments(_) => "function_call",
            CallInput::Text(_) => "custom_tool_call",
        };
        call.member("type", kind)?;
        call.optional("id", self.id)?;
        call.member("call_id", &self.call_id)?;
        call.optional("namespace", self.namespace)?;
        call.member("name", &self.name)?;
        match &self.input {
            CallInput::Arguments(text) => call.member("arguments", text)?,
            CallInput::Text(text) => call.member("input", text)?,
        }
        call.optional("status", self.status)?;
        call.optional("caller", self.caller.map(Caller::of).as_ref())?;
        call.end(&self.extra, &["id", "status", "namespace"])
    }
}

/// `Caller` is who made a call, as it is written.
#[derive(serde::Serialize)]
pub(super) struct Caller<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_id: Option<&'a str>,
}

impl<'a> Caller<'a> {
    pub(super) fn of(caller: &'a ToolCaller) -> Self {
        match caller {
            ToolCaller::Program { kind, call_id } => Self { kind, caller_id: call_id.as_deref() },
            _ => Self { kind: "direct", caller_id: None },
        }
    }
}
