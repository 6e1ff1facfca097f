//! A conversation that is begun with one vendor and goes on with another:
//! `ANTHROPIC_API_KEY=… OPENAI_API_KEY=… cargo run --example moved_conversation --features anthropic,openai`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use steer::{Client, CompletionRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (answer, lost) = run(&Client::new()?).await?;
    println!("{answer}");
    lost.iter().for_each(|warning| println!("{warning}"));
    Ok(())
}

pub(crate) async fn run(client: &Client) -> Result<(String, Vec<String>), Box<dyn std::error::Error>> {
    let mut request = CompletionRequest::new("anthropic/claude-sonnet-5-5")
        .user("Name a river in Norway.")
        .max_output_tokens(300);
    let first = client.complete(request.clone()).await?;

    // A conversation is data: it may be stored as JSON in between.
    request = request.message(first.into_message()).user("And one in Sweden?");
    request.model = "openai/gpt-5.4".to_owned();
    let second = client.complete(request).await?;

    // What the other vendor cannot take was said, not dropped in silence.
    let lost = second.warnings.iter().map(|warning| warning.message.clone()).collect();
    Ok((second.extract_text().into_owned(), lost))
}
