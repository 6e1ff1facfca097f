//! A provider of one's own, which here needs no network: `cargo run --example third_party_provider`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use std::sync::Arc;

use steer::{
    ApiError, Call, Client, CompletionRequest, CompletionResponse, CompletionStream, Provider,
    ProviderSettings, Registration, StopReason, async_trait,
};

/// What a crate of a provider exports; its users write `use the_crate as _;`, or register it by hand as below.
pub(crate) const REGISTRATION: Registration = Registration::new(
    "echo",
    env!("CARGO_PKG_NAME"),
    &["echo"],
    r#"
    [[providers]]
    id = "echo"
    api_format = "echo"
    base_url = "https://echo.invalid"
    auth = "optional"

    [[models]]
    provider = "echo"
    id = "parrot"
    "#,
    build,
);

fn build(_settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(Echo))
}

/// `Echo` says the last question again.
#[derive(Debug)]
struct Echo;

#[async_trait]
impl Provider for Echo {
    fn name(&self) -> &str {
        "echo"
    }

    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError> {
        let mut answer = CompletionResponse::default();
        answer.content =
            call.request.messages.last().map(|question| question.parts.clone()).unwrap_or_default();
        answer.stop_reason = Some(StopReason::EndTurn);
        Ok(CompletionStream::once(answer))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", run().await?);
    Ok(())
}

pub(crate) async fn run() -> Result<String, Box<dyn std::error::Error>> {
    let client = Client::builder().register(REGISTRATION).build()?;
    let answer = client.complete(CompletionRequest::new("echo/parrot").user("Is anybody there?")).await?;
    Ok(answer.extract_text().into_owned())
}
