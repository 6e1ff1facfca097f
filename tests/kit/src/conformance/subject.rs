use std::sync::Arc;

use futures::StreamExt;
use steer_core::bytes::Bytes;
use steer_core::http_types::{HeaderMap, StatusCode};
use steer_core::{
    ApiError, Call, CompletionRequest, CompletionStream, Credential, Delivery, ModelConfig, ModelRegistry,
    Provider, ProviderRegistry, ProviderSettings, Registration, StreamChunk, StreamError,
};
use tokio::runtime::{Builder, Runtime};

use super::Decoded;
use super::memory::{Answer, Memory};

/// `Subject` is a provider under test: built as the client builds it, with the driver that every program uses, above
/// a transport that answers from memory. Nothing waits, so a decode takes microseconds.
#[derive(Debug)]
pub struct Subject {
    runtime: Runtime,
    provider: Arc<dyn Provider>,
    memory: Arc<Memory>,
    model: Arc<ModelConfig>,
}

/// The key that the provider is built with.
pub(super) const KEY: &str = "sk-CANARY-0123456789";

impl Subject {
    /// Builds the provider of a model.
    ///
    /// # Errors
    /// The registration, its catalog or the model's name is not usable.
    pub fn new(registration: Registration, model: &str) -> Result<Self, String> {
        Self::speaking(registration, model, None)
    }

    /// Builds the provider of a model, in this wire format where it is not to be the catalog's.
    ///
    /// # Errors
    /// The registration, its catalog or the model's name is not usable.
    pub fn speaking(registration: Registration, model: &str, format: Option<&str>) -> Result<Self, String> {
        Self::build(registration, model, format)
            .map_err(|error| format!("the provider cannot be built: {error}"))
    }

    /// Reads an answer that comes in these pieces and ends where HTTP says that it ends.
    pub fn decode(&self, delivery: Delivery, pieces: impl IntoIterator<Item = Bytes>) -> Decoded {
        self.read(delivery, Answer { pieces: pieces.into_iter().collect(), ..Answer::default() })
    }

    /// Reads an answer whose connection breaks after these pieces.
    pub fn decode_broken(&self, delivery: Delivery, pieces: impl IntoIterator<Item = Bytes>) -> Decoded {
        let pieces = pieces.into_iter().collect();
        self.read(delivery, Answer { pieces, breaks: true, ..Answer::default() })
    }

    /// The error of a request that is refused with a status and a body.
    ///
    /// # Errors
    /// The provider took the refusal for an answer.
    pub fn refused(&self, status: StatusCode, body: impl Into<Bytes>) -> Result<ApiError, String> {
        self.memory.set(Answer { status, content_type: "", pieces: vec![body.into()], breaks: false });
        match self.runtime.block_on(self.provider.stream_complete(self.call(Delivery::Stream))) {
            Ok(_) => Err(format!("status {status} gave a stream, not an error")),
            Err(error) => Ok(error),
        }
    }

    /// The headers of the last request.
    pub fn sent_headers(&self) -> HeaderMap {
        self.memory.headers()
    }

    /// The provider.
    pub fn provider(&self) -> &Arc<dyn Provider> {
        &self.provider
    }

    fn build(registration: Registration, model: &str, format: Option<&str>) -> Result<Self, ApiError> {
        let (providers, catalogs) = ProviderRegistry::new([registration])?;
        let models = ModelRegistry::new(catalogs.into_iter().map(|(_, catalog)| catalog), &providers)?;
        let model = models.resolve(model, &providers)?;
        let memory = Arc::new(Memory::default());
        let mut config = providers.require(&model.id.provider)?.clone();
        if let Some(format) = format.or(model.api_format.as_deref()) {
            config.api_format = format.to_owned();
        }
        let transport: Arc<Memory> = Arc::clone(&memory);
        let settings = ProviderSettings::new(config, transport).credential(Credential::api_key(KEY)?);
        let provider = (registration.build)(settings)?;
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| ApiError::configuration(format!("no runtime: {error}")))?;
        Ok(Self { runtime, provider, memory, model })
    }

    fn call(&self, delivery: Delivery) -> Call {
        let request = CompletionRequest::new(self.model.id.to_string()).user("Hello");
        Call::new(request.delivery(delivery), Arc::clone(&self.model))
    }

    fn read(&self, delivery: Delivery, mut answer: Answer) -> Decoded {
        answer.content_type = match delivery {
            Delivery::Stream => "text/event-stream",
            _ => "application/json",
        };
        self.memory.set(answer);
        let call = self.call(delivery);
        self.runtime.block_on(async {
            match self.provider.stream_complete(call).await {
                Ok(stream) => read_all(stream).await,
                Err(error) => Decoded { chunks: Vec::new(), result: Err(error), trailing: 0 },
            }
        })
    }
}

/// Reads a stream to its terminal item, and a little further.
async fn read_all(mut stream: CompletionStream) -> Decoded {
    let mut chunks = Vec::new();
    let result = loop {
        match stream.next().await {
            Some(Ok(StreamChunk::MessageComplete(response))) => break Ok(*response),
            Some(Ok(chunk)) => chunks.push(chunk),
            Some(Err(StreamError::Api(error))) => break Err(error),
            Some(Err(error)) => break Err(error.into()),
            None => break Err(ApiError::parsing("the stream ended without a terminal item")),
        }
    };
    let mut trailing = 0_usize;
    for _ in 0..3 {
        trailing = trailing.saturating_add(stream.next().await.iter().count());
    }
    Decoded { chunks, result, trailing }
}
