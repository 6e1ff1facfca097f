use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::same::same;
use crate::error::{ApiError, ErrorKind};
use crate::json::RawJson;
use crate::model::ModelParameters;
use crate::request::{CompletionRequest, FeaturePolicy, OnUnsupported, Tool};

/// `Imported` is a request that was read from a body, and what of the body it stands for.
#[derive(Debug)]
pub struct Imported<'a> {
    /// The request, as far as it has types.
    pub request: CompletionRequest,
    /// The wire format.
    pub api: &'static str,
    /// The member of the body that lists the messages.
    pub messages_member: &'static str,
    /// The messages of the body; each was read into the message of the same place, but for the first `in_system`.
    pub messages: Vec<&'a RawValue>,
    /// How many of the first messages stand in the request's system context.
    pub in_system: usize,
    /// The entries of the body's tool list; each was read into the tool of the same place.
    pub tools: Vec<&'a RawValue>,
    /// The text of a list that says no more than one text does.
    pub lone_text: fn(&[Value]) -> Option<&str>,
}

/// Keeps of a body what its encoders would not write again from the typed fields alone: the JSON of single messages and
/// tools, and single members. `write` encodes a request in each way that the wire format has.
///
/// # Errors
/// The body is not one JSON object, or no encoder takes what it asks for.
pub fn settle(
    mut imported: Imported<'_>,
    bytes: &[u8],
    write: impl Fn(CompletionRequest) -> Result<Vec<Vec<u8>>, ApiError>,
) -> Result<CompletionRequest, ApiError> {
    let api = imported.api;
    let unreadable = |error: serde_json::Error| {
        let at = format!("it cannot be read as JSON (line {}, column {})", error.line(), error.column());
        ApiError::new(ErrorKind::InvalidRequest, format!("the body is not a request of `{api}`: {at}"))
    };
    let body: Map<String, Value> = serde_json::from_slice(bytes).map_err(unreadable)?;
    let raw_body: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).map_err(unreadable)?;
    let write = |request: &CompletionRequest| -> Result<Vec<Map<String, Value>>, ApiError> {
        // What a target leaves out is put back below, so that nothing is denied here.
        let request = request.clone().policy(FeaturePolicy::all(OnUnsupported::Allow));
        let unread = |_| ApiError::new(ErrorKind::InvalidRequest, "an encoder wrote what is no JSON object");
        write(request)?.iter().map(|body| serde_json::from_slice(body).map_err(unread)).collect()
    };
    let mut written = match write(&imported.request) {
        Ok(written) => written,
        Err(error) => imported.fall_back(&body, error, &write)?,
    };
    for keep_all in [false, true] {
        let messages = imported.differing_messages(&body, &written, keep_all);
        let tools = imported.differing_tools(&body, &written);
        if messages.is_empty() && tools.is_empty() {
            break;
        }
        imported.keep(&messages, &tools)?;
        written = write(&imported.request)?;
    }
    imported.keep_members(&body, &raw_body, &written);
    Ok(imported.request)
}

/// What of a body is left without types where an encoder refuses it.
#[derive(Clone, Copy)]
enum Untyped {
    Conversation,
    Tools,
    Settings,
}

