//! xAI over Responses, which it recommends and which is asked for by default.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod answers;
mod http;
mod requests;
mod state;

use serde_json::Value;
use steer_core::{Client, ClientBuilder, CompletionRequest, Warning};

fn builder() -> ClientBuilder {
    Client::builder()
        .only_registered()
        .register(steer_xai::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .api_key("xai", "xai-test")
}

fn asking(model: &str) -> CompletionRequest {
    CompletionRequest::new(format!("xai/{model}")).user("Hi")
}

/// What is sent.
fn sent(request: CompletionRequest) -> Value {
    let request = builder().build().unwrap().preview(request).unwrap().unwrap();
    assert_eq!(request.uri(), "https://api.x.ai/v1/responses");
    serde_json::from_slice(request.body()).unwrap()
}

/// What is sent, and what is said of it.
fn told(request: CompletionRequest) -> (Value, Vec<Warning>) {
    use steer_core::{Call, Protocol};
    let model = builder().build().unwrap().resolve(&request.model).unwrap();
    let delivery = request.delivery;
    let call = Call::new(request, model);
    let outgoing = steer_xai::Responses::new(steer_xai::RESPONSES).encode(&call, delivery).unwrap();
    (serde_json::from_slice(&outgoing.body).unwrap(), outgoing.warnings)
}

fn subjects(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|warning| warning.subject.as_str()).collect()
}
