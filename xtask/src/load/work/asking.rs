//! How the client is asked.

use std::sync::Arc;

use futures::StreamExt;
use steer::auth::Environment;
use steer::{
    ApiError, Client, ClientBuilder, ClientCall, CompletionRequest, CompletionStream, Delivery, ErrorKind,
    StreamChunk,
};

use super::act::Act;
use super::format::{Format, TEXT};

/// A client of a provider that is an entry of a catalog and nothing more.
pub(super) fn builder(url: &str, format: &Format, act: Act, delivery: Delivery) -> ClientBuilder {
    let (name, act) = (format.name, act.name());
    let way = if delivery == Delivery::Whole { "whole" } else { "stream" };
    let catalog = format!(
        "[[providers]]\nid = 'load'\nname = 'Load'\napi_format = '{name}'\nbase_url = '{url}/{name}/{act}/{way}'\n\
         env = ['LOAD_KEY']\n[[models]]\nprovider = 'load'\nid = 'm-1'\n"
    );
    Client::builder().environment(Environment::of([("LOAD_KEY", "key")])).catalog("load.toml", catalog)
}

/// The request that all parts send.
pub(super) fn request(delivery: Delivery) -> Arc<CompletionRequest> {
    let request = CompletionRequest::new("load/m-1").user("Hello").max_output_tokens(64);
    Arc::new(request.delivery(delivery))
}

/// How a call ended.
pub(super) type Ended = Result<(), ApiError>;

/// Asks, and reads the answer to its end. `each` sees each piece of text, and the opening of the stream as an empty one.
///
/// # Errors
/// The call's. An answer that is not the one that was sent is one too.
pub(super) async fn read(client: &Client, call: ClientCall, each: impl FnMut(&str)) -> Ended {
    let text = to_end(client.stream_complete(call).await?, each).await?;
    match text == TEXT {
        true => Ok(()),
        false => Err(ApiError::new(ErrorKind::Unknown, "the answer is not the one that was sent")),
    }
}

/// Reads a stream to its end and returns the text of the whole answer.
pub(super) async fn to_end(
    mut stream: CompletionStream,
    mut each: impl FnMut(&str),
) -> Result<String, ApiError> {
    each("");
    while let Some(chunk) = stream.next().await {
        match chunk? {
            StreamChunk::TextDelta { text, .. } => each(&text),
            StreamChunk::MessageComplete(response) => return Ok(response.extract_text().into_owned()),
            _ => {}
        }
    }
    Err(ApiError::new(ErrorKind::Unknown, "the stream had no terminal item"))
}
