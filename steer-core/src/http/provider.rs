use std::pin::pin;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;

use super::clock::Clock;
use super::endpoint::Endpoint;
use super::restart::Restarting;
use super::sending::Sending;
use crate::beside::{Embeddings, ModelListing, TokenCounting};
use crate::error::ApiError;
use crate::protocol::{Call, Protocol};
use crate::provider::Provider;
use crate::registry::ProviderSettings;
use crate::response::CompletionResponse;
use crate::stream::{CompletionStream, ResponseHead, collect};

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

    async fn send(&self, call: Call) -> Result<(ResponseHead, Restarting<P>), ApiError> {
        self.begin(call).await.map_err(|error| self.0.scrubbed(error).with_provider(&self.0.id))
    }

    async fn begin(&self, call: Call) -> Result<(ResponseHead, Restarting<P>), ApiError> {
        let (request, warnings) = self.0.written(&call)?;
        let clock = Clock::of(&call, self.0.settings.timeouts);
        let sending = Sending::new(Arc::clone(&self.0), clock, call.retry);
        Restarting::begin(sending, request, call, warnings).await
    }
}

#[async_trait]
impl<P: Protocol> Provider for HttpProvider<P> {
    fn name(&self) -> &str {
        self.0.id.as_str()
    }

    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError> {
        let (head, answer) = self.send(call).await?;
        Ok(CompletionStream::new(head, answer))
    }

    async fn complete(&self, call: Call) -> Result<CompletionResponse, ApiError> {
        let (head, answer) = self.send(call).await?;
        collect(head, pin!(answer)).await
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
