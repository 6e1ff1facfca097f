#![doc = include_str!("../README.md")]

mod decode;
mod dialect;
mod embeddings;
mod encode;
mod failure;
mod import;
mod models;
mod protocol;

pub use dialect::{
    Dialect, EmptyContent, Formats, MaxTokens, StreamEnd, SystemRole, ThinkingReplay, ThinkingSetting,
    ToolIds,
};
pub use encode::{strict_answer_schema, strict_tool_schema};
pub use import::import;
pub use protocol::Chat;

use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings, Registration, RequestImport};

/// The name of the wire format.
pub const API: &str = "openai-chat";

/// What this crate tells the registry.
pub const REGISTRATION: Registration = Registration::new(
    "openai-compatible",
    env!("CARGO_PKG_NAME"),
    &[API],
    include_str!("../catalog.toml"),
    build,
)
.importing(&[RequestImport::new(API, import)])
.heeding_dialects(&[API]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    let dialect = Dialect::of(&settings, REGISTRATION.id, Dialect::compatible())?;
    Ok(Arc::new(HttpProvider::new(Chat::new(dialect), settings)?))
}
