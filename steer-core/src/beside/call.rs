use tokio_util::sync::CancellationToken;

use super::{EmbeddingRequest, ModelListRequest};

/// `EmbeddingCall` is a request together with what only the running program knows: how it is cancelled.
///
/// Requests turn into it by themselves, so it is written out only to give a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EmbeddingCall {
    /// What is asked.
    pub request: EmbeddingRequest,
    /// Ends the call at whatever it waits for.
    pub cancel: Option<CancellationToken>,
}

/// `ModelListCall` is a request together with what only the running program knows: how it is cancelled.
///
/// Requests and ids of providers turn into it by themselves, so it is written out only to give a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelListCall {
    /// What is asked.
    pub request: ModelListRequest,
    /// Ends the call at whatever it waits for.
    pub cancel: Option<CancellationToken>,
}

impl EmbeddingCall {
    /// Makes a call of a request.
    pub fn new(request: EmbeddingRequest) -> Self {
        Self { request, cancel: None }
    }

    /// Ends the call with `Cancelled` when the token is cancelled, whatever it waits for.
    #[must_use]
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }
}

impl ModelListCall {
    /// Makes a call of a request, or of a provider's id.
    pub fn new(request: impl Into<ModelListRequest>) -> Self {
        Self { request: request.into(), cancel: None }
    }

    /// Ends the call with `Cancelled` when the token is cancelled, whatever it waits for.
    #[must_use]
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }
}

impl From<EmbeddingRequest> for EmbeddingCall {
    fn from(request: EmbeddingRequest) -> Self {
        Self::new(request)
    }
}

impl<T: Into<ModelListRequest>> From<T> for ModelListCall {
    fn from(request: T) -> Self {
        Self::new(request)
    }
}
