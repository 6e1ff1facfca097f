#![doc = include_str!("../README.md")]

mod dialect;

use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings, Registration, RequestImport};
use steer_openai::ResponsesDialect;
pub use steer_openai::{API, Responses};
use steer_openai_compatible::Dialect;
pub use steer_openai_compatible::{API as CHAT_API, Chat};

pub use dialect::{DIALECT, RESPONSES};

/// What this crate tells the registry.
pub const REGISTRATION: Registration = Registration::new(
    "xai",
    env!("CARGO_PKG_NAME"),
    &[API, CHAT_API],
    include_str!("../catalog.toml"),
    build,
)
.heeding_dialects(&[API, CHAT_API])
.importing(&[
    RequestImport::new(API, steer_openai::import),
    RequestImport::new(CHAT_API, steer_openai_compatible::import),
]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    if settings.config.api_format == CHAT_API {
        let dialect = Dialect::of(&settings, REGISTRATION.id, DIALECT)?;
        return Ok(Arc::new(HttpProvider::new(Chat::new(dialect), settings)?));
    }
    let dialect = ResponsesDialect::of(&settings, REGISTRATION.id, RESPONSES)?;
    Ok(Arc::new(HttpProvider::new(Responses::new(dialect), settings)?))
}
