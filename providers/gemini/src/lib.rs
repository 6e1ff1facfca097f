#![doc = include_str!("../README.md")]

mod count;
mod decode;
mod embeddings;
mod encode;
mod failure;
mod host;
mod import;
mod models;
mod names;
mod wire;

use std::sync::Arc;

pub use host::Host;
pub use import::import;

use http::{HeaderMap, HeaderName, StatusCode};
use steer_core::http::HttpProvider;
use steer_core::protocol::{CountWire, EmbedWire, ModelsWire};
use steer_core::{
    ApiError, Call, Credential, Decoder, Delivery, Failure, Outgoing, Protocol, Provider, ProviderSettings,
    Registration, RequestImport,
};

/// The name of the wire format.
pub const API: &str = "gemini";

/// What this crate tells the registry.
pub const REGISTRATION: Registration = Registration::new(
    "gemini",
    env!("CARGO_PKG_NAME"),
    &Host::FORMATS,
    include_str!("../catalog.toml"),
    build,
)
.importing(&[RequestImport::new(API, import)]);

#[cfg(feature = "register")]
steer_core::register_provider!(REGISTRATION);

/// `GenerateContent` is Google's API of that name: <https://ai.google.dev/api/generate-content>.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GenerateContent {
    /// How schemas are written.
    pub schemas: SchemaForm,
    /// Whose servers are asked.
    pub host: Host,
}

/// `SchemaForm` is how the schemas of tools and answers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaForm {
    /// As JSON Schema, in `parametersJsonSchema` and `responseJsonSchema`.
    #[default]
    JsonSchema,
    /// As the API's own subset of OpenAPI, in `parameters` and `responseSchema`, for servers that know no other:
    /// <https://ai.google.dev/api/caching#Schema>.
    OpenApi,
}

impl GenerateContent {
    /// The API as the vendor takes it.
    pub const fn new() -> Self {
        Self { schemas: SchemaForm::JsonSchema, host: Host::GeminiApi }
    }

    /// Writes schemas in this form.
    #[must_use]
    pub const fn schemas(mut self, form: SchemaForm) -> Self {
        self.schemas = form;
        self
    }

    /// Asks the servers of this host.
    #[must_use]
    pub const fn host(mut self, host: Host) -> Self {
        self.host = host;
        self
    }
}

impl Protocol for GenerateContent {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        encode::encode(call, delivery, self.schemas)
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        let names = names::Names::of(&call.request.tools);
        match delivery {
            Delivery::Whole => Box::new(decode::WholeDecoder::new(names)),
            _ => Box::new(decode::EventDecoder::new(names)),
        }
    }

    /// The key goes into a header of its own and never into the address, which proxies write down:
    /// <https://ai.google.dev/gemini-api/docs/api-key#provide-api-key-explicitly>.
    fn authorize(&self, credential: &Credential, headers: &mut HeaderMap) -> Result<(), ApiError> {
        headers.insert(HeaderName::from_static("x-goog-api-key"), credential.header_value()?);
        Ok(())
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn count_wire(&self) -> Option<&dyn CountWire> {
        Some(self)
    }

    fn embed_wire(&self) -> Option<&dyn EmbedWire> {
        Some(self)
    }

    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        Some(self)
    }
}

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    let protocol = GenerateContent::default().host(Host::of_format(&settings.config.api_format)?);
    Ok(Arc::new(HttpProvider::new(protocol, settings)?))
}
