use std::borrow::Cow;
use std::sync::Arc;

use super::cache::Built;
use super::{Client, trace};
use crate::auth::{AuthScheme, LlmConfigProvider, ResolvedAuth};
use crate::catalog::{DialectTable, ProviderConfig};
use crate::error::{ApiError, ErrorKind};
use crate::model::{ModelConfig, ProviderId};
use crate::provider::Provider;
use crate::registry::ProviderSettings;
use crate::response::{Warning, WarningKind};

impl Client {
    /// The provider of a model, built on first use.
    pub(super) async fn connect(&self, model: &ModelConfig) -> Result<Arc<Built>, ApiError> {
        self.connected(&model.id.provider, model.api_format.as_deref(), Some(model)).await
    }

    /// The provider of an id, in a wire format where one is wanted, with a credential that may use the model.
    pub(super) async fn connected(
        &self,
        id: &ProviderId,
        format: Option<&str>,
        model: Option<&ModelConfig>,
    ) -> Result<Arc<Built>, ApiError> {
        let own = self.0.providers.require(id)?;
        let fits = |built: &Built| match (&built.plugin, model) {
            (Some(plugin), Some(model)) => plugin.may_use(model) == built.is_login(),
            _ => true,
        };
        if let Some(built) = self.0.cache.get(id, format.unwrap_or(&own.api_format), fits)
            && self.is_current(&built)
        {
            return Ok(built);
        }
        // In a box of its own: it is rare, and it may wait for a login.
        Box::pin(self.anew(id, format, model)).await
    }

    async fn anew(
        &self,
        id: &ProviderId,
        format: Option<&str>,
        model: Option<&ModelConfig>,
    ) -> Result<Arc<Built>, ApiError> {
        let built = Arc::new(self.make(self.config(id, format)?.into_owned(), model).await?);
        self.0.cache.put(id, &built);
        trace::connected(id, &built.auth.source());
        Ok(built)
    }

    /// Calls a provider; where the vendor refuses its login and there is a key as well, calls it again with the key,
    /// and says so in the warning.
    pub(super) async fn call<C: Clone, T, F: Future<Output = Result<T, ApiError>>>(
        &self,
        built: Arc<Built>,
        call: C,
        attempt: impl Fn(Arc<dyn Provider>, C) -> F,
    ) -> Result<(T, Arc<Built>, Option<Warning>), ApiError> {
        let again = built.is_login().then(|| Box::new(call.clone()));
        let error = match attempt(Arc::clone(&built.provider), call).await {
            Ok(answer) => return Ok((answer, built, None)),
            Err(error) => error,
        };
        self.notice(&built, &error);
        match again {
            Some(call) => Box::pin(self.call_instead(&built, *call, attempt, error)).await,
            None => Err(error),
        }
    }

    /// Calls a provider again with a key, where there is one, whose login the vendor refused.
    async fn call_instead<C, T, F: Future<Output = Result<T, ApiError>>>(
        &self,
        built: &Built,
        call: C,
        attempt: impl Fn(Arc<dyn Provider>, C) -> F,
        error: ApiError,
    ) -> Result<(T, Arc<Built>, Option<Warning>), ApiError> {
        let Some(other) = self.instead_of(built, &error).await? else { return Err(error) };
        let id = other.config.id.clone();
        trace::fell_back(&id, &other.auth.source());
        let answer = match attempt(Arc::clone(&other.provider), call).await {
            Ok(answer) => answer,
            Err(second) => {
                let message = format!("the login was refused as well: {}", error.message());
                return Err(second.map_message(|own| format!("{own} ({message})")));
            }
        };
        self.0.cache.put(&id, &other);
        let message = format!("the vendor refused the login; {} was used instead", other.auth.source());
        Ok((answer, other, Some(Warning::new(WarningKind::Fallback, id.as_str(), message))))
    }

    /// Lets go of a provider whose credential was refused, so that the next call finds the one of then.
    pub(super) fn notice(&self, built: &Arc<Built>, error: &ApiError) {
        if error.refuses_credential() {
            self.0.cache.forget(&built.config.id, built);
            trace::refused(&built.config.id, &built.auth.source());
        }
    }

