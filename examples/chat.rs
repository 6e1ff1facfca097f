//! A whole answer: `ANTHROPIC_API_KEY=… cargo run --example chat --features anthropic`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use steer::{Client, CompletionRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", run(&Client::new()?).await?);
    Ok(())
}

pub(crate) async fn run(client: &Client) -> Result<String, Box<dyn std::error::Error>> {
    let request = CompletionRequest::new("anthropic/claude-sonnet-5-5")
        .system("Answer in one sentence.")
        .user("Why is the sky blue?")
        .max_output_tokens(200);
    let answer = client.complete(request).await?;
    Ok(answer.extract_text().into_owned())
}
