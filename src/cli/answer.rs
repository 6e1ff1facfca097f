//! One question to a model, and its answer as it comes.

use futures::StreamExt;
use steer::{ApiError, Client, ClientCall, CompletionRequest, CompletionResponse, ErrorKind, StreamChunk};

use super::failure::Failure;
use super::interrupt::Interrupt;

/// Asks, and shows each chunk when it is there. Ctrl-C ends the answer; what had come is in the error.
pub(crate) async fn ask(
    client: &Client,
    request: CompletionRequest,
    interrupt: &Interrupt,
    show: impl FnMut(&StreamChunk) -> Result<(), Failure>,
) -> Result<CompletionResponse, Failure> {
    let call = ClientCall::new(request).cancel_on(interrupt.answering());
    let result = read(client, call, show).await;
    interrupt.idle();
    result
}

async fn read(
    client: &Client,
    call: ClientCall,
    mut show: impl FnMut(&StreamChunk) -> Result<(), Failure>,
) -> Result<CompletionResponse, Failure> {
    let mut stream = client.stream_complete(call).await?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(ApiError::from)?;
        show(&chunk)?;
        if let StreamChunk::MessageComplete(response) = chunk {
            return Ok(*response);
        }
    }
    Err(ApiError::new(ErrorKind::Truncated, "the stream ended without its last chunk").into())
}
