use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use super::cache::{Built, Cache};
use super::{Client, Shared};
use crate::auth::{
    AuthPlugin, AuthPlugins, AuthScheme, Credential, CredentialStore, Environment, LlmConfigProvider, Secret,
};
use crate::catalog::{CatalogLayers, LoadedCatalogs};
use crate::error::ApiError;
use crate::http::{
    BaseUrl, ConcurrencyLimit, Limits, RatePacer, RetryBudget, RetryPolicy, Timeouts, Transport,
};
use crate::model::ProviderId;
use crate::provider::Provider;
use crate::registry::{ProviderRegistry, Registration};

/// `ClientBuilder` sets up a [`Client`].
#[derive(Default)]
pub struct ClientBuilder {
    registrations: Vec<Registration>,
    layers: CatalogLayers,
    only_registered: bool,
    keys: BTreeMap<ProviderId, Secret>,
    variables: BTreeMap<ProviderId, Vec<String>>,
    base_urls: BTreeMap<ProviderId, String>,
    environment: Environment,
    transport: Option<Arc<dyn Transport>>,
    store: Option<Arc<dyn CredentialStore>>,
    plugins: AuthPlugins,
    timeouts: Timeouts,
    retry: RetryPolicy,
    retry_budget: Budget,
    pacer: Option<RatePacer>,
    concurrency: Option<usize>,
    limits: Limits,
    built: BTreeMap<ProviderId, Arc<dyn Provider>>,
}

/// What pays for attempts after the first one, where the program says nothing.
struct Budget(Option<RetryBudget>);

impl Default for Budget {
    fn default() -> Self {
        Self(Some(RetryBudget::default()))
    }
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
    /// ([`Environment::config_folder`]), where it is there, and heeds what the user has allowed of
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

    /// Looks for keys and logins in a store, where neither the program nor the environment gives one.
    #[must_use]
    pub fn credential_store(mut self, store: Arc<dyn CredentialStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Uses a plugin for a provider's logins in the store, in place of the linked one.
    #[must_use]
    pub fn auth_plugin(mut self, provider: impl Into<ProviderId>, plugin: Arc<dyn AuthPlugin>) -> Self {
        self.plugins = self.plugins.plugin(provider, plugin);
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

    /// Says whether a request that failed is sent again; by default up to twice ([`RetryPolicy::default`]). A request may
    /// bring a policy of its own, and [`Client::complete_with_retry`] its number of attempts.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Replaces the budget that attempts after the first one are paid from; clients may share one.
    #[must_use]
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = Budget(Some(budget));
        self
    }

    /// Allows as many attempts as the policy does, however many calls fail.
    #[must_use]
    pub fn no_retry_budget(mut self) -> Self {
        self.retry_budget = Budget(None);
        self
    }

    /// Waits before a request would be refused by a vendor's rate limits, as far as they are known; by default
    /// requests are sent at once. Clients with the same keys may share a pacer.
    #[must_use]
    pub fn rate_pacer(mut self, pacer: RatePacer) -> Self {
        self.pacer = Some(pacer);
        self
    }

    /// Lets at most so many completions of each provider run at a time, at least 1; by default there is no limit. The
    /// clones of the client share it. The others wait in the order in which they came, within their own whole time; a
    /// stream counts until its end, or until it is dropped.
    #[must_use]
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.concurrency = Some(calls);
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
    /// Two crates contradict each other, a catalog cannot be read, no attempt is allowed, a key or an address is not usable, a setting
    /// names a provider that is not there, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, ApiError> {
        if self.retry.max_attempts == 0 {
            return Err(ApiError::configuration(
                "the retry policy allows no attempt; `max_attempts` counts the first one too",
            ));
        }
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
        let linked = if self.only_registered { AuthPlugins::new() } else { AuthPlugins::linked()? };
        let mut auth =
            LlmConfigProvider::new().environment(self.environment).plugins(linked.with(self.plugins));
        if let Some(store) = self.store {
            auth = auth.store(store);
        }
        for (id, key) in self.keys {
            providers.require(&id)?;
            let credential = Credential::api_key(key.expose()).map_err(|error| error.with_provider(&id))?;
            auth = auth.credential(id, credential);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(self.timeouts)?,
        };
        let cache = Cache::default();
        for (id, provider) in self.built {
            cache.put(&id, &Arc::new(Built::given(&id, provider)));
        }
        Ok(Client(Arc::new(Shared {
            providers,
            models,
            auth,
            cache,
            resolved: RwLock::default(),
            transport,
            timeouts: self.timeouts,
            retry: self.retry,
            retry_budget: self.retry_budget.0,
            pacer: self.pacer,
            concurrency: self.concurrency.map(ConcurrencyLimit::new),
            limits: self.limits,
            allow_http,
            warnings,
        })))
    }
}

/// Shows what was set and for whom: an address or a catalog may hold what a user put into it.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registered: Vec<_> = self.registrations.iter().map(|registration| registration.id).collect();
        f.debug_struct("ClientBuilder")
            .field("registered", &registered)
            .field("catalogs", &self.layers)
            .field("keys", &self.keys.keys())
            .field("base_urls", &self.base_urls.keys())
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
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
