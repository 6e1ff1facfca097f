use http::{HeaderMap, StatusCode};
use serde_json::Value;
use steer_core::encode::RenamedTools;
use steer_core::protocol::{EmbedWire, Framing, ModelsWire};
use steer_core::{ApiError, Call, Decoder, Delivery, Failure, Outgoing, Protocol};

use crate::decode::{LineDecoder, WholeDecoder};
use crate::{API, encode, failure};

/// `Chat` is Ollama's API for conversations: <https://docs.ollama.com/api/chat>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chat;

impl Protocol for Chat {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        encode::encode(call, delivery)
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        let window = window(call);
        let decoder: Box<dyn Decoder> = match delivery {
            Delivery::Whole => Box::new(WholeDecoder::new(window)),
            _ => Box::new(LineDecoder::new(window)),
        };
        RenamedTools::wrap(decoder, &call.request, encode::MAX_NAME)
    }

    /// <https://docs.ollama.com/api/streaming>
    fn framing(&self) -> Framing {
        Framing::JsonLines
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn embed_wire(&self) -> Option<&dyn EmbedWire> {
        Some(self)
    }

    fn models_wire(&self) -> Option<&dyn ModelsWire> {
        Some(self)
    }
}

/// How many tokens the model takes: as many as the request sets, else as many as the catalog says.
/// <https://docs.ollama.com/context-length>
fn window(call: &Call) -> Option<u64> {
    let given = &call.request.provider_options;
    let set = [call.model.id.provider.as_str(), API]
        .into_iter()
        .find_map(|key| given.get(key)?.get("options")?.get("num_ctx").and_then(Value::as_u64));
    set.or(call.model.context_window_tokens)
}
