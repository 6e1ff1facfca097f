//! What the program calls providers with.

use std::sync::Arc;

use steer::auth::{AuthPlugins, AuthScheme, CredentialStore, DefaultStore, Environment};
use steer::http::{ReqwestTransport, Timeouts, Transport};
use steer::{ApiError, ApiKeyOrigin, ClientBuilder, LlmConfigProvider, ProviderConfig, ResolvedAuth};

/// `Keys` finds what a provider is called with: a login, else a variable, else a stored key.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) environment: Environment,
    finder: LlmConfigProvider,
    store: Option<Arc<dyn CredentialStore>>,
    transport: Arc<dyn Transport>,
}

/// `Key` says whether there is something to call a provider with.
#[derive(Debug)]
pub(crate) enum Key {
    /// In this environment variable.
    Found(String),
    /// In this store.
    Stored(String),
    /// A login, through this plugin.
    LoggedIn(String),
    /// The first place that has one holds something that cannot be used.
    Unusable(ApiError),
    /// Nowhere.
    Missing,
    /// The provider asks for none.
    NotNeeded,
    /// A project's catalog adds the provider, and the user has not allowed it.
    NotAllowed,
}

impl Keys {
    /// Those of the process and of the store that the program keeps.
    pub(crate) fn of_process() -> Result<Self, ApiError> {
        let environment = Environment::process();
        let mut finder =
            LlmConfigProvider::new().environment(environment.clone()).plugins(AuthPlugins::linked()?);
        // `steer auth` tells why there is no place to keep anything.
        let store = DefaultStore::choose(&environment).ok().map(|chosen| chosen.store);
        if let Some(store) = &store {
            finder = finder.store(Arc::clone(store));
        }
        let transport = Arc::new(ReqwestTransport::new(Timeouts::default())?);
        Ok(Self { environment, finder, store, transport })
    }

    /// A client that finds the same.
    pub(crate) fn given_to(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder.transport(Arc::clone(&self.transport));
        match &self.store {
            Some(store) => builder.credential_store(Arc::clone(store)),
            None => builder,
        }
    }

    /// Where a provider's credential is.
    pub(crate) fn find(&self, config: &ProviderConfig) -> Key {
        if let Some(key) = none_wanted(config) {
            return key;
        }
        told(self.finder.resolve(config, &self.transport, false))
    }
}

impl Key {
    /// The same, as far as the environment knows.
    pub(crate) fn in_environment(config: &ProviderConfig, environment: &Environment) -> Self {
        if let Some(key) = none_wanted(config) {
            return key;
        }
        told(LlmConfigProvider::new().environment(environment.clone()).resolve_api_key(config))
    }

    /// Whether a call has something to go with, or fails for a reason that is better than that it has nothing.
    pub(crate) fn is_there(&self) -> bool {
        matches!(self, Self::Found(_) | Self::Stored(_) | Self::LoggedIn(_) | Self::Unusable(_))
    }
}

fn none_wanted(config: &ProviderConfig) -> Option<Key> {
    if config.auth == AuthScheme::None {
        return Some(Key::NotNeeded);
    }
    (!config.takes_credentials()).then_some(Key::NotAllowed)
}

fn told(found: Result<ResolvedAuth, ApiError>) -> Key {
    match found {
        Ok(ResolvedAuth::Plugin { plugin, .. }) => Key::LoggedIn(plugin),
        Ok(ResolvedAuth::ApiKey { origin: ApiKeyOrigin::Environment(variable), .. }) => Key::Found(variable),
        Ok(ResolvedAuth::ApiKey { origin: ApiKeyOrigin::Stored(store), .. }) => Key::Stored(store),
        Ok(_) => Key::Missing,
        Err(error) => Key::Unusable(error),
    }
}
