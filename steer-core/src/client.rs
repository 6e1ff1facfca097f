//! The client: from a request to the provider that answers it.

mod builder;
mod cache;
mod connect;
mod mode;
pub(crate) mod trace;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;

use crate::auth::{LlmConfigProvider, ResolvedAuth};
use crate::beside::{EmbeddingCall, EmbeddingResponse, ModelList, ModelListCall, TokenCount};
use crate::catalog::{CatalogProblem, ModelRegistry};
use crate::error::{ApiError, ErrorKind};
use crate::http::{
    Admission, Clock, ConcurrencyLimit, Limits, RatePacer, RetryBudget, RetryPolicy, Timeouts, Transport,
    repeat,
};
use crate::model::{ModelConfig, ProviderId};
use crate::protocol::Call;
use crate::provider::{Provider, not_offered};
use crate::registry::ProviderRegistry;
use crate::request::{ClientCall, CompletionRequest};
use crate::response::CompletionResponse;
use crate::stream::CompletionStream;
pub use builder::ClientBuilder;
#[cfg(feature = "test-utils")]
use cache::Built;
use cache::Cache;
pub(crate) use mode::Mode;

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
    auth: LlmConfigProvider,
    cache: Cache,
    /// Models by the names that requests give them, so that a name is taken apart once.
    resolved: RwLock<BTreeMap<String, Arc<ModelConfig>>>,
    transport: Arc<dyn Transport>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    retry_budget: Option<RetryBudget>,
    pacer: Option<RatePacer>,
    concurrency: Option<ConcurrencyLimit>,
    limits: Limits,
    allow_http: bool,
    warnings: Vec<CatalogProblem>,
}

impl Client {
    /// A client for the linked providers, with keys from the environment.
    ///
    /// # Errors
    /// Two linked crates contradict each other, a catalog cannot be read, or TLS cannot be set up.
    #[cfg(feature = "reqwest")]
    pub fn new() -> Result<Self, ApiError> {
        Self::builder().build()
    }

    /// A client of parts that were made before, over the built-in transport.
    ///
    /// # Errors
    /// TLS cannot be set up.
    #[cfg(feature = "reqwest")]
    pub fn new_with_deps(
        config_provider: LlmConfigProvider,
        provider_registry: ProviderRegistry,
        model_registry: ModelRegistry,
    ) -> Result<Self, ApiError> {
        let transport = Arc::new(crate::http::ReqwestTransport::new(Timeouts::default())?);
        Ok(Self(Arc::new(Shared {
            providers: provider_registry,
            models: model_registry,
            auth: config_provider,
            cache: Cache::default(),
            resolved: RwLock::default(),
            transport,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            retry_budget: Some(RetryBudget::default()),
            pacer: None,
            concurrency: None,
            limits: Limits::default(),
            allow_http: false,
            warnings: Vec::new(),
        })))
    }

    /// A client to be set up.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Asks, and returns the whole answer.
    ///
    /// Takes a request, a shared request, or a [`ClientCall`] with a token that cancels it. It is sent up to three
    /// times in all where that may help, unless the client's or the request's [`RetryPolicy`] says otherwise.
    ///
    /// # Errors
    /// The call failed; what had come of the answer is in the error's partial answer.
    pub async fn complete(&self, call: impl Into<ClientCall>) -> Result<CompletionResponse, ApiError> {
        let call = self.prepare(call.into())?;
        let span = trace::complete(&call);
        self.answer(call, &span).await
    }

    /// The same, sent up to `max_attempts` times in all where that may help, whatever the policy says of their number:
    /// the vendor has too much to do, fails, limits the rate or cannot be reached. [`RetryPolicy`] says how long it waits in
    /// between.
    ///
    /// # Errors
    /// `max_attempts` is 0 (`InvalidRequest`), or the last attempt failed.
    pub async fn complete_with_retry(
        &self,
        call: impl Into<ClientCall>,
        max_attempts: u32,
    ) -> Result<CompletionResponse, ApiError> {
        if max_attempts == 0 {
            let message =
                "`max_attempts` counts the first attempt too, so 0 would send nothing; give 1 or more";
            return Err(ApiError::new(ErrorKind::InvalidRequest, message));
        }
        let mut call = self.prepare(call.into())?;
        call.retry.max_attempts = max_attempts;
        let span = trace::complete_with_retry(&call);
        self.answer(call, &span).await
    }

