//! This library, through its public client.

use std::sync::Arc;

use futures::StreamExt;
use steer::{Client, CompletionRequest, StreamChunk};

use crate::verdict::Obstacle;

/// Reads every chunk to the end, and returns how many bytes of text came.
pub(super) async fn stream(client: &Client, request: Arc<CompletionRequest>) -> Result<usize, Obstacle> {
    let mut stream = client.stream_complete(request).await?;
    let mut read = 0_usize;
    while let Some(chunk) = stream.next().await {
        match chunk? {
            StreamChunk::TextDelta { text, .. } => read = read.saturating_add(text.len()),
            StreamChunk::MessageComplete(response) if response.extract_text().len() != read => {
                return Err("the whole answer is not what its deltas were".into());
            }
            _ => {}
        }
    }
    Ok(read)
}

/// Reads a whole answer, and returns how many bytes of text it has.
pub(super) async fn whole(client: &Client, request: Arc<CompletionRequest>) -> Result<usize, Obstacle> {
    Ok(client.complete(request).await?.extract_text().len())
}
