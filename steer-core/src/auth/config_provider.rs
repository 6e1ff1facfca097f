use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    ApiKeyOrigin, AuthPlugin, AuthPlugins, AuthScheme, Credential, CredentialKind, CredentialStore,
    Environment, PluginContext, ResolvedAuth,
};
use crate::catalog::ProviderConfig;
use crate::error::{ApiError, ErrorKind};
use crate::http::Transport;
use crate::model::{ModelConfig, ProviderId};

/// `LlmConfigProvider` finds what a provider is called with: a credential that the program gave, else a login, else an
/// environment variable, else a stored key.
///
/// It reads and does not write. With a store it may wait for a disk or for a desktop's service.
#[derive(Clone, Debug, Default)]
pub struct LlmConfigProvider {
    given: BTreeMap<ProviderId, Credential>,
    environment: Environment,
    store: Option<Arc<dyn CredentialStore>>,
    plugins: AuthPlugins,
}

impl LlmConfigProvider {
    /// One that knows the process's environment variables and nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a provider's credential; it wins over everything.
    #[must_use]
    pub fn credential(mut self, provider: impl Into<ProviderId>, credential: Credential) -> Self {
        self.given.insert(provider.into(), credential);
        self
    }

    /// Reads environment variables from here instead of the process's own.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Looks for logins and keys in a store.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn CredentialStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Uses these plugins for the logins in the store.
    #[must_use]
    pub fn plugins(mut self, plugins: AuthPlugins) -> Self {
        self.plugins = plugins;
        self
    }

    /// Finds what a provider is called with. `transport` is what a login is renewed over.
    ///
    /// # Errors
    /// What was found first cannot be used; what would have been found later never stands in for it.
    pub fn resolve(
        &self,
        config: &ProviderConfig,
        transport: &Arc<dyn Transport>,
        allow_http: bool,
    ) -> Result<ResolvedAuth, ApiError> {
        Ok(self.resolve_for(config, None, transport, allow_http)?.0)
    }

    /// The same for a model, which a login may not be allowed to use; and the plugin of the login, used or not.
    pub(crate) fn resolve_for(
        &self,
        config: &ProviderConfig,
        model: Option<&ModelConfig>,
        transport: &Arc<dyn Transport>,
        allow_http: bool,
    ) -> Result<(ResolvedAuth, Option<Arc<dyn AuthPlugin>>), ApiError> {
        let takes_login = config.auth != AuthScheme::None && config.takes_credentials();
        if !takes_login || self.given.contains_key(&config.id) {
            return Ok((self.resolve_api_key(config)?, None));
        }
        let Some((plugin, context)) = self.plugin(config, transport, allow_http) else {
            return Ok((self.resolve_api_key(config)?, None));
        };
        let directive = plugin.directive(&context).map_err(|error| error.with_provider(&config.id))?;
        let Some(directive) = directive else { return Ok((self.resolve_api_key(config)?, None)) };
        let login = ResolvedAuth::Plugin { plugin: plugin.name().to_owned(), directive };
        let Some(model) = model.filter(|model| !plugin.may_use(model)) else {
            return Ok((login, Some(plugin)));
        };
        match self.resolve_api_key(config)? {
            ResolvedAuth::None => Err(ApiError::new(
                ErrorKind::PermissionDenied,
                format!(
                    "{} may not use `{}`; give an API key, or ask another model",
                    login.source(),
                    model.id
                ),
            )
            .with_provider(&config.id)),
            key => Ok((key, Some(plugin))),
        }
    }