    /// The entry of a provider, in a wire format where one is wanted.
    pub(super) fn config(
        &self,
        id: &ProviderId,
        format: Option<&str>,
    ) -> Result<Cow<'_, ProviderConfig>, ApiError> {
        let mut config = Cow::Borrowed(self.0.providers.require(id)?);
        config.check_trust()?;
        if let Some(format) = format.filter(|format| *format != config.api_format) {
            let config = config.to_mut();
            config.api_format = format.to_owned();
            // It is of the provider's own wire format.
            config.dialect = DialectTable::default();
        }
        Ok(config)
    }

    /// Builds a provider. It does no I/O.
    pub(super) fn build(
        &self,
        config: ProviderConfig,
        auth: &ResolvedAuth,
    ) -> Result<Arc<dyn Provider>, ApiError> {
        let mut settings = ProviderSettings::new(config, Arc::clone(&self.0.transport));
        settings.timeouts = self.0.timeouts;
        settings.limits = self.0.limits;
        settings.retry = self.0.retry;
        settings.retry_budget.clone_from(&self.0.retry_budget);
        settings.pacer.clone_from(&self.0.pacer);
        settings.allow_http = self.0.allow_http;
        match auth {
            ResolvedAuth::Plugin { directive, .. } => {
                self.0.providers.create_provider_with_directive(settings, directive.clone())
            }
            ResolvedAuth::ApiKey { credential, .. } => {
                self.0.providers.create_provider(settings.credential(credential.clone()))
            }
            ResolvedAuth::None => self.0.providers.create_provider(settings),
        }
    }

    fn is_current(&self, built: &Built) -> bool {
        let auth = &self.0.auth;
        built.given
            || built.version == auth.version() && (!built.is_due() || auth.still(&built.config, &built.auth))
    }

    async fn make(&self, config: ProviderConfig, model: Option<&ModelConfig>) -> Result<Built, ApiError> {
        // What is written while it is looked for is looked for again by the next call.
        let version = self.0.auth.version();
        let (model, transport, allow_http) =
            (model.cloned(), Arc::clone(&self.0.transport), self.0.allow_http);
        let (config, (auth, plugin)) = self
            .search(move |auth| {
                let found = auth.resolve_for(&config, model.as_ref(), &transport, allow_http)?;
                Ok((config, found))
            })
            .await?;
        if matches!(auth, ResolvedAuth::None) && config.auth == AuthScheme::ApiKey {
            return Err(no_credential(&config));
        }
        let provider = self.build(config.clone(), &auth)?;
        Ok(Built::new(provider, config, auth, plugin, version))
    }

    /// The provider with a key in place of the refused login; `None` where none was refused or there is no key.
    async fn instead_of(&self, built: &Built, error: &ApiError) -> Result<Option<Arc<Built>>, ApiError> {
        if !error.refuses_credential() {
            return Ok(None);
        }
        let version = self.0.auth.version();
        let config = built.config.clone();
        let found = self.search(move |auth| auth.resolve_api_key(&config)).await?;
        if matches!(found, ResolvedAuth::None) {
            return Ok(None);
        }
        let provider = self.build(built.config.clone(), &found)?;
        Ok(Some(Arc::new(Built::new(provider, built.config.clone(), found, None, version))))
    }

    /// Looks for a credential, where waiting is allowed if the store may wait.
    async fn search<T: Send + 'static>(
        &self,
        run: impl FnOnce(&LlmConfigProvider) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        if !self.0.auth.may_wait() {
            return run(&self.0.auth);
        }
        let shared = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || run(&shared.auth)).await.unwrap_or_else(|error| {
            Err(ApiError::configuration("the store of credentials failed; see the error's source")
                .with_source(error))
        })
    }
}

fn no_credential(config: &ProviderConfig) -> ApiError {
    let variables = match config.env.as_slice() {
        [] => "give the client one for it".to_owned(),
        names => format!("set {} or give the client one", names.join(" or ")),
    };
    let page = config.key_url.as_ref().map(|url| format!("; keys are made at {url}")).unwrap_or_default();
    ApiError::new(ErrorKind::AuthenticationFailed, format!("no credential was found; {variables}{page}"))
        .with_code("no_credential")
        .with_provider(&config.id)
}
