//! xAI over Chat Completions, which a catalog asks for.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod answers;
mod http;
mod requests;

use steer_core::{Client, ClientBuilder};

/// A client whose catalog asks for this wire format.
fn builder() -> ClientBuilder {
    let own = "[[providers]]\nid = \"xai\"\napi_format = \"openai-chat\"\n";
    let builder = Client::builder()
        .only_registered()
        .register(steer_xai::REGISTRATION)
        .retry(steer_core::RetryPolicy::once());
    builder.catalog("mine.toml", own).api_key("xai", "xai-test")
}
