use http::{HeaderMap, StatusCode};
use steer_core::encode::RenamedTools;
use steer_core::protocol::{CountWire, EmbedWire, ModelsWire};
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

    /// What the vendor takes.
    pub(crate) fn dialect(&self) -> &ResponsesDialect {
        &self.dialect
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
        let asked = decode::Asked::new(&call.request, &self.dialect);
        let decoder: Box<dyn Decoder> = match delivery {
            Delivery::Whole if asked.is_nothing() => Box::new(decode::WholeDecoder(decode::Nothing)),
            Delivery::Whole => Box::new(decode::WholeDecoder(asked)),
            _ => Box::new(decode::EventDecoder::new(asked)),
        };
        RenamedTools::wrap(decoder, &call.request, encode::MAX_TOOL_NAME)
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        failure::rate_limits(headers)
    }

    fn count_wire(&self) -> Option<&dyn CountWire> {
        self.dialect.count.map(|_| self as _)
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
