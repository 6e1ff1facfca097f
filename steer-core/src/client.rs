//! The client: from a request to the provider that answers it.

mod builder;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::auth::{AuthScheme, Credential, Environment, ResolvedAuth};
use crate::beside::{EmbeddingRequest, EmbeddingResponse, ModelList, ModelListRequest, TokenCount};
use crate::catalog::{CatalogProblem, ModelRegistry, ProviderConfig};
use crate::error::{ApiError, ErrorKind};
use crate::http::{Limits, Timeouts, Transport};
use crate::model::{ModelConfig, ProviderId};
use crate::protocol::Call;
use crate::provider::{Provider, not_offered};
use crate::registry::{ProviderRegistry, ProviderSettings};
use crate::request::{ClientCall, CompletionRequest};
use crate::response::CompletionResponse;
use crate::stream::CompletionStream;
pub use builder::ClientBuilder;

/// How many names of models are remembered.
const NAMES: usize = 256;

/// `Client` sends requests to the provider of the model they name. Cheap to clone; clones share everything.
///
/// It must be used within a Tokio runtime with time and, for the built-in transport, I/O enabled.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    providers: ProviderRegistry,
    models: ModelRegistry,
    /// Those that stand in place of what would be built.
    given: BTreeMap<ProviderId, Arc<dyn Provider>>,
    built: RwLock<BTreeMap<ProviderId, Formats>>,
    /// Models by the names that requests give them, so that a name is taken apart once.
    resolved: RwLock<BTreeMap<String, Arc<ModelConfig>>>,
    credentials: BTreeMap<ProviderId, Credential>,
    environment: Environment,
    transport: Arc<dyn Transport>,
    timeouts: Timeouts,
    limits: Limits,
    allow_http: bool,
    warnings: Vec<CatalogProblem>,
}

/// The providers of one id, by wire format.
type Formats = BTreeMap<String, Arc<dyn Provider>>;

impl Client {
    /// A client for the linked providers, with keys from the environment.
    ///
    /// # Errors
    /// Two linked crates contradict each other, a catalog cannot be read, or TLS cannot be set up.
    #[cfg(feature = "reqwest")]
    pub fn new() -> Result<Self, ApiError> {
        Self::builder().build()
    }

    /// A client to be set up.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Asks, and returns the whole answer.
    ///
    /// Takes a request, a shared request, or a [`ClientCall`] with a token that cancels it.
    ///
    /// # Errors
    /// The call failed; what had come of the answer is in the error's partial answer.
    pub async fn complete(&self, call: impl Into<ClientCall>) -> Result<CompletionResponse, ApiError> {
        let (provider, call) = self.prepare(call.into())?;
        let model = Arc::clone(&call.model);
        let mut response = provider.complete(call).await?;
        response.cost = response.cost.take().or_else(|| model.price.as_ref()?.cost(response.usage.as_ref()?));
        Ok(response)
    }

    /// Asks, and returns when the answer begins.
    ///
    /// # Errors
    /// The answer never began.
    pub async fn stream_complete(&self, call: impl Into<ClientCall>) -> Result<CompletionStream, ApiError> {
        let (provider, call) = self.prepare(call.into())?;
        let model = Arc::clone(&call.model);
        Ok(provider.stream_complete(call).await?.priced(model))
    }

    /// The HTTP request that a call would send, its credential marked as sensitive; `None` where the provider does
    /// not speak HTTP.
    ///
    /// # Errors
    /// The call cannot be written.
    pub fn preview(
        &self,
        request: impl Into<Arc<CompletionRequest>>,
    ) -> Result<Option<http::Request<bytes::Bytes>>, ApiError> {
        let call = ClientCall::new(request);
        let model = self.resolve(&call.request.model)?;
        let config = self.config(&model.id.provider, model.api_format.as_deref())?;
        // A request can be looked at before there is a key for it.
        let auth = self.auth(&config)?;
        let provider = self.build(config, auth)?;
        provider.preview(&Call::new(call.request, model))
    }

    /// Counts the tokens of a request's prompt, as its vendor counts them; no model is asked.
    ///
    /// # Errors
    /// The vendor offers no counting (`UnsupportedFeature`), or the call failed.
    pub async fn count_tokens(&self, call: impl Into<ClientCall>) -> Result<TokenCount, ApiError> {
        let (provider, call) = self.prepare(call.into())?;
        let counting = provider.token_counting();
        counting.ok_or_else(|| not_offered(provider.name(), "token counting"))?.count_tokens(call).await
    }

    /// Turns texts into vectors.
    ///
    /// # Errors
    /// The vendor offers no embeddings (`UnsupportedFeature`), or the call failed.
    pub async fn embed(&self, request: EmbeddingRequest) -> Result<EmbeddingResponse, ApiError> {
        let model = self.resolve(&request.model)?;
        let provider = self.provider(&model)?;
        let embeddings = provider.embeddings();
        embeddings.ok_or_else(|| not_offered(provider.name(), "embeddings"))?.embed(&request, &model).await
    }

