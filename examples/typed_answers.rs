//! An answer that is a Rust type:
//! `ANTHROPIC_API_KEY=… cargo run --example typed_answers --features anthropic,schemars-1`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use schemars::JsonSchema;
use serde::Deserialize;
use steer::{Client, CompletionRequest};

#[derive(Deserialize, JsonSchema)]
pub(crate) struct City {
    pub(crate) name: String,
    /// Of the city itself, without its surroundings.
    pub(crate) inhabitants: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let city = run(&Client::new()?).await?;
    println!("{} has {} inhabitants", city.name, city.inhabitants);
    Ok(())
}

pub(crate) async fn run(client: &Client) -> Result<City, Box<dyn std::error::Error>> {
    let request = CompletionRequest::new("anthropic/claude-sonnet-5-5")
        .user("The largest city of Norway?")
        .max_output_tokens(500);
    // What does not fit the type goes back to the model, with the place that does not.
    Ok(client.complete_as::<City>(request).await?.value)
}
