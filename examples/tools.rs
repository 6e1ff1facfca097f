//! A model that calls a function:
//! `ANTHROPIC_API_KEY=… cargo run --example tools --features anthropic,tools,schemars-1`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use schemars::JsonSchema;
use serde::Deserialize;
use steer::tools::{Tool, ToolBox};
use steer::{Client, CompletionRequest};

/// The weather in a city.
#[derive(Deserialize, JsonSchema)]
struct Weather {
    /// The city's name in English.
    city: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", run(&Client::new()?).await?);
    Ok(())
}

pub(crate) async fn run(client: &Client) -> Result<String, Box<dyn std::error::Error>> {
    let weather = Tool::new("weather", async |asked: Weather| Ok(format!("{}: 4 °C, rain", asked.city)))?;
    let request = CompletionRequest::new("anthropic/claude-sonnet-5-5")
        .user("Do I need an umbrella in Oslo?")
        .max_output_tokens(500);
    let run = client.run_tools(request, ToolBox::new([weather])?).max_steps(5).await?;
    Ok(run.text().to_string())
}
