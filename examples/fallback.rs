//! Another model where one does not answer:
//! `ANTHROPIC_API_KEY=… OPENAI_API_KEY=… cargo run --example fallback --features anthropic,openai`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use steer::{ApiError, Client, CompletionRequest, ErrorKind};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = CompletionRequest::new("").user("Why is the sky blue?").max_output_tokens(300);
    println!("{}", run(&Client::new()?, request, ["anthropic/claude-sonnet-5-5", "openai/gpt-5.4"]).await?);
    Ok(())
}

pub(crate) async fn run(
    client: &Client,
    mut request: CompletionRequest,
    models: [&str; 2],
) -> Result<String, ApiError> {
    let mut last = None;
    for model in models {
        request.model = model.to_owned();
        // Each call is made up to three times by itself where that may help.
        match client.complete(request.clone()).await {
            Ok(answer) => return Ok(answer.extract_text().into_owned()),
            Err(error) if is_theirs(&error) => last = Some(error),
            // Another vendor would refuse it too.
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| ApiError::configuration("no model to ask")))
}

/// Whether the vendor failed, and not the request.
fn is_theirs(error: &ApiError) -> bool {
    use ErrorKind::{Network, Overloaded, QuotaExhausted, RateLimited, ServerError, Timeout, Truncated};
    matches!(
        error.kind(),
        Network | Overloaded | QuotaExhausted | RateLimited | ServerError | Timeout | Truncated
    )
}
