use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use super::clock::Clock;
use super::endpoint::Endpoint;
use super::restart::Restarting;
use crate::beside::{Embeddings, ModelListing, TokenCounting};
use crate::error::ApiError;
use crate::protocol::{Call, Protocol};
use crate::provider::Provider;
use crate::registry::ProviderSettings;
use crate::response::CompletionResponse;
use crate::stream::{CompletionStream, collect};

/// `HttpProvider` makes a provider of a [`Protocol`]: it sends, waits, reads and gives up; the protocol translates.
#[derive(Debug)]
pub struct HttpProvider<P>(pub(super) Arc<Endpoint<P>>);

impl<P: Protocol> HttpProvider<P> {
    /// Makes a provider.
    ///
    /// # Errors
    /// The base address is not one that a credential may go to, or the credential cannot stand in a header.
    pub fn new(protocol: P, settings: ProviderSettings) -> Result<Self, ApiError> {
        Ok(Self(Arc::new(Endpoint::new(protocol, settings)?)))
    }

    /// Writes a call's request; its answer, which is yet to be asked for.
    fn written(&self, call: Call) -> Result<Restarting<P>, ApiError> {
        let (request, warnings) = self.told(self.0.written(&call))?;
        let clock = Clock::of(&call, self.0.settings.timeouts);
        Ok(Restarting::new(&self.0, clock, request, call, warnings))
    }
}

type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>;

impl<P: Protocol> Provider for HttpProvider<P> {
    fn name(&self) -> &str {
        self.0.id.as_str()
    }

    // These two are written out, and not as async functions: those would keep the call in their futures until the
    // answer is there, beside the place that it has in the answer.
    fn stream_complete<'p, 'a>(&'p self, call: Call) -> Answering<'a, CompletionStream>
    where
        'p: 'a,
        Self: 'a,
    {
        match self.written(call).map(Box::new) {
            Ok(mut answer) => Box::pin(async move {
                let head = self.told(answer.begun().await)?;
                Ok(CompletionStream::boxed(head, answer))
            }),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn complete<'p, 'a>(&'p self, call: Call) -> Answering<'a, CompletionResponse>
    where
        'p: 'a,
        Self: 'a,
    {
        match self.written(call) {
            Ok(mut answer) => Box::pin(async move {
                let head = self.told(answer.begun().await)?;
                collect(head, &mut answer).await
            }),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn owns_retries(&self) -> bool {
        true
    }

    fn preview(&self, call: &Call) -> Result<Option<Request<Bytes>>, ApiError> {
        self.0
            .written(call)
            .map(|(request, _)| Some(request))
            .map_err(|error| error.with_provider(&self.0.id))
    }

    fn token_counting(&self) -> Option<&dyn TokenCounting> {
        self.0.protocol.count_wire().map(|_| self as _)
    }

    fn embeddings(&self) -> Option<&dyn Embeddings> {
        self.0.protocol.embed_wire().map(|_| self as _)
    }

    fn model_listing(&self) -> Option<&dyn ModelListing> {
        self.0.protocol.models_wire().map(|_| self as _)
    }
}
