use std::collections::BTreeMap;

use serde::Deserialize;

use super::{DialectTable, KeyIn, NamedValues, Place, ProviderConfig, Trust};
use crate::auth::AuthScheme;
use crate::auth::oauth::OAuthConfig;
use crate::model::ProviderId;

/// `CatalogProvider` is a provider's entry in a catalog. It may leave out what another catalog says.
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
    /// Whether it wants to know who calls.
    #[serde(default)]
    pub auth: Option<AuthScheme>,
    /// Where requests carry the key.
    #[serde(default)]
    pub key_in: Option<KeyIn>,
    /// Headers of every request.
    #[serde(default)]
    pub headers: NamedValues,
    /// Parameters of every address.
    #[serde(default)]
    pub query: NamedValues,
    /// How it speaks its wire format, for the crate that speaks it; models in another format go without.
    #[serde(default)]
    pub dialect: DialectTable,
    /// Where a person gets a key.
    #[serde(default)]
    pub key_url: Option<String>,
    /// How a person logs in over OAuth 2.0.
    #[serde(default)]
    pub oauth: Option<OAuthConfig>,
    /// Where the entry stands, and its values.
    #[serde(skip)]
    pub(crate) places: Places,
}

/// `Places` is where an entry of a catalog stands, and the value of each of its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(super) entry: Option<Place>,
    pub(super) keys: BTreeMap<String, Place>,
}

impl Places {
    /// Where the value of a key stands, else the entry.
    pub(crate) fn of(&self, key: &str) -> Place {
        let place = self.keys.get(key).or(self.entry.as_ref());
        place.cloned().unwrap_or_else(|| Place::file(&"a catalog".into()))
    }

    /// Where the entry stands.
    pub(crate) fn entry(&self) -> Place {
        self.of("")
    }
}

impl CatalogProvider {
    /// The provider, as it would be without any other catalog.
    ///
    /// # Errors
    /// The key that the entry leaves out.
    pub(crate) fn into_config(self, trust: Trust) -> Result<ProviderConfig, &'static str> {
        let format = self.api_format.clone().ok_or("api_format")?;
        let url = self.base_url.clone().ok_or("base_url")?;
        let mut config = ProviderConfig::new(self.id.clone(), self.id.to_string(), format, url);
        config.trust = trust;
        config.file = Some(self.places.entry().file.to_string());
        self.apply(&mut config);
        Ok(config)
    }

    /// Replaces what the entry says, and leaves the rest.
    pub(crate) fn apply(self, config: &mut ProviderConfig) {
        let Self {
            id: _,
            name,
            api_format,
            base_url,
            env,
            auth,
            key_in,
            headers,
            query,
            dialect,
            key_url,
            oauth,
            places: _,
        } = self;
        set(&mut config.name, name);
        set(&mut config.api_format, api_format);
        set(&mut config.base_url, base_url);
        set(&mut config.env, env);
        set(&mut config.auth, auth);
        set(&mut config.key_in, key_in);
        config.headers.overlay(headers.lowercase());
        config.query.overlay(query);
        config.dialect.overlay(dialect);
        config.key_url = key_url.or_else(|| config.key_url.take());
        if let Some(oauth) = oauth {
            config.oauth.get_or_insert_default().overlay(oauth);
        }
    }
}

pub(super) fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
