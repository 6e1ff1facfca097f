#![doc = include_str!("../README.md")]

mod count;
mod decode;
mod encode;
mod failure;
mod import;
mod models;
mod wire;

use std::sync::Arc;

pub use import::import;

use http::{HeaderMap, HeaderName, StatusCode};
use steer_core::encode::RenamedTools;
use steer_core::http::HttpProvider;
use steer_core::protocol::{CountWire, ModelsWire};
use steer_core::{
    ApiError, Call, Credential, Decoder, Delivery, Failure, Outgoing, Protocol, Provider, ProviderSettings,
    RateLimits, Registration, RequestImport,
};

/// The name of the wire format.
pub const API: &str = "anthropic-messages";

/// What this crate tells the registry.
pub const REGISTRATION: Registration =
    Registration::new("anthropic", env!("CARGO_PKG_NAME"), &[API], include_str!("../catalog.toml"), build)
        .importing(&[RequestImport::new(API, import)]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

/// `Messages` is Anthropic's Messages API: <https://docs.claude.com/en/api/messages>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Messages;

impl Protocol for Messages {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        encode::encode(call, delivery)
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        let decoder: Box<dyn Decoder> = match delivery {
            Delivery::Whole => Box::new(decode::WholeDecoder),
            _ => Box::new(decode::EventDecoder::default()),
        };
        RenamedTools::wrap(decoder, &call.request, encode::MAX_TOOL_NAME)
    }

    /// The key goes into a header of its own: <https://docs.claude.com/en/api/overview#authentication>.
    fn authorize(&self, credential: &Credential, headers: &mut HeaderMap) -> Result<(), ApiError> {
        headers.insert(HeaderName::from_static("x-api-key"), credential.header_value()?);
        Ok(())
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        failure::rate_limits(headers)
    }

    fn count_wire(&self) -> Option<&dyn CountWire> {
        Some(self)
    }

    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        Some(self)
    }
}

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(HttpProvider::new(Messages, settings)?))
}