impl Imported<'_> {
    /// An encoder refuses what the typed fields say: gives back more and more of the body as it is.
    fn fall_back(
        &mut self,
        body: &Map<String, Value>,
        mut error: ApiError,
        write: &impl Fn(&CompletionRequest) -> Result<Vec<Map<String, Value>>, ApiError>,
    ) -> Result<Vec<Map<String, Value>>, ApiError> {
        for what in [Untyped::Conversation, Untyped::Tools, Untyped::Settings] {
            self.give_back(what, body)?;
            match write(&self.request) {
                Ok(written) => return Ok(written),
                Err(next) => error = next,
            }
        }
        Err(error)
    }

    fn give_back(&mut self, what: Untyped, body: &Map<String, Value>) -> Result<(), ApiError> {
        let request = &mut self.request;
        match what {
            Untyped::Conversation => {
                let messages = (0..request.messages.len()).collect();
                self.keep(&messages, &(0..self.tools.len()).collect())?;
            }
            Untyped::Tools => {
                (request.tool_choice, request.parallel_tool_calls) = (None, None);
                request.tools.clear();
                self.tools.clear();
                self.untype("tools", body);
            }
            Untyped::Settings => {
                (request.response_format, request.candidates) = (None, None);
                let max_output_tokens = request.parameters.max_output_tokens;
                request.parameters = ModelParameters { max_output_tokens, ..ModelParameters::default() };
            }
        }
        Ok(())
    }

    /// Leaves a member of the body without types.
    fn untype(&mut self, name: &str, body: &Map<String, Value>) {
        if let Some(value) = body.get(name) {
            let options = self.request.provider_options.entry(self.api.to_owned()).or_default();
            options.insert(name.to_owned(), value.clone());
        }
    }

    /// The messages, by their place in the request, that are not written as they stand in the body.
    fn differing_messages(
        &self,
        body: &Map<String, Value>,
        written: &[Map<String, Value>],
        all: bool,
    ) -> BTreeSet<usize> {
        let list = |body: &Map<String, Value>| match body.get(self.messages_member) {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        let body = list(body);
        let mut places = BTreeSet::new();
        for written in written {
            let written = list(written);
            let differs = |place: &usize| match (body.get(*place), written.get(*place)) {
                (Some(a), Some(b)) => !same(a, b, self.lone_text),
                _ => true,
            };
            let mut differing = (0..body.len().max(written.len())).filter(differs);
            // Where one was left out or two were joined, all that follow have moved.
            if written.len() != body.len() {
                let first = differing.next().unwrap_or_default().saturating_sub(1);
                places.extend(first..body.len());
            } else {
                places.extend(differing);
            }
        }
        if all && !places.is_empty() {
            places.extend(0..body.len());
        }
        places.into_iter().filter_map(|place| place.checked_sub(self.in_system)).collect()
    }

    fn differing_tools(&self, body: &Map<String, Value>, written: &[Map<String, Value>]) -> BTreeSet<usize> {
        let differs = |place: &usize| {
            let at = |body: &Map<String, Value>| body.get("tools")?.as_array()?.get(*place).cloned();
            let wanted = at(body).unwrap_or_default();
            written.iter().any(|written| !same(&wanted, &at(written).unwrap_or_default(), self.lone_text))
        };
        (0..self.tools.len()).filter(differs).collect()
    }

    /// Keeps the JSON of messages and tools.
    fn keep(&mut self, messages: &BTreeSet<usize>, tools: &BTreeSet<usize>) -> Result<(), ApiError> {
        for place in messages {
            let raw = self.messages.get(place.saturating_add(self.in_system));
            if let (Some(message), Some(raw)) = (self.request.messages.get_mut(*place), raw) {
                message.keep(self.api, kept(raw)?);
            }
        }
        for place in tools {
            let Some(raw) = self.tools.get(*place) else { continue };
            match self.request.tools.get_mut(*place) {
                Some(Tool::Function(tool)) => tool.keep(self.api, kept(raw)?),
                Some(Tool::Custom(tool)) => tool.keep(self.api, kept(raw)?),
                // The vendor's own tools are its own JSON.
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps the members that are not written as they stand in the body.
    fn keep_members(
        &mut self,
        body: &Map<String, Value>,
        raw_body: &BTreeMap<String, &RawValue>,
        written: &[Map<String, Value>],
    ) {
        let names: BTreeSet<&String> = body.keys().chain(written.iter().flat_map(Map::keys)).collect();
        let mut members = BTreeMap::new();
        let is_list =
            |name: &String| *name == self.messages_member || (*name == "tools" && !self.tools.is_empty());
        for name in names.into_iter().filter(|name| !is_list(name)) {
            let wanted = body.get(name).filter(|value| !value.is_null());
            let is_same = |written: &Map<String, Value>| match (wanted, written.get(name)) {
                (None, None) => true,
                (Some(a), Some(b)) => same(a, b, self.lone_text),
                _ => false,
            };
            if !written.iter().all(is_same) {
                let raw = raw_body.get(name).and_then(|raw| RawJson::new(raw.get()).ok());
                members.insert(name.clone(), raw.filter(|_| wanted.is_some()));
            }
        }
        if !members.is_empty() {
            self.request.keep(self.api, members);
        }
    }
}

fn kept(raw: &RawValue) -> Result<RawJson, ApiError> {
    RawJson::new(raw.get())
        .map_err(|_| ApiError::new(ErrorKind::InvalidRequest, "a part of the body cannot be read as JSON"))
}
