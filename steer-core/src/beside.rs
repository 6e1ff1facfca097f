//! What vendors offer beside completions: counting the tokens of a request, embedding texts, and listing models.
//!
//! Each is a capability that a provider has or lacks; asking one that lacks it is an `UnsupportedFeature` error.

mod call;
mod count;
mod embedding;
mod models;

pub use call::{EmbeddingCall, ModelListCall};
pub use count::TokenCount;
pub use embedding::{EmbeddingEncoding, EmbeddingRequest, EmbeddingResponse};
pub use models::{ModelInfo, ModelList, ModelListRequest, ModelPage};

use async_trait::async_trait;

use crate::error::ApiError;
use crate::model::ModelConfig;
use crate::protocol::Call;

/// `TokenCounting` counts the tokens of a request without asking the model.
#[async_trait]
pub trait TokenCounting: Send + Sync {
    /// Counts the tokens of a call's prompt.
    ///
    /// # Errors
    /// The call cannot be written, or the vendor did not count.
    async fn count_tokens(&self, call: Call) -> Result<TokenCount, ApiError>;
}

/// `Embeddings` turns texts into vectors.
#[async_trait]
pub trait Embeddings: Send + Sync {
    /// Embeds texts with a model.
    ///
    /// # Errors
    /// The request cannot be written, the vendor did not answer with one vector for each input, or the call was
    /// cancelled.
    async fn embed(&self, call: &EmbeddingCall, model: &ModelConfig) -> Result<EmbeddingResponse, ApiError>;
}

/// `ModelListing` asks the vendor which models it has.
#[async_trait]
pub trait ModelListing: Send + Sync {
    /// Lists the vendor's models, page after page, up to the request's limits.
    ///
    /// # Errors
    /// The vendor did not answer with a list, or the call was cancelled.
    async fn list_models(&self, call: &ModelListCall) -> Result<ModelList, ApiError>;
}