    /// Asks, and returns when the answer begins.
    ///
    /// # Errors
    /// The answer never began.
    pub async fn stream_complete(&self, call: impl Into<ClientCall>) -> Result<CompletionStream, ApiError> {
        let call = self.prepare(call.into())?;
        let span = trace::stream_complete(&call);
        let result = trace::within(&span, self.begun(call, &span)).await;
        if let Err(error) = &result {
            trace::ended(&span, Err(error));
        }
        result
    }

    /// The HTTP request that a call would send, its credential marked as sensitive; `None` where the provider does
    /// not speak HTTP. What a login would add is left out, since it is made when the request is sent.
    ///
    /// # Errors
    /// The call cannot be written.
    pub fn preview(
        &self,
        request: impl Into<Arc<CompletionRequest>>,
    ) -> Result<Option<http::Request<bytes::Bytes>>, ApiError> {
        let call = ClientCall::new(request);
        let model = self.resolve(&call.request.model)?;
        let config = self.config(&model.id.provider, model.api_format.as_deref())?.into_owned();
        // A request can be looked at before there is a key for it.
        let auth = self.0.auth.resolve(&config, &self.0.transport, self.0.allow_http)?;
        self.build(config, &auth)?.preview(&Call::new(call.request, model))
    }

    /// Counts the tokens of a request's prompt, as its vendor counts them; no model is asked.
    ///
    /// # Errors
    /// The vendor offers no counting (`UnsupportedFeature`), or the call failed.
    pub async fn count_tokens(&self, call: impl Into<ClientCall>) -> Result<TokenCount, ApiError> {
        let call = self.prepare(call.into())?;
        let built = self.connect(&call.model).await?;
        let attempt = |provider: Arc<dyn Provider>, call: Call| async move {
            let counting = provider.token_counting();
            counting.ok_or_else(|| not_offered(provider.name(), "token counting"))?.count_tokens(call).await
        };
        let (mut count, _, warning) = self.call(built, call, attempt).await?;
        count.warnings.extend(warning);
        Ok(count)
    }

    /// Turns texts into vectors.
    ///
    /// Takes a request, or an [`EmbeddingCall`] with a token that cancels it.
    ///
    /// # Errors
    /// The vendor offers no embeddings (`UnsupportedFeature`), or the call failed.
    pub async fn embed(&self, call: impl Into<EmbeddingCall>) -> Result<EmbeddingResponse, ApiError> {
        let call = call.into();
        not_cancelled(call.cancel.as_ref())?;
        let model = self.resolve(&call.request.model)?;
        let built = self.connect(&model).await?;
        let model = &model;
        let attempt = |provider: Arc<dyn Provider>, call| async move {
            let embeddings = provider.embeddings();
            embeddings.ok_or_else(|| not_offered(provider.name(), "embeddings"))?.embed(call, model).await
        };
        let (mut response, _, warning) = self.call(built, &call, attempt).await?;
        response.warnings.extend(warning);
        Ok(response)
    }

