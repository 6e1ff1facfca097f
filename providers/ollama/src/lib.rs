#![doc = include_str!("../README.md")]

mod decode;
mod embeddings;
mod encode;
mod failure;
mod import;
mod models;
mod protocol;
mod wire;

pub use import::import;
pub use protocol::Chat;

use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings, Registration, RequestImport};

/// The name of the wire format.
pub const API: &str = "ollama-chat";

/// What this crate tells the registry.
pub const REGISTRATION: Registration =
    Registration::new("ollama", env!("CARGO_PKG_NAME"), &[API], include_str!("../catalog.toml"), build)
        .importing(&[RequestImport::new(API, import)]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(HttpProvider::new(Chat, settings)?))
}
