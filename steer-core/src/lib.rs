#![doc = include_str!("../README.md")]

pub mod accumulate;
pub mod auth;
pub mod beside;
pub mod catalog;
pub mod client;
pub mod encode;
pub mod error;
pub mod framing;
pub mod http;
pub mod importing;
pub mod json;
pub mod message;
pub mod model;
pub mod protocol;
pub mod provider;
pub mod rate_limit;
pub mod redact;
pub mod registry;
pub mod request;
pub mod response;
pub mod sse;
pub mod stream;
pub mod tool_run;
#[cfg(feature = "schemars-1")]
pub mod typed;
pub mod usage;

pub use accumulate::Accumulator;
pub use auth::{
    ApiKeyOrigin, AuthDirective, AuthPlugin, AuthSource, Credential, CredentialStore, LlmConfigProvider,
    ResolvedAuth,
};
pub use beside::{
    EmbeddingCall, EmbeddingEncoding, EmbeddingRequest, EmbeddingResponse, Embeddings, ModelInfo, ModelList,
    ModelListCall, ModelListRequest, ModelListing, TokenCount, TokenCounting,
};
pub use catalog::{Catalog, CatalogLayers, CatalogProblem, ModelRegistry, ProviderConfig};
pub use client::{Client, ClientBuilder};
pub use error::{
    ApiError, ContextOverflow, ErrorKind, FailedAttempt, Failure, NotRetried, SseParseError, StreamError,
    TimeoutPhase,
};
pub use http::RetryPolicy;
pub use json::RawJson;
pub use message::{Message, Part, Role};
pub use model::{
    Capability, Cost, Effort, ModelConfig, ModelId, ModelParameters, Origin, ProviderId, ThinkingConfig, Usd,
};
pub use protocol::{BodyEnd, Call, Decoder, Delivery, Frame, Framing, Ledger, Outgoing, Protocol};
pub use provider::Provider;
pub use rate_limit::{RateLimit, RateLimits};
pub use registry::{LinkHint, ProviderRegistry, ProviderSettings, Registration, RequestImport, import};
pub use request::{ClientCall, CompletionRequest, ResponseFormat, SystemContext, Tool, ToolChoice};
pub use response::{CompletionResponse, EndProof, StopReason, Warning, WarningKind};
pub use stream::{ChunkSink, CompletionStream, StreamChunk};
pub use tool_run::{Approval, ToolLoop, ToolRun, ToolRunEnd, ToolRunError, ToolRunEvent, ToolRunStream};
#[cfg(feature = "schemars-1")]
pub use typed::{AnswerError, AnswerStrategy, Typed, TypedCall, TypedChunk, TypedStream};
pub use usage::TokenUsage;

pub use steer_tools as tools;
pub use steer_tools::{InputSchema, Media, ToolCall, ToolResult, ToolSchema};

/// What our API shows of other crates, so that a provider names one dependency.
pub use ::{async_trait::async_trait, bytes, http as http_types, tokio_util::sync::CancellationToken};

#[doc(hidden)]
pub mod __private {
    pub use inventory;
}
