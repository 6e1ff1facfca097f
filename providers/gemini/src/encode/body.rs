use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::encode::BodyWriter;

use super::choice::ToolConfig;
use super::content::{Content, Said, WirePart};
use super::generation::GenerationConfig;
use super::plan::Plan;
use super::tools::WireTools;
use super::turn::Turn;

/// `Body` writes a plan as the body of the request, without a copy of the conversation.
pub(super) struct Body<'p, 'a>(pub(super) &'p Plan<'a>);

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &plan.options);
        if !plan.system.is_empty() {
            body.member("systemInstruction", &Instruction { parts: &plan.system })?;
        }
        if !plan.tools.is_empty() {
            body.member("tools", &WireTools(&plan.tools))?;
        }
        body.optional(
            "toolConfig",
            Some(&plan.choice).filter(|choice: &&ToolConfig<'_>| !choice.is_empty()),
        )?;
        body.member("contents", &Contents(&plan.turns))?;
        let generation = Some(&plan.generation).filter(|config: &&GenerationConfig<'_>| !config.is_empty());
        body.optional("generationConfig", generation)?;
        body.optional("cachedContent", plan.cached_content)?;
        body.optional("serviceTier", plan.service_tier)?;
        body.optional("store", plan.store.as_ref())?;
        if !plan.safety.is_empty() {
            body.member("safetySettings", &Safety(plan.safety))?;
        }
        if !plan.labels.is_empty() {
            body.member("labels", plan.labels)?;
        }
        body.end()
    }
}

/// The prompt, which has no role.
#[derive(serde::Serialize)]
struct Instruction<'p, 'a> {
    parts: &'p [WirePart<'a>],
}

/// <https://ai.google.dev/gemini-api/docs/safety-settings>
struct Safety<'p>(&'p BTreeMap<String, String>);

#[derive(serde::Serialize)]
struct SafetySetting<'p> {
    category: &'p str,
    threshold: &'p str,
}

impl Serialize for Safety<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.0.iter().map(|(category, threshold)| SafetySetting { category, threshold }))
    }
}

struct Contents<'p, 'a>(&'p [Turn<'a>]);

impl Serialize for Contents<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().flat_map(Turn::contents))
    }
}

impl Serialize for Content<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Said::Kept(raw) = &self.said {
            return raw.nested().serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("role", self.role)?;
        match &self.said {
            Said::Parts(parts) => map.serialize_entry("parts", parts)?,
            Said::Responses(responses) => map.serialize_entry("parts", responses)?,
            Said::Kept(_) => {}
        }
        map.end()
    }
}
