use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use steer_core::{ApiError, Call, Decoder, Delivery, Failure, Outgoing, Protocol, RateLimits};

use crate::{API, decode, failure};

/// `Responses` is OpenAI's Responses API: <https://platform.openai.com/docs/api-reference/responses>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Responses;

impl Responses {
    /// The format.
    pub const fn new() -> Self {
        Self
    }
}

impl Protocol for Responses {
    fn api(&self) -> &str {
        API
    }

    fn encode(&self, call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
        let stream = delivery == Delivery::Stream;
        let body = serde_json::json!({"model": &*call.model.id.name, "input": "", "stream": stream});
        Ok(Outgoing::post("/responses", body.to_string()))
    }

    fn decoder(&self, call: &Call, delivery: Delivery) -> Box<dyn Decoder> {
        match delivery {
            Delivery::Whole => Box::new(decode::WholeDecoder::new(Arc::clone(&call.request))),
            _ => Box::new(decode::EventDecoder::new(Arc::clone(&call.request))),
        }
    }

    fn failure(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        failure::read(status, headers, body)
    }

    fn rate_limits(&self, headers: &HeaderMap) -> Option<RateLimits> {
        failure::rate_limits(headers)
    }
}
