//! Counting tokens: <https://docs.claude.com/en/api/messages-count-tokens>.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::json::Members;
use steer_core::protocol::CountWire;
use steer_core::{ApiError, Call, Delivery, Outgoing, TokenCount, Warning, WarningKind};

use crate::{Messages, encode};

/// What the endpoint takes of a request; it refuses what only matters to the answer.
const TAKEN: [&str; 8] =
    ["model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control"];

/// What is left out because it changes only the answer, so that the count stays right.
const ANSWER_ONLY: [&str; 11] = [
    "max_tokens",
    "stream",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "metadata",
    "service_tier",
    "speed",
    "inference_geo",
    "diagnostics",
];

/// How the types of the vendor's tools begin that the program runs; they can be counted:
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview>.
const RUN_BY_THE_PROGRAM: [&str; 4] = ["bash_", "computer_", "memory_", "text_editor_"];

impl CountWire for Messages {
    fn encode(&self, call: &Call) -> Result<Outgoing, ApiError> {
        let mut outgoing = encode::encode(call, Delivery::Whole)?;
        let mut warnings = Vec::new();
        let counted = std::str::from_utf8(&outgoing.body).ok().and_then(|text| counted(text, &mut warnings));
        let counted =
            counted.ok_or_else(|| ApiError::parsing("the request cannot be cut to what is counted"))?;
        outgoing.body = counted.into();
        outgoing.path = "/v1/messages/count_tokens".into();
        // What sampling lost on the way says nothing of the prompt.
        outgoing.warnings.retain(|warning| !ANSWER_ONLY.contains(&warning.subject.as_str()));
        outgoing.warnings.extend(warnings);
        Ok(outgoing)
    }

    fn read(&self, body: &str) -> Result<TokenCount, ApiError> {
        TokenCount::read(body, "input_tokens").map(|(count, _)| count)
    }
}

/// The body of a request, without what the endpoint refuses.
fn counted(body: &str, warnings: &mut Vec<Warning>) -> Option<Vec<u8>> {
    let members: Members<'_> = Members::read(body).ok()?;
    let mut left_out = |subject: &str, why: &str| {
        warnings.push(Warning::new(WarningKind::Unsupported, subject, why));
    };
    let mut kept = Vec::new();
    let mut has_tools = true;
    for (name, raw) in members.rest() {
        if name == "tools" {
            let all: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
            let own: Vec<&RawValue> = all.iter().copied().filter(|tool| is_own(tool)).collect();
            if own.len() < all.len() {
                left_out(
                    "tools",
                    "tools that the vendor runs cannot be counted, so the count is an estimate",
                );
            }
            has_tools = !own.is_empty();
            if has_tools {
                kept.push((name, Counted::Tools(own)));
            }
        } else if TAKEN.contains(&name) {
            kept.push((name, Counted::AsIs(raw)));
        } else if !ANSWER_ONLY.contains(&name) {
            left_out(name, "the endpoint that counts refuses it, so the count is an estimate");
        }
    }
    // A choice without tools is refused.
    kept.retain(|(name, _)| has_tools || *name != "tool_choice");
    serde_json::to_vec(&Cut(kept)).ok()
}

/// Whether the program runs a tool, not the vendor.
fn is_own(tool: &RawValue) -> bool {
    let mut members: Members<'_> = Members::read(tool.get()).unwrap_or_default();
    let kind = members.borrowed_text("type");
    kind.is_none_or(|kind| kind == "custom" || RUN_BY_THE_PROGRAM.iter().any(|begin| kind.starts_with(begin)))
}

/// Members as they are, but for the tools.
struct Cut<'a>(Vec<(&'a str, Counted<'a>)>);

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Counted<'a> {
    AsIs(&'a RawValue),
    Tools(Vec<&'a RawValue>),
}

impl Serialize for Cut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
