#![doc = include_str!("../README.md")]

mod dialect;
#[cfg(feature = "login")]
mod login;

use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings, Registration};
use steer_openai_compatible::Dialect;
pub use steer_openai_compatible::{API, Chat};

pub use dialect::DIALECT;
#[cfg(feature = "login")]
pub use login::{LOGIN, OpenRouterLogin};

/// What this crate tells the registry.
pub const REGISTRATION: Registration =
    Registration::new("openrouter", env!("CARGO_PKG_NAME"), &[API], include_str!("../catalog.toml"), build)
        .heeding_dialects(&[API]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

#[cfg(all(feature = "login", feature = "register"))]
steer_core::register_auth_plugin!(LOGIN);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    let dialect = Dialect::of(&settings, REGISTRATION.id, DIALECT)?;
    Ok(Arc::new(HttpProvider::new(Chat::new(dialect), settings)?))
}
