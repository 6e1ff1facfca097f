use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::auth::AuthScheme;
use crate::error::ApiError;
use crate::model::{Capability, ModelConfig, ModelId, ModelParameters, ModelPrice, ProviderId, ThinkingMode};

/// `Catalog` is one TOML file of `[[providers]]` and `[[models]]`.
///
/// A misspelt key is an error, never a setting that does nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Catalog {
    /// Its providers.
    pub providers: Vec<ProviderConfig>,
    /// Its models.
    pub models: Vec<CatalogModel>,
}

impl Catalog {
    /// Reads a catalog; `name` says where it is from, for messages.
    ///
    /// # Errors
    /// The text is not a catalog; the error names the line.
    pub fn parse(text: &str, name: &str) -> Result<Self, ApiError> {
        toml::from_str(text).map_err(|error| {
            ApiError::configuration(format!(
                "the catalog of `{name}` cannot be read: {}",
                error.to_string().trim_end()
            ))
        })
    }
}

/// `ProviderConfig` is a provider's entry in a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProviderConfig {
    /// The id that requests name.
    pub id: ProviderId,
    /// The name for people.
    pub name: String,
    /// The wire format it speaks.
    pub api_format: String,
    /// The address that the wire format's paths are appended to.
    pub base_url: String,
    /// The environment variables that may hold the key, the first one found wins.
    #[serde(default)]
    pub env: Vec<String>,
    /// How it wants to know who calls.
    #[serde(default)]
    pub auth: AuthScheme,
    /// Where a person gets a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_url: Option<String>,
}

impl ProviderConfig {
    /// Makes an entry.
    pub fn new(
        id: impl Into<ProviderId>,
        name: impl Into<String>,
        api_format: impl Into<String>,
        base_url: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            api_format: api_format.into(),
            base_url: base_url.into(),
            env: Vec::new(),
            auth: AuthScheme::default(),
            key_url: None,
        }
    }
}

/// `CatalogModel` is a model's entry in a catalog. What no source says is left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CatalogModel {
    /// The provider that serves it.
    pub provider: ProviderId,
    /// The vendor's name, as it goes on the wire.
    pub id: String,
    /// The vendor's name for people.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Other names; each may stand only once in the whole registry.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether a program that names no model should take this one.
    #[serde(default)]
    pub recommended: bool,
    /// Tokens that prompt and answer may have together.
    #[serde(default)]
    pub context_window_tokens: Option<u64>,
    /// The most tokens of one answer.
    #[serde(default)]
    pub max_output_tokens: Option<u32>,
    /// What it can do.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// The ways of thinking it takes, in the order of preference.
    #[serde(default)]
    pub thinking_modes: Vec<ThinkingMode>,
    /// Settings used where a request has none.
    #[serde(default)]
    pub parameters: ModelParameters,
    /// What tokens cost.
    #[serde(default)]
    pub price: Option<ModelPrice>,
}

impl From<CatalogModel> for ModelConfig {
    fn from(entry: CatalogModel) -> Self {
        Self {
            display_name: entry.display_name,
            aliases: entry.aliases,
            recommended: entry.recommended,
            context_window_tokens: entry.context_window_tokens,
            max_output_tokens: entry.max_output_tokens,
            capabilities: entry.capabilities,
            thinking_modes: entry.thinking_modes,
            parameters: entry.parameters,
            price: entry.price,
            known: true,
            ..Self::unlisted(ModelId::new(entry.provider, entry.id))
        }
    }
}
