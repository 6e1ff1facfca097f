#![doc = include_str!("../README.md")]

mod count;
mod decode;
mod dialect;
mod encode;
mod failure;
mod import;
mod protocol;
mod responses_dialect;
mod wire;

use std::sync::Arc;

use steer_core::http::HttpProvider;
use steer_core::{ApiError, Provider, ProviderSettings, Registration, RequestImport};
use steer_openai_compatible::Dialect;
pub use steer_openai_compatible::{API as CHAT_API, Chat};

pub use dialect::DIALECT;
pub use import::import;
pub use protocol::Responses;
pub use responses_dialect::{LogprobsSetting, ReasoningSetting, ResponsesDialect, SystemPlace, UserMember};

/// The name of the wire format that OpenAI's models answer in unless a catalog or a program says otherwise.
pub const API: &str = "openai-responses";

/// What this crate tells the registry.
pub const REGISTRATION: Registration = Registration::new(
    "openai",
    env!("CARGO_PKG_NAME"),
    &[API, CHAT_API],
    include_str!("../catalog.toml"),
    build,
)
.importing(&[RequestImport::new(API, import), RequestImport::new(CHAT_API, steer_openai_compatible::import)])
.heeding_dialects(&[API, CHAT_API]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    if settings.config.api_format == CHAT_API {
        let dialect = Dialect::of(&settings, REGISTRATION.id, DIALECT)?;
        return Ok(Arc::new(HttpProvider::new(Chat::new(dialect), settings)?));
    }
    let dialect = ResponsesDialect::of(&settings, REGISTRATION.id, ResponsesDialect::original())?;
    Ok(Arc::new(HttpProvider::new(Responses::new(dialect), settings)?))
}
