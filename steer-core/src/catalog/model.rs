use std::collections::BTreeSet;

use serde::Deserialize;

use super::provider::{Places, set};
use crate::model::{
    Capability, Effort, ModelConfig, ModelId, ModelParameters, ModelPrice, ProviderId, ThinkingMode,
};

/// `CatalogModel` is a model's entry in a catalog. What no source says is left out, and so is, in a program's own
/// catalog, what another catalog says already.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CatalogModel {
    /// The provider that serves it.
    pub provider: ProviderId,
    /// The vendor's name, as it goes on the wire.
    pub id: String,
    /// The wire format that it answers in, where that is not its provider's.
    #[serde(default)]
    pub api_format: Option<String>,
    /// The vendor's name for people.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Other names, beside those that other catalogs give it; each may stand only once in the whole registry.
    #[serde(default)]
    pub aliases: Option<Vec<String>>,
    /// Whether a program that names no model should take this one.
    #[serde(default)]
    pub recommended: Option<bool>,
    /// Tokens that prompt and answer may have together.
    #[serde(default)]
    pub context_window_tokens: Option<u64>,
    /// The most tokens of one answer.
    #[serde(default)]
    pub max_output_tokens: Option<u32>,
    /// What it can do, and which media it takes and gives.
    #[serde(default)]
    pub capabilities: Option<BTreeSet<Capability>>,
    /// The ways of thinking it takes, in the order of preference.
    #[serde(default)]
    pub thinking_modes: Option<Vec<ThinkingMode>>,
    /// The levels of effort it takes.
    #[serde(default)]
    pub efforts: Option<Vec<Effort>>,
    /// The fewest tokens of a budget for thinking.
    #[serde(default)]
    pub min_thinking_budget_tokens: Option<u32>,
    /// The most tokens of a budget for thinking.
    #[serde(default)]
    pub max_thinking_budget_tokens: Option<u32>,
    /// Settings used where a request has none.
    #[serde(default)]
    pub parameters: ModelParameters,
    /// What tokens cost.
    #[serde(default)]
    pub price: Option<ModelPrice>,
    /// Where the entry stands, and its values.
    #[serde(skip)]
    pub(crate) places: Places,
}

impl CatalogModel {
    /// The model that the entry is about.
    pub(crate) fn model(&self) -> ModelId {
        ModelId::new(self.provider.clone(), self.id.as_str())
    }

    /// Replaces what the entry says, field by field and price by price, and leaves the rest.
    pub(crate) fn apply(self, model: &mut ModelConfig) {
        let Self {
            provider: _,
            id: _,
            api_format,
            display_name,
            aliases,
            recommended,
            context_window_tokens,
            max_output_tokens,
            capabilities,
            thinking_modes,
            efforts,
            min_thinking_budget_tokens,
            max_thinking_budget_tokens,
            parameters,
            price,
            places: _,
        } = self;
        model.api_format = api_format.or_else(|| model.api_format.take());
        model.display_name = display_name.or_else(|| model.display_name.take());
        for alias in aliases.into_iter().flatten() {
            if !model.aliases.contains(&alias) {
                model.aliases.push(alias);
            }
        }
        set(&mut model.recommended, recommended);
        model.context_window_tokens = context_window_tokens.or(model.context_window_tokens);
        model.max_output_tokens = max_output_tokens.or(model.max_output_tokens);
        set(&mut model.capabilities, capabilities);
        set(&mut model.thinking_modes, thinking_modes);
        set(&mut model.efforts, efforts);
        model.min_thinking_budget_tokens = min_thinking_budget_tokens.or(model.min_thinking_budget_tokens);
        model.max_thinking_budget_tokens = max_thinking_budget_tokens.or(model.max_thinking_budget_tokens);
        model.parameters = model.parameters.effective_parameters(&parameters);
        model.price = match (price, model.price.take()) {
            (Some(given), Some(there)) => Some(given.over(&there)),
            (given, there) => given.or(there),
        };
    }
}

impl From<CatalogModel> for ModelConfig {
    fn from(entry: CatalogModel) -> Self {
        let mut model = Self { known: true, ..Self::unlisted(entry.model()) };
        entry.apply(&mut model);
        model
    }
}
