//! An answer while it comes: `ANTHROPIC_API_KEY=… cargo run --example streaming --features anthropic`.

use std::io::{self, Write};

use futures::StreamExt;
use steer::{Client, CompletionRequest, StreamChunk};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::new()?, &mut io::stdout()).await
}

pub(crate) async fn run(client: &Client, out: &mut dyn Write) -> Result<(), Box<dyn std::error::Error>> {
    let request = CompletionRequest::new("anthropic/claude-sonnet-5-5").user("Tell a short story.");
    // Dropping the stream, at any time, closes the connection.
    let mut stream = client.stream_complete(request.max_output_tokens(500)).await?;
    while let Some(chunk) = stream.next().await {
        match chunk? {
            StreamChunk::TextDelta { text, .. } => {
                write!(out, "{text}")?;
                out.flush()?;
            }
            // The last item of every stream that does not fail: the whole answer, with its end proven.
            StreamChunk::MessageComplete(answer) => writeln!(out, "\n[{:?}]", answer.stop_reason)?,
            _ => {}
        }
    }
    Ok(())
}
