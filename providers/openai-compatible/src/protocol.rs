use http::{HeaderMap, HeaderName, StatusCode};
use steer_core::encode::RenamedTools;
use steer_core::protocol::{EmbedWire, ModelsWire};
use steer_core::{ApiError, Call, Decoder, Delivery, Failure, Outgoing, Protocol, RateLimits};

use crate::{API, Dialect, decode, encode, failure};

/// `Chat` is the Chat Completions format, as one vendor takes it:
/// <https://platform.openai.com/docs/api-reference/chat>.
#[derive(Clone, Copy, Debug)]
pub struct Chat {
    pub(crate) dialect: Dialect,
}

impl Chat {
    /// The format as a vendor takes it.
    pub const fn new(dialect: Dialect) -> Self {
        Self { dialect }
    }
}

impl Protocol for Chat {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        encode::encode(call, delivery, &self.dialect)
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        let echo = if self.dialect.echoes { decode::last_own_text(call) } else { None };
        let decoder: Box<dyn Decoder> = match (delivery, echo) {
            (Delivery::Whole, Some(echo)) => Box::new(decode::WholeDecoder(echo)),
            (Delivery::Whole, None) => Box::new(decode::WholeDecoder(())),
            (_, echo) => Box::new(decode::ChunkDecoder::new(self.dialect.end, echo.unwrap_or_default())),
        };
        RenamedTools::wrap(decoder, &call.request, encode::MAX_TOOL_NAME)
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        failure::rate_limits(headers)
    }

    fn idempotency_header(&self) -> Option<HeaderName> {
        HeaderName::from_bytes(self.dialect.idempotency_header?.as_bytes()).ok()
    }

    fn embed_wire(&self) -> Option<&dyn EmbedWire> {
        self.dialect.embeddings.map(|_| self as _)
    }

    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        self.dialect.models.map(|_| self as _)
    }
}
