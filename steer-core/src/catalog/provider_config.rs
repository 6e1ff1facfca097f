use serde::{Deserialize, Serialize};

use super::{DialectTable, KeyIn, NamedValues, Trust};
use crate::auth::AuthScheme;
use crate::auth::oauth::OAuthConfig;
use crate::error::ApiError;
use crate::http::BaseUrl;
use crate::model::ProviderId;

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
    /// Whether it wants to know who calls.
    #[serde(default)]
    pub auth: AuthScheme,
    /// Where requests carry the key.
    #[serde(default)]
    pub key_in: KeyIn,
    /// Headers of every request, their names in small letters.
    #[serde(default, skip_serializing_if = "NamedValues::is_empty")]
    pub headers: NamedValues,
    /// Parameters of every address.
    #[serde(default, skip_serializing_if = "NamedValues::is_empty")]
    pub query: NamedValues,
    /// How it speaks its wire format, for the crate that speaks it; models in another format go without.
    #[serde(default, skip_serializing_if = "DialectTable::is_empty")]
    pub dialect: DialectTable,
    /// Where a person gets a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_url: Option<String>,
    /// How a person logs in over OAuth 2.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OAuthConfig>,
    /// How far the catalog is trusted that says where it is.
    #[serde(default)]
    pub trust: Trust,
    /// The catalog that says where it is; `None` where a program made the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
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
            key_in: KeyIn::default(),
            headers: NamedValues::default(),
            query: NamedValues::default(),
            dialect: DialectTable::default(),
            key_url: None,
            oauth: None,
            trust: Trust::default(),
            file: None,
        }
    }

    /// Whether the provider may be given a credential at all, from wherever: one that an untrusted catalog adds may
    /// not.
    pub fn takes_credentials(&self) -> bool {
        self.trust != Trust::Project
    }

    /// Says whether requests may go to the provider: those of an untrusted catalog only without a key, and to this
    /// machine.
    ///
    /// # Errors
    /// They may not; the error says how the user allows the catalog.
    pub fn check_trust(&self) -> Result<(), ApiError> {
        if self.takes_credentials() {
            return Ok(());
        }
        let base = BaseUrl::parse(&self.base_url, true)?;
        let why = match self.auth {
            AuthScheme::ApiKey => "it gets no key",
            _ if base.is_loopback() => return Ok(()),
            _ => "nothing is sent to another machine",
        };
        let file = self.file.as_deref().unwrap_or("a catalog");
        Err(ApiError::configuration(format!(
            "the catalog `{file}` of a project adds this provider, at `{}`, and is not allowed, so {why}; read the \
             file, and if you trust it, run `steer config allow {file}`, or call `allow_project_catalog()` in a program",
            base.host()
        ))
        .with_provider(&self.id))
    }
}
