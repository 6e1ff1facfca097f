//! A question about an image: `ANTHROPIC_API_KEY=… cargo run --example vision --features anthropic -- photo.jpg`.
#![allow(clippy::print_stdout, reason = "a program says what it found")]

use std::path::PathBuf;

use steer::{Client, CompletionRequest, Media, Message, Part, Role};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args_os().nth(1).ok_or("name an image: PNG, JPEG, GIF or WebP")?;
    let image = std::fs::read(PathBuf::from(file))?;
    println!("{}", run(&Client::new()?, image).await?);
    Ok(())
}

pub(crate) async fn run(client: &Client, image: Vec<u8>) -> Result<String, Box<dyn std::error::Error>> {
    // The media type is read from the bytes.
    let image = Media::from_bytes(image)?;
    let question = Message::new(Role::User, vec![Part::from(image), Part::text("What is this?")]);
    let request =
        CompletionRequest::new("anthropic/claude-sonnet-5-5").message(question).max_output_tokens(300);
    Ok(client.complete(request).await?.extract_text().into_owned())
}
