use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;
use steer_core::json::{Fill, JsonText, List, Record, fill};

/// `Response` is a response as it came, read in one pass: what it repeats of its request is left out, and its output is
/// taken apart into items.
#[derive(Debug, Default)]
pub(super) struct Response<'a> {
    /// The members but for the output, unless that is no list.
    pub(super) members: Record<'a>,
    output: Option<List<'a>>,
}

impl<'a> Response<'a> {
    pub(super) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        // What is told beside an output that cannot be read may say why.
        serde_json::from_str(json).or_else(|_| Ok(Self { members: Record::read(json)?, output: None }))
    }

    pub(super) fn has_output(&self) -> bool {
        self.output.is_some() || self.members.get("output").is_some()
    }

    /// Takes the items of the output.
    pub(super) fn take_output(&mut self) -> Result<List<'a>, serde_json::Error> {
        match self.output.take() {
            Some(output) => Ok(output),
            None => self.members.take("output").map_or_else(|| Ok(List::default()), List::read),
        }
    }

    pub(super) fn is_failed(&self) -> bool {
        self.members.get("status").is_some_and(|status| status.get() == "\"failed\"")
    }
}

/// Whether a member only repeats what the request says, or says the end in other words.
pub(super) fn is_echo(name: &str) -> bool {
    matches!(
        name,
        "background"
            | "completed_at"
            | "frequency_penalty"
            | "instructions"
            | "max_output_tokens"
            | "max_tool_calls"
            | "metadata"
            | "output_text"
            | "parallel_tool_calls"
            | "presence_penalty"
            | "previous_response_id"
            | "prompt"
            | "prompt_cache_key"
            | "prompt_cache_retention"
            | "reasoning"
            | "safety_identifier"
            | "store"
            | "temperature"
            | "text"
            | "tool_choice"
            | "tools"
            | "top_logprobs"
            | "top_p"
            | "truncation"
            | "user"
    )
}

impl<'de: 'a, 'a> Deserialize<'de> for Response<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut response = Self::default();
        fill(&mut response).deserialize(deserializer)?;
        Ok(response)
    }
}

impl<'de: 'a, 'a> Fill<'de> for Response<'a> {
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
        match &*name {
            // Of members of one name the first counts, as everywhere.
            "output" if self.output.is_none() => self.output = map.next_value()?,
            name if is_echo(name) => {
                map.next_value::<IgnoredAny>()?;
            }
            _ => self.members.push(name, map.next_value::<&'a RawValue>()?),
        }
        Ok(())
    }
}
