use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::json::{Json, JsonText};
use steer_core::message::ToolCallPart;
use steer_core::tools::ToolInput;
use steer_core::{ChunkSink, Part, RawJson, StreamChunk, StreamError, ToolCall};

use super::broken;
use super::repeat::{self, Added};

/// `Calls` puts the fragments of tool calls together.
///
/// Vendors number the calls of an answer, give all of them the same number, or none; they repeat ids, leave them out,
/// or send them late. A fragment with an id that is not that of the call under its number begins a new call.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Call {
    number: Option<u64>,
    id: String,
    name: String,
    block: u32,
}

/// A fragment of a call, or a whole one.
#[derive(Debug, Deserialize)]
struct Fragment<'a> {
    #[serde(default)]
    index: Option<u64>,
    #[serde(borrow, default)]
    id: JsonText<'a>,
    #[serde(borrow, default)]
    function: Option<Function<'a>>,
    #[serde(borrow, default)]
    custom: Option<Custom<'a>>,
    /// A signature that some gateways pass on from another format.
    #[serde(borrow, default)]
    extra_content: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Function<'a> {
    #[serde(borrow, default)]
    name: JsonText<'a>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Custom<'a> {
    #[serde(borrow, default)]
    name: JsonText<'a>,
    #[serde(borrow, default)]
    input: JsonText<'a>,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Reads the `tool_calls` of a message or delta. If all it did was to add to the arguments of a call that had begun
    /// before, it says so.
    pub(super) fn take<'a>(
        &mut self,
        json: Json<'a>,
        next: &mut u32,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let fragments: Vec<Option<Fragment<'a>>> =
            serde_json::from_str(json.get()).map_err(|error| broken("tool_calls", &error))?;
        let alone = fragments.len() == 1;
        let mut added = None;
        for fragment in fragments.into_iter().flatten() {
            added = self.fragment(&fragment, next, out)?;
        }
        Ok(added.filter(|_| alone))
    }

    /// Reads the `function_call` of a message or delta, which is what calls were before there could be several:
    /// <https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices-message-function_call>.
    pub(super) fn take_legacy(
        &mut self,
        raw: &RawValue,
        next: &mut u32,
        out: &mut ChunkSink,
    ) -> Result<(), StreamError> {
        let function: Function<'_> =
            serde_json::from_str(raw.get()).map_err(|error| broken("function_call", &error))?;
        let arguments = arguments(function.arguments)?;
        if function.name.is_empty() && arguments.is_empty() {
            return Ok(());
        }
        if self.calls.is_empty() {
            let mut part = ToolCallPart::new(ToolCall::new("", &*function.name, ""));
            part.kind = Some("function_call".to_owned());
            self.begin(None, "", &function.name, part, next, out);
        }
        if let Some(call) = self.calls.last() {
            append(call.block, arguments, out);
        }
        Ok(())
    }

    /// Closes the blocks of all calls.
    pub(super) fn close(&mut self, out: &mut ChunkSink) {
        for call in &self.calls {
            out.push(StreamChunk::ContentBlockStop { index: call.block, part: None });
        }
    }

    fn fragment<'a>(
        &mut self,
        fragment: &Fragment<'a>,
        next: &mut u32,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let id = &*fragment.id;
        let raw = fragment.function.as_ref().and_then(|function| function.arguments);
        let (name, more) = match (&fragment.function, &fragment.custom) {
            (Some(function), custom) if custom.is_none() || !function.name.is_empty() => {
                (&*function.name, arguments(raw)?)
            }
            (_, Some(custom)) => (&*custom.name, custom.input.to_string()),
            _ => ("", String::new()),
        };
        let (block, known) = match self.find(fragment.index, id) {
            Some(call) => {
                call.revise(id, name, out);
                (call.block, true)
            }
            None => {
                let mut call = ToolCall::new(id, name, "");
                if fragment.function.is_none() && fragment.custom.is_some() {
                    call.input = ToolInput::Text(String::new());
                }
                (self.begin(fragment.index, id, name, ToolCallPart::new(call), next, out), false)
            }
        };
        let signed = fragment.extra_content;
        if let Some(raw) = signed {
            out.push(StreamChunk::Replay { index: block, json: RawJson::from_raw(raw.to_owned()) });
        }
        append(block, more, out);
        // A second fragment with the same words would only add the same arguments again.
        let written = raw.and_then(|raw| repeat::body(raw.get()));
        Ok(written.filter(|_| known && signed.is_none()).map(|written| Added {
            written,
            block,
            chunk: input,
        }))
    }

    /// The call that a fragment continues.
    fn find(&mut self, number: Option<u64>, id: &str) -> Option<&mut Call> {
        match number {
            Some(_) => self
                .calls
                .iter_mut()
                .rfind(|call| call.number == number)
                .filter(|call| id.is_empty() || call.id.is_empty() || call.id == id),
            None if id.is_empty() => self.calls.last_mut(),
            None => self.calls.iter_mut().rfind(|call| call.id == id),
        }
    }

    fn begin(
        &mut self,
        number: Option<u64>,
        id: &str,
        name: &str,
        part: ToolCallPart,
        next: &mut u32,
        out: &mut ChunkSink,
    ) -> u32 {
        let block = *next;
        *next = next.saturating_add(1);
        self.calls.push(Call { number, id: id.to_owned(), name: name.to_owned(), block });
        out.push(StreamChunk::ContentBlockStart { index: block, part: Box::new(Part::ToolCall(part)) });
        block
    }
}

impl Call {
    /// Takes an id or a name that came late, or differs.
    fn revise(&mut self, id: &str, name: &str, out: &mut ChunkSink) {
        let new = |known: &mut String, told: &str| {
            let changed = !told.is_empty() && *known != told;
            changed.then(|| {
                told.clone_into(known);
                told.to_owned()
            })
        };
        let (id, name) = (new(&mut self.id, id), new(&mut self.name, name));
        if id.is_some() || name.is_some() {
            out.push(StreamChunk::ToolCallRevised { index: self.block, id, name });
        }
    }
}

fn input(index: u32, delta: String) -> StreamChunk {
    StreamChunk::ToolInputDelta { index, delta }
}

fn append(block: u32, delta: String, out: &mut ChunkSink) {
    if !delta.is_empty() {
        out.push(input(block, delta));
    }
}

/// The arguments: a string that holds JSON, or, from some servers, the JSON itself.
fn arguments(raw: Option<&RawValue>) -> Result<String, StreamError> {
    let Some(raw) = raw else { return Ok(String::new()) };
    match raw.get() {
        "null" => Ok(String::new()),
        text if text.starts_with('"') => {
            serde_json::from_str(text).map_err(|error| broken("arguments", &error))
        }
        json => Ok(json.to_owned()),
    }
}
