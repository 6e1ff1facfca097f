use super::{Call, Outgoing};
use crate::beside::{EmbeddingRequest, EmbeddingResponse, ModelPage, TokenCount};
use crate::error::ApiError;
use crate::model::ModelConfig;

/// `CountWire` is how a wire format counts tokens. Pure.
pub trait CountWire: Send + Sync {
    /// Writes the request; what it cannot count goes into the warnings.
    ///
    /// # Errors
    /// The call cannot be written.
    fn encode(&self, call: &Call) -> Result<Outgoing, ApiError>;

    /// Reads the answer.
    ///
    /// # Errors
    /// It holds no count.
    fn read(&self, body: &str) -> Result<TokenCount, ApiError>;
}

/// `EmbedWire` is how a wire format embeds texts. Pure.
pub trait EmbedWire: Send + Sync {
    /// Writes the request.
    ///
    /// # Errors
    /// The target cannot take what the request asks for.
    fn encode(&self, request: &EmbeddingRequest, model: &ModelConfig) -> Result<Outgoing, ApiError>;

    /// Reads the answer.
    ///
    /// # Errors
    /// It does not hold one vector for each input.
    fn read(&self, request: &EmbeddingRequest, body: &str) -> Result<EmbeddingResponse, ApiError>;
}

/// `ModelsWire` is how a wire format lists models. Pure.
pub trait ModelsWire: Send + Sync {
    /// Writes the request for a page: the first, or the one that the page before named.
    fn encode(&self, next: Option<&str>) -> Outgoing;

    /// Reads a page.
    ///
    /// # Errors
    /// It holds no list.
    fn read(&self, body: &str) -> Result<ModelPage, ApiError>;
}
