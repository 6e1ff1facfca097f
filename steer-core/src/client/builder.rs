use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use super::{Client, Shared};
use crate::auth::{AuthScheme, Credential, Environment, Secret};
use crate::catalog::{CatalogLayers, LoadedCatalogs};
use crate::error::ApiError;
use crate::http::{BaseUrl, Limits, Timeouts, Transport};
use crate::model::ProviderId;
use crate::provider::Provider;
use crate::registry::{ProviderRegistry, Registration};

/// `ClientBuilder` sets up a [`Client`].
#[derive(Debug, Default)]
pub struct ClientBuilder {
    registrations: Vec<Registration>,
    layers: CatalogLayers,
    only_registered: bool,
    keys: BTreeMap<ProviderId, Secret>,
    variables: BTreeMap<ProviderId, Vec<String>>,
    base_urls: BTreeMap<ProviderId, String>,
    environment: Environment,
    transport: Option<Arc<dyn Transport>>,
    timeouts: Timeouts,
    limits: Limits,
    built: BTreeMap<ProviderId, Arc<dyn Provider>>,
}

impl ClientBuilder {
    /// Registers a provider crate by hand, for programs where constructors do not run before `main`.
    #[must_use]
    pub fn register(mut self, registration: Registration) -> Self {
        self.registrations.push(registration);
        self
    }

    /// Leaves out what is linked, so that only what is registered by hand is there.
    #[must_use]
    pub fn only_registered(mut self) -> Self {
        self.only_registered = true;
        self
    }

    /// Adds a catalog in TOML that wins over those of the providers, field by field; `name` says where it is from, for
    /// messages. The last one wins.
    #[must_use]
    pub fn catalog(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.layers = self.layers.text(name, text);
        self
    }

    /// Adds a catalog from a file, read when the client is made; it wins over those that are given as texts.
    #[must_use]
    pub fn catalog_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.layers = self.layers.file(path);
        self
    }

    /// Adds the user's own catalog, `catalog.toml` in the folder of the user's settings
    /// ([`config_folder`](crate::catalog::config_folder)), where it is there, and heeds what the user has allowed of
    /// projects. It wins over the providers', and what the program gives wins over it.
    #[must_use]
    pub fn user_catalog(mut self) -> Self {
        self.layers = self.layers.user();
        self
    }

    /// Adds a catalog that came with a project. Unless the user has allowed the very file, it changes nothing that
    /// another catalog lists, and what it adds gets no key and is asked only on this machine
    /// ([`Trust::Project`](crate::catalog::Trust::Project)).
    #[must_use]
    pub fn project_catalog(mut self, path: impl Into<PathBuf>) -> Self {
        self.layers = self.layers.project(path);
        self
    }

    /// Trusts the catalogs of projects like those that the program names, keys included.
    #[must_use]
    pub fn allow_project_catalog(mut self) -> Self {
        self.layers = self.layers.allow_projects();
        self
    }

    /// Uses the entries of catalogs that have no problem, and tells the problems of the others in
    /// [`Client::catalog_warnings`]. Whoever uses an entry that has one gets it as an error.
    #[must_use]
    pub fn lenient_catalogs(mut self) -> Self {
        self.layers = self.layers.lenient();
        self
    }

    /// Takes these catalogs in place of all that were named before.
    #[must_use]
    pub fn catalog_layers(mut self, layers: CatalogLayers) -> Self {
        self.layers = layers;
        self
    }

    /// Gives a provider's API key; it wins over the environment.
    #[must_use]
    pub fn api_key(mut self, provider: impl Into<ProviderId>, key: impl Into<String>) -> Self {
        self.keys.insert(provider.into(), Secret::new(key));
        self
    }

    /// Names the environment variable that holds a provider's key, in place of the catalog's.
    #[must_use]
    pub fn api_key_variable(mut self, provider: impl Into<ProviderId>, variable: impl Into<String>) -> Self {
        self.variables.insert(provider.into(), vec![variable.into()]);
        self
    }

    /// Sends a provider's requests to another address; the provider's key goes there too.
    #[must_use]
    pub fn base_url(mut self, provider: impl Into<ProviderId>, url: impl Into<String>) -> Self {
        self.base_urls.insert(provider.into(), url.into());
        self
    }

    /// Reads environment variables from here instead of the process's own.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Moves bytes with a transport of your own.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets time limits.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts.or(self.timeouts);
        self
    }

    /// Sets size limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Allows plain HTTP to other machines, and keys with it.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.layers = self.layers.allow_http();
        self
    }

    /// Puts a provider in place of the one that would be built.
    #[cfg(feature = "test-utils")]
    #[must_use]
    pub fn insert_test_provider(mut self, id: impl Into<ProviderId>, provider: Arc<dyn Provider>) -> Self {
        self.built.insert(id.into(), provider);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// Two crates contradict each other, a catalog cannot be read, a key or an address is not usable, a setting
    /// names a provider that is not there, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, ApiError> {
        let linked = ProviderRegistry::linked().filter(|_| !self.only_registered);
        let allow_http = self.layers.allow_http;
        let registrations = self.registrations.iter().copied().chain(linked);
        let LoadedCatalogs { mut providers, models, warnings } =
            self.layers.load(registrations, &self.environment)?;
        for (id, url) in &self.base_urls {
            BaseUrl::parse(url, allow_http).map_err(|error| error.with_provider(id))?;
            let config = providers.require_mut(id)?;
            config.base_url.clone_from(url);
        }
        for (id, variables) in self.variables {
            let config = providers.require_mut(&id)?;
            config.env = variables;
            if config.auth == AuthScheme::None {
                config.auth = AuthScheme::Optional;
            }
        }
        let mut credentials = BTreeMap::new();
        for (id, key) in self.keys {
            providers.require(&id)?;
            let credential = Credential::api_key(key.expose()).map_err(|error| error.with_provider(&id))?;
            credentials.insert(id, credential);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(self.timeouts)?,
        };
        Ok(Client(Arc::new(Shared {
            providers,
            models,
            given: self.built,
            built: RwLock::default(),
            resolved: RwLock::default(),
            credentials,
            environment: self.environment,
            transport,
            timeouts: self.timeouts,
            limits: self.limits,
            allow_http,
            warnings,
        })))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(timeouts: Timeouts) -> Result<Arc<dyn Transport>, ApiError> {
    Ok(Arc::new(crate::http::ReqwestTransport::new(timeouts)?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: Timeouts) -> Result<Arc<dyn Transport>, ApiError> {
    Err(ApiError::configuration("give the client a transport, or enable the feature `reqwest` of steer-core"))
}