    /// Lists the models that a vendor says it has, page after page.
    ///
    /// Takes a provider's id, a [`ModelListRequest`](crate::ModelListRequest) with limits of its own, or a
    /// [`ModelListCall`] with a token that cancels it.
    ///
    /// # Errors
    /// The vendor offers no list (`UnsupportedFeature`), or the call failed.
    pub async fn list_models(&self, call: impl Into<ModelListCall>) -> Result<ModelList, ApiError> {
        let call = call.into();
        not_cancelled(call.cancel.as_ref())?;
        let built = self.connected(&call.request.provider, None, None).await?;
        let attempt = |provider: Arc<dyn Provider>, call| async move {
            let listing = provider.model_listing();
            listing.ok_or_else(|| not_offered(provider.name(), "a list of models"))?.list_models(call).await
        };
        Ok(self.call(built, &call, attempt).await?.0)
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

    /// What calls of a provider are made with, and where it was found. It looks anew, and may wait for the store of
    /// credentials.
    ///
    /// # Errors
    /// The provider is not linked, or what was found cannot be a credential.
    pub fn resolve_auth(&self, provider: &ProviderId) -> Result<ResolvedAuth, ApiError> {
        let config = self.0.providers.require(provider)?;
        self.0.auth.resolve(config, &self.0.transport, self.0.allow_http)
    }

    /// Puts a provider in place of the one that would be built, until its credential is refused.
    #[cfg(feature = "test-utils")]
    pub fn insert_test_provider(&self, id: impl Into<ProviderId>, provider: Arc<dyn Provider>) {
        let id = id.into();
        self.0.cache.put(&id, &Arc::new(Built::given(&id, provider)));
    }

    /// The call that a provider is asked with.
    fn prepare(&self, call: ClientCall) -> Result<Call, ApiError> {
        not_cancelled(call.cancel.as_ref())?;
        let model = self.resolve(&call.request.model)?;
        let mut prepared = Call::new(call.request, model);
        prepared.cancel = call.cancel;
        prepared.retry = prepared.request.retry.unwrap_or(self.0.retry);
        Ok(prepared)
    }

    /// Waits until one more call may run, where their number is limited.
    async fn admitted(&self, call: &mut Call) -> Result<Option<Admission>, ApiError> {
        let Some(limit) = &self.0.concurrency else { return Ok(None) };
        let clock = Clock::of(call, self.0.timeouts);
        Box::pin(limit.admit(call, &clock)).await.map(Some)
    }

    async fn answer(&self, call: Call, span: &tracing::Span) -> Result<CompletionResponse, ApiError> {
        let result = trace::within(span, self.answered(call)).await;
        trace::ended(span, result.as_ref());
        result
    }

    async fn answered(&self, mut call: Call) -> Result<CompletionResponse, ApiError> {
        let _admission = self.admitted(&mut call).await?;
        let built = self.connect(&call.model).await?;
        let model = Arc::clone(&call.model);
        let attempt = |provider: Arc<dyn Provider>, call: Call| async move {
            if provider.owns_retries() {
                return provider.complete(call).await;
            }
            let clock = Clock::of(&call, self.0.timeouts);
            let budget = self.0.retry_budget.as_ref();
            let again = || provider.complete(call.clone());
            let (mut response, failed) = Box::pin(repeat(call.retry, &clock, budget, again)).await?;
            response.failed_attempts.splice(0..0, failed);
            Ok(response)
        };
        let (mut response, _, warning) = self.call(built, call, attempt).await?;
        response.warnings.extend(warning);
        let price = model.price.as_ref();
        response.cost = response.cost.take().or_else(|| price?.cost(response.usage.as_ref()?));
        Ok(response)
    }

    async fn begun(&self, mut call: Call, span: &tracing::Span) -> Result<CompletionStream, ApiError> {
        let admission = self.admitted(&mut call).await?;
        let built = self.connect(&call.model).await?;
        let model = Arc::clone(&call.model);
        let attempt = |provider: Arc<dyn Provider>, call: Call| async move {
            if provider.owns_retries() {
                return provider.stream_complete(call).await;
            }
            let clock = Clock::of(&call, self.0.timeouts);
            let budget = self.0.retry_budget.as_ref();
            let again = || provider.stream_complete(call.clone());
            let (stream, failed) = Box::pin(repeat(call.retry, &clock, budget, again)).await?;
            Ok(stream.after(failed))
        };
        let (stream, built, warning) = self.call(built, call, attempt).await?;
        let (client, span) = (self.clone(), span.clone());
        let when_ended = move |result: Result<&CompletionResponse, &ApiError>| {
            if let Err(error) = result {
                client.notice(&built, error);
            }
            trace::ended(&span, result);
            drop(admission);
        };
        Ok(stream.warned(warning).followed(model, Box::new(when_ended)))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let providers: Vec<_> = self.0.providers.all().map(|config| &config.id).collect();
        f.debug_struct("Client").field("providers", &providers).finish_non_exhaustive()
    }
}

fn not_cancelled(cancel: Option<&CancellationToken>) -> Result<(), ApiError> {
    match cancel {
        Some(token) if token.is_cancelled() => {
            Err(ApiError::new(ErrorKind::Cancelled, "the caller cancelled the call before it was sent"))
        }
        _ => Ok(()),
    }
}
