use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Effort, ModelId, ModelParameters, ModelPrice};

/// `ModelConfig` is what the catalogs know of one model. `None` means that no source says.
///
/// Behaviour follows from these facts, never from a model's name.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModelConfig {
    /// Provider and wire name.
    pub id: ModelId,
    /// The wire format that the model answers in, where that is not its provider's.
    pub api_format: Option<String>,
    /// The vendor's name for people.
    pub display_name: Option<String>,
    /// Other names a request may use; each names one model of the whole registry.
    pub aliases: Vec<String>,
    /// Whether a program that names no model should take this one.
    pub recommended: bool,
    /// Tokens that prompt and answer may have together.
    pub context_window_tokens: Option<u64>,
    /// The most tokens of one answer.
    pub max_output_tokens: Option<u32>,
    /// What the model can do; empty together with `known == false` means nothing is known.
    pub capabilities: BTreeSet<Capability>,
    /// The ways of thinking it takes, in the order of preference; empty where it has none or nothing is known.
    pub thinking_modes: Vec<ThinkingMode>,
    /// The levels of effort it takes; empty where nothing is known.
    pub efforts: Vec<Effort>,
    /// The fewest tokens of a budget for thinking, where it takes one.
    pub min_thinking_budget_tokens: Option<u32>,
    /// The most tokens of a budget for thinking, where it takes one.
    pub max_thinking_budget_tokens: Option<u32>,
    /// Settings used where a request has none.
    pub parameters: ModelParameters,
    /// What tokens cost.
    pub price: Option<ModelPrice>,
    /// Whether a catalog lists the model. An unlisted model of a linked provider is sent as it is named.
    pub known: bool,
}

impl ModelConfig {
    /// A model that no catalog lists: nothing is known of it, and nothing is held back.
    pub fn unlisted(id: ModelId) -> Self {
        Self {
            id,
            api_format: None,
            display_name: None,
            aliases: Vec::new(),
            recommended: false,
            context_window_tokens: None,
            max_output_tokens: None,
            capabilities: BTreeSet::new(),
            thinking_modes: Vec::new(),
            efforts: Vec::new(),
            min_thinking_budget_tokens: None,
            max_thinking_budget_tokens: None,
            parameters: ModelParameters::default(),
            price: None,
            known: false,
        }
    }

    /// The level of effort that the model takes and that is nearest to this one, the lower one of two; the level itself where
    /// no source says which it takes.
    pub fn nearest_effort(&self, wanted: Effort) -> Effort {
        let distance = |level: &Effort| (*level as i32).abs_diff(wanted as i32);
        self.efforts.iter().copied().min_by_key(|level| (distance(level), *level)).unwrap_or(wanted)
    }

    /// The budget for thinking that the model takes and that is nearest to this one, in tokens; the budget itself where no
    /// source says which it takes.
    pub fn nearest_budget(&self, wanted: u32) -> u32 {
        let least = self.min_thinking_budget_tokens.unwrap_or(0);
        wanted.min(self.max_thinking_budget_tokens.unwrap_or(u32::MAX)).max(least)
    }

    /// Whether the model can do this; `None` where no catalog lists the model.
    pub fn supports(&self, capability: Capability) -> Option<bool> {
        self.known.then(|| self.capabilities.contains(&capability))
    }
}

/// `Capability` is one thing a model can or cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Capability {
    /// Calls tools.
    Tools,
    /// Takes images.
    ImageInput,
    /// Takes documents such as PDF.
    DocumentInput,
    /// Takes audio.
    AudioInput,
    /// Takes video.
    VideoInput,
    /// Answers with images.
    ImageOutput,
    /// Answers with audio.
    AudioOutput,
    /// Thinks before it answers.
    Thinking,
    /// Answers in a JSON schema that the vendor enforces.
    StructuredOutput,
    /// Takes sampling settings such as temperature.
    Sampling,
    /// Reuses a cached prompt.
    PromptCache,
    /// Wants an id with every call of a tool, also where its wire format can do without.
    ToolCallIds,
}

/// `ThinkingMode` is one way in which a model is told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ThinkingMode {
    /// The model decides; effort may steer it.
    Adaptive,
    /// A budget in tokens.
    Budget,
    /// An effort level.
    Effort,
    /// Thinking cannot be turned off.
    AlwaysOn,
    /// Thinking cannot be turned off, but it can be kept to the time between tool calls.
    BetweenTools,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_level_of_effort_is_one_that_the_model_takes() {
        let mut model = ModelConfig::unlisted(ModelId::new("acme", "anvil"));
        assert_eq!(model.nearest_effort(Effort::Minimal), Effort::Minimal, "nothing is known");
        model.efforts = vec![Effort::High, Effort::Low];
        for (wanted, nearest) in [
            (Effort::Minimal, Effort::Low),
            (Effort::Low, Effort::Low),
            (Effort::Medium, Effort::Low),
            (Effort::Max, Effort::High),
        ] {
            assert_eq!(model.nearest_effort(wanted), nearest);
        }
    }

    #[test]
    fn the_nearest_budget_is_one_that_the_model_takes() {
        let mut model = ModelConfig::unlisted(ModelId::new("acme", "anvil"));
        assert_eq!(model.nearest_budget(7), 7, "nothing is known");
        model.min_thinking_budget_tokens = Some(128);
        assert_eq!([7, 128, 40_000].map(|wanted| model.nearest_budget(wanted)), [128, 128, 40_000]);
        model.max_thinking_budget_tokens = Some(32_768);
        assert_eq!([7, 500, 40_000].map(|wanted| model.nearest_budget(wanted)), [128, 500, 32_768]);
    }
}
