use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use steer_core::encode::RenamedTools;
use steer_core::protocol::{EmbedWire, ModelsWire};
use steer_core::{ApiError, Call, Decoder, Delivery, Failure, Outgoing, Protocol, RateLimits};

use crate::{API, Chat, DIALECT, ResponsesDialect, decode, encode, failure};

/// `Responses` is OpenAI's Responses API, as one vendor takes it:
/// <https://platform.openai.com/docs/api-reference/responses>.
#[derive(Clone, Copy, Debug)]
pub struct Responses {
    dialect: ResponsesDialect,
}

impl Responses {
    /// The format as a vendor takes it.
    pub const fn new(dialect: ResponsesDialect) -> Self {
        Self { dialect }
    }
}

impl Protocol for Responses {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        encode::encode(call, delivery, &self.dialect)
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        let decoder: Box<dyn Decoder> = match delivery {
            Delivery::Whole if call.request.tools.is_empty() => Box::new(decode::WholeDecoder(())),
            Delivery::Whole => Box::new(decode::WholeDecoder(Arc::clone(&call.request))),
            _ => Box::new(decode::EventDecoder::new(Arc::clone(&call.request))),
        };
        RenamedTools::wrap(decoder, &call.request, encode::MAX_TOOL_NAME)
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        failure::rate_limits(headers)
    }

    fn embed_wire(&self) -> Option<&dyn EmbedWire> {
        BESIDE.embed_wire()
    }

    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        BESIDE.models_wire()
    }
}

/// Embeddings and the list of models are the same whichever format the answers come in.
static BESIDE: Chat = Chat::new(DIALECT);
