//! A server of one's own, which needs no crate but an entry of a catalog:
//! `cargo run --example custom_provider --features openai-compatible -- http://127.0.0.1:8000/v1`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use steer::{Client, CompletionRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("name the base URL of a server that speaks Chat Completions")?;
    println!("{}", run(&url).await?);
    Ok(())
}

pub(crate) async fn run(base_url: &str) -> Result<String, Box<dyn std::error::Error>> {
    // It may as well stand in a file: `catalog_file`, `user_catalog`.
    let catalog = format!(
        r#"
        [[providers]]
        id = "mine"
        api_format = "openai-chat"
        base_url = "{base_url}"
        auth = "optional"

        [[models]]
        provider = "mine"
        id = "small"
        context_window_tokens = 8192
        "#
    );
    let client = Client::builder().catalog("mine.toml", catalog).build()?;
    let answer = client.complete(CompletionRequest::new("mine/small").user("Hello!")).await?;
    Ok(answer.extract_text().into_owned())
}
