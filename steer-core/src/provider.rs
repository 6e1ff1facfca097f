//! What a provider is, for callers and for those who write one.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::beside::{Embeddings, ModelListing, TokenCounting};
use crate::error::ApiError;
use crate::protocol::Call;
use crate::response::CompletionResponse;
use crate::stream::CompletionStream;

/// `Provider` answers calls.
///
/// Most providers are a [`Protocol`](crate::protocol::Protocol) in an
/// [`HttpProvider`](crate::http::HttpProvider); implement this trait for what is not HTTP with one body and one
/// answer, such as a model in the same process.
#[async_trait]
pub trait Provider: Debug + Send + Sync + 'static {
    /// The provider's id, as the registry knows it.
    fn name(&self) -> &str;

    /// Asks, and returns when the answer begins. Where the answer comes at once, return [`CompletionStream::once`].
    ///
    /// # Errors
    /// The answer never began.
    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError>;

    /// Asks, and returns the whole answer; by default the stream, folded.
    ///
    /// # Errors
    /// The answer never began, or it broke off: then what came is in the error's partial answer.
    async fn complete(&self, call: Call) -> Result<CompletionResponse, ApiError> {
        self.stream_complete(call).await?.collect().await
    }

    /// Whether the provider does what [`Call::retry`] says by itself. Where it does not, the client calls it again.
    fn owns_retries(&self) -> bool {
        false
    }

    /// The HTTP request that a call would send, without its credential; `None` for providers without HTTP.
    ///
    /// # Errors
    /// The call cannot be written.
    fn preview(&self, call: &Call) -> Result<Option<http::Request<bytes::Bytes>>, ApiError> {
        let _ = call;
        Ok(None)
    }

    /// Counting tokens, where the vendor offers it.
    fn token_counting(&self) -> Option<&dyn TokenCounting> {
        None
    }

    /// Embedding texts, where the vendor offers it.
    fn embeddings(&self) -> Option<&dyn Embeddings> {
        None
    }

    /// Listing models, where the vendor offers it.
    fn model_listing(&self) -> Option<&dyn ModelListing> {
        None
    }
}

/// The error of asking a provider for what it lacks.
pub(crate) fn not_offered(provider: &str, what: &str) -> ApiError {
    ApiError::unsupported(format!("{provider} does not offer {what}; ask a provider that does"))
        .with_provider(&provider.into())
}