    /// Lists the models that a vendor says it has, page after page.
    ///
    /// Takes a provider's id, or a [`ModelListRequest`] with limits of its own.
    ///
    /// # Errors
    /// The vendor offers no list (`UnsupportedFeature`), or the call failed.
    pub async fn list_models(&self, request: impl Into<ModelListRequest>) -> Result<ModelList, ApiError> {
        let request = request.into();
        let provider = self.speaking(&request.provider, None)?;
        let listing = provider.model_listing();
        listing.ok_or_else(|| not_offered(provider.name(), "a list of models"))?.list_models(&request).await
    }

    /// The linked and registered providers.
    pub fn providers(&self) -> &ProviderRegistry {
        &self.0.providers
    }

    /// The models of their catalogs.
    pub fn models(&self) -> &ModelRegistry {
        &self.0.models
    }

    /// What is wrong with entries of catalogs that are therefore not used; empty unless they were loaded
    /// [leniently](ClientBuilder::lenient_catalogs).
    pub fn catalog_warnings(&self) -> &[CatalogProblem] {
        &self.0.warnings
    }

    /// The model that a request names.
    ///
    /// # Errors
    /// There is none of that name, or its provider is not linked.
    pub fn resolve(&self, model: &str) -> Result<Arc<ModelConfig>, ApiError> {
        if let Some(config) = self.0.resolved.read().unwrap_or_else(PoisonError::into_inner).get(model) {
            return Ok(Arc::clone(config));
        }
        let config = self.0.models.resolve(model, &self.0.providers)?;
        let mut resolved = self.0.resolved.write().unwrap_or_else(PoisonError::into_inner);
        // Names may come from outside, and there is no end of them.
        if resolved.len() >= NAMES {
            resolved.clear();
        }
        resolved.insert(model.to_owned(), Arc::clone(&config));
        Ok(config)
    }

    /// The credential that calls of a provider use, and where it was found.
    ///
    /// # Errors
    /// The provider is not linked, or what was found cannot be a credential.
    pub fn resolve_auth(&self, provider: &ProviderId) -> Result<ResolvedAuth, ApiError> {
        self.auth(self.0.providers.require(provider)?)
    }

    fn prepare(&self, call: ClientCall) -> Result<(Arc<dyn Provider>, Call), ApiError> {
        if call.cancel.as_ref().is_some_and(|token| token.is_cancelled()) {
            return Err(ApiError::new(
                ErrorKind::Cancelled,
                "the caller cancelled the call before it was sent",
            ));
        }
        let model = self.resolve(&call.request.model)?;
        let provider = self.provider(&model)?;
        let mut prepared = Call::new(call.request, model);
        prepared.cancel = call.cancel;
        Ok((provider, prepared))
    }

    /// The provider of a model, built on first use. No lock is held over an await, since building does not wait.
    fn provider(&self, model: &ModelConfig) -> Result<Arc<dyn Provider>, ApiError> {
        self.speaking(&model.id.provider, model.api_format.as_deref())
    }

    /// The provider of an id, in a wire format where one is wanted.
    fn speaking(&self, id: &ProviderId, format: Option<&str>) -> Result<Arc<dyn Provider>, ApiError> {
        if let Some(provider) = self.0.given.get(id) {
            return Ok(Arc::clone(provider));
        }
        let config = self.config(id, format)?;
        let built = self.0.built.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(provider) = built.get(id).and_then(|formats| formats.get(&config.api_format)) {
            return Ok(Arc::clone(provider));
        }
        drop(built);
        let auth = self.auth(&config)?;
        if auth.credential().is_none() && config.auth == AuthScheme::ApiKey {
            return Err(no_credential(&config));
        }
        let format = config.api_format.clone();
        let provider = self.build(config, auth)?;
        let mut built = self.0.built.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(built.entry(id.clone()).or_default().entry(format).or_insert(provider)))
    }

    /// The entry of a provider, in a wire format where one is wanted.
    fn config(&self, id: &ProviderId, format: Option<&str>) -> Result<Cow<'_, ProviderConfig>, ApiError> {
        let mut config = Cow::Borrowed(self.0.providers.require(id)?);
        config.check_trust()?;
        if let Some(format) = format.filter(|format| *format != config.api_format) {
            config.to_mut().api_format = format.to_owned();
        }
        Ok(config)
    }

    fn auth(&self, config: &ProviderConfig) -> Result<ResolvedAuth, ApiError> {
        if config.auth == AuthScheme::None || !config.takes_credentials() {
            return Ok(ResolvedAuth::None);
        }
        ResolvedAuth::resolve(self.0.credentials.get(&config.id), &config.env, &self.0.environment)
            .map_err(|error| error.with_provider(&config.id))
    }

    fn build(
        &self,
        config: Cow<'_, ProviderConfig>,
        auth: ResolvedAuth,
    ) -> Result<Arc<dyn Provider>, ApiError> {
        let registration = self.0.providers.registration_for(&config)?;
        let mut settings = ProviderSettings::new(config.into_owned(), Arc::clone(&self.0.transport));
        settings.credential = auth.credential().cloned();
        settings.timeouts = self.0.timeouts;
        settings.limits = self.0.limits;
        settings.allow_http = self.0.allow_http;
        (registration.build)(settings)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let providers: Vec<_> = self.0.providers.all().map(|config| &config.id).collect();
        f.debug_struct("Client").field("providers", &providers).finish_non_exhaustive()
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