    /// Finds a provider's key, logins left aside.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn resolve_api_key(&self, config: &ProviderConfig) -> Result<ResolvedAuth, ApiError> {
        if config.auth == AuthScheme::None || !config.takes_credentials() {
            return Ok(ResolvedAuth::None);
        }
        if let Some(found) = self.without_store(config)? {
            return Ok(found);
        }
        let Some(store) = &self.store else { return Ok(ResolvedAuth::None) };
        let stored =
            store.get(&config.id, CredentialKind::ApiKey).map_err(|error| error.with_provider(&config.id))?;
        Ok(stored.map_or(ResolvedAuth::None, |credential| ResolvedAuth::ApiKey {
            credential,
            origin: ApiKeyOrigin::Stored(store.name()),
        }))
    }

    /// The plugin that serves a provider's logins, and what it works with; `None` without one, or without a store.
    pub fn plugin(
        &self,
        config: &ProviderConfig,
        transport: &Arc<dyn Transport>,
        allow_http: bool,
    ) -> Option<(Arc<dyn AuthPlugin>, PluginContext)> {
        let store = Arc::clone(self.store.as_ref()?);
        let mut context = PluginContext::new(config.clone(), store, Arc::clone(transport));
        context.allow_http = allow_http;
        context.environment = self.environment.clone();
        let plugin = Arc::clone(self.plugins.find(&context)?);
        Some((plugin, context))
    }

    /// Whether finding may wait for something that is slower than memory.
    pub(crate) fn may_wait(&self) -> bool {
        self.store.is_some()
    }

    /// Another number after every change of the store.
    pub(crate) fn version(&self) -> u64 {
        self.store.as_ref().map_or(0, |store| store.version())
    }

    /// Whether what was found is what would be found now, as far as can be said without asking the store.
    pub(crate) fn still(&self, config: &ProviderConfig, found: &ResolvedAuth) -> bool {
        if matches!(found, ResolvedAuth::Plugin { .. }) || config.auth == AuthScheme::None {
            return true;
        }
        match (self.without_store(config), found) {
            (
                Ok(Some(ResolvedAuth::ApiKey { credential: now, .. })),
                ResolvedAuth::ApiKey { credential, .. },
            ) => now == *credential,
            (Ok(None), ResolvedAuth::None | ResolvedAuth::ApiKey { origin: ApiKeyOrigin::Stored(_), .. }) => {
                true
            }
            _ => false,
        }
    }

    /// What the program gave, else the environment variables in their order.
    fn without_store(&self, config: &ProviderConfig) -> Result<Option<ResolvedAuth>, ApiError> {
        if let Some(credential) = self.given.get(&config.id) {
            let credential = credential.clone();
            return Ok(Some(ResolvedAuth::ApiKey { credential, origin: ApiKeyOrigin::Given }));
        }
        for name in &config.env {
            if let Some(value) = self.environment.get(name) {
                let credential = Credential::api_key(value).map_err(|error| {
                    error
                        .map_message(|message| format!("environment variable {name}: {message}"))
                        .with_provider(&config.id)
                })?;
                let origin = ApiKeyOrigin::Environment(name.clone());
                return Ok(Some(ResolvedAuth::ApiKey { credential, origin }));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::MemoryStore;

    fn config(variables: &[&str]) -> ProviderConfig {
        let mut config = ProviderConfig::new("acme", "Acme", "acme-chat", "https://acme.example");
        config.env = variables.iter().map(|name| (*name).to_owned()).collect();
        config
    }

    fn key(text: &str) -> Credential {
        Credential::api_key(text).unwrap()
    }

    fn found(provider: &LlmConfigProvider, config: &ProviderConfig) -> (String, String) {
        let found = provider.resolve_api_key(config).unwrap();
        let secret = found.credential().map(|credential| credential.secret().expose().to_owned());
        (secret.unwrap_or_default(), found.source().to_string())
    }

    #[test]
    fn what_the_program_gave_wins_over_a_variable_and_that_over_the_store() {
        let store = Arc::new(MemoryStore::new());
        store.set(&"acme".into(), &key("stored")).unwrap();
        let provider = LlmConfigProvider::new().store(store).environment(Environment::of([("A", "env")]));
        let told = |text: &str, source: &str| (text.to_owned(), source.to_owned());
        assert_eq!(found(&provider, &config(&["B"])), told("stored", "a key in the program's memory"));
        assert_eq!(found(&provider, &config(&["B", "A"])), told("env", "the environment variable A"));
        let provider = provider.credential("acme", key("given"));
        assert_eq!(found(&provider, &config(&["A"])), told("given", "a key that the program gave"));
        let nobody = LlmConfigProvider::new().environment(Environment::of([("C", "key")]));
        assert_eq!(found(&nobody, &config(&["A"])), told("", "no credential"));
    }

    #[test]
    fn a_blank_variable_does_not_shadow_the_next_one() {
        let environment = Environment::of([("A", "  "), ("B", "key-b\n")]);
        let provider = LlmConfigProvider::new().environment(environment);
        assert_eq!(found(&provider, &config(&["A", "B"])).0, "key-b");
    }

    #[test]
    fn a_broken_key_names_its_variable_and_not_itself() {
        let environment = Environment::of([("A", "CANARY\nx")]);
        let provider = LlmConfigProvider::new().environment(environment);
        let error = provider.resolve_api_key(&config(&["A"])).unwrap_err();
        assert!(error.to_string().contains("environment variable A"), "{error}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }

    #[test]
    fn a_provider_without_a_scheme_gets_no_key_even_where_there_is_one() {
        let provider = LlmConfigProvider::new().environment(Environment::of([("A", "key")]));
        let mut config = config(&["A"]);
        config.auth = AuthScheme::None;
        assert_eq!(found(&provider, &config).1, "no credential");
    }

    #[test]
    fn a_key_that_was_rotated_is_not_the_one_that_was_found() {
        let before = LlmConfigProvider::new().environment(Environment::of([("A", "one")]));
        let config = config(&["A"]);
        let found = before.resolve_api_key(&config).unwrap();
        assert!(before.still(&config, &found));
        for now in ["two", " "] {
            let after = LlmConfigProvider::new().environment(Environment::of([("A", now)]));
            assert!(!after.still(&config, &found));
        }
    }
}
