use serde::{Deserialize, Serialize};

use crate::auth::AuthScheme;
use crate::auth::oauth::OAuthConfig;
use crate::error::ApiError;
use crate::model::ProviderId;

/// `CatalogProvider` is a provider's entry in a catalog. In a program's own catalog it may leave out what another
/// catalog says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CatalogProvider {
    /// The id that requests name.
    pub id: ProviderId,
    /// The name for people.
    #[serde(default)]
    pub name: Option<String>,
    /// The wire format it speaks.
    #[serde(default)]
    pub api_format: Option<String>,
    /// The address that the wire format's paths are appended to.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The environment variables that may hold the key, the first one found wins.
    #[serde(default)]
    pub env: Option<Vec<String>>,
    /// How it wants to know who calls.
    #[serde(default)]
    pub auth: Option<AuthScheme>,
    /// Where a person gets a key.
    #[serde(default)]
    pub key_url: Option<String>,
    /// How a person logs in over OAuth 2.0.
    #[serde(default)]
    pub oauth: Option<OAuthConfig>,
}

impl CatalogProvider {
    /// The provider; `name` says where the entry is from.
    ///
    /// # Errors
    /// The entry leaves out what no other catalog says.
    pub(crate) fn into_config(self, name: &str) -> Result<ProviderConfig, ApiError> {
        let missing = |key: &str| {
            ApiError::configuration(format!(
                "the catalog of `{name}` adds the provider `{}` without `{key}`; add it, or use the id of a provider \
                 that is there already",
                self.id
            ))
        };
        Ok(ProviderConfig {
            name: self.name.clone().unwrap_or_else(|| self.id.to_string()),
            api_format: self.api_format.clone().ok_or_else(|| missing("api_format"))?,
            base_url: self.base_url.clone().ok_or_else(|| missing("base_url"))?,
            env: self.env.unwrap_or_default(),
            auth: self.auth.unwrap_or_default(),
            key_url: self.key_url,
            oauth: self.oauth,
            id: self.id,
        })
    }

    /// Replaces what the entry says, and leaves the rest.
    pub(crate) fn apply(self, config: &mut ProviderConfig) {
        let Self { id: _, name, api_format, base_url, env, auth, key_url, oauth } = self;
        set(&mut config.name, name);
        set(&mut config.api_format, api_format);
        set(&mut config.base_url, base_url);
        set(&mut config.env, env);
        set(&mut config.auth, auth);
        config.key_url = key_url.or_else(|| config.key_url.take());
        if let Some(oauth) = oauth {
            config.oauth.get_or_insert_default().overlay(oauth);
        }
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// `ProviderConfig` is what the catalogs know of a provider.
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
    /// How a person logs in over OAuth 2.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OAuthConfig>,
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
            oauth: None,
        }
    }
}
