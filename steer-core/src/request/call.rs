use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::CompletionRequest;

/// `ClientCall` is a request together with what only the running program knows: how it is cancelled.
///
/// Requests, shared or owned, turn into it by themselves, so it is written out only to give a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientCall {
    /// What is asked.
    pub request: Arc<CompletionRequest>,
    /// Ends the call at whatever it waits for.
    pub cancel: Option<CancellationToken>,
}

impl From<CompletionRequest> for ClientCall {
    fn from(request: CompletionRequest) -> Self {
        Arc::new(request).into()
    }
}

impl From<Arc<CompletionRequest>> for ClientCall {
    fn from(request: Arc<CompletionRequest>) -> Self {
        Self { request, cancel: None }
    }
}

impl From<&Arc<CompletionRequest>> for ClientCall {
    fn from(request: &Arc<CompletionRequest>) -> Self {
        Arc::clone(request).into()
    }
}

impl ClientCall {
    /// Makes a call of a request.
    pub fn new(request: impl Into<Arc<CompletionRequest>>) -> Self {
        Self { request: request.into(), cancel: None }
    }

    /// Ends the call with `Cancelled` when the token is cancelled, whatever it waits for.
    #[must_use]
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }
}
