#![doc = include_str!("../README.md")]

mod decode;
mod dialect;
mod embeddings;
mod encode;
mod failure;
mod import;
mod models;
mod protocol;
mod vendor;

pub use dialect::{
    Dialect, EmptyContent, Formats, MaxTokens, StreamEnd, SystemRole, ThinkingReplay, ThinkingSetting,
    ToolIds,
};
pub use encode::{strict_answer_schema, strict_tool_schema};
pub use import::import;
pub use protocol::Chat;
pub use vendor::provider;

/// The name of the wire format.
pub const API: &str = "openai-chat";

vendor!("openai-compatible", Dialect::compatible());

/// What [`vendor!`] names, so that a vendor's crate needs no dependency but this one.
#[doc(hidden)]
pub mod __private {
    pub use steer_core::{
        ApiError, Provider, ProviderSettings, Registration, RequestImport, register_provider,
    };
}
