use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::Stream;
use http::HeaderMap;

use super::StreamChunk;
use crate::accumulate::Accumulator;
use crate::error::{ApiError, ErrorKind, FailedAttempt, StreamError};
use crate::model::{ModelConfig, Origin};
use crate::rate_limit::RateLimits;
use crate::response::{CompletionResponse, EndProof, Warning};

type Chunks = Pin<Box<dyn Stream<Item = Result<StreamChunk, StreamError>> + Send>>;

/// `CompletionStream` is an answer while it comes: a stream of chunks that ends with exactly one terminal item,
/// either `MessageComplete` with the whole answer, or an error that carries the part that had come.
///
/// Dropping it closes the connection. After its terminal item it yields `None` for ever.
pub struct CompletionStream(Box<Fold<Chunks>>);

/// A provider's chunks, and what they add up to.
struct Fold<C> {
    chunks: Option<C>,
    head: ResponseHead,
    accumulator: Option<Accumulator>,
    model: Option<Arc<ModelConfig>>,
    when_ended: Option<WhenEnded>,
}

/// Learns how a stream ended: with its whole answer, or with an error.
pub(crate) type WhenEnded = Box<dyn FnOnce(Result<&CompletionResponse, &ApiError>) + Send>;

/// Reads a provider's chunks to their end.
///
/// # Errors
/// What the chunks end with, the partial answer in it.
pub(crate) async fn collect(
    head: ResponseHead,
    chunks: impl Stream<Item = Result<StreamChunk, StreamError>> + Unpin,
) -> Result<CompletionResponse, ApiError> {
    Fold::new(head, chunks).collect().await
}

/// The error of whoever reads a stream to its terminal item and finds none, which no stream of ours does.
pub(crate) fn without_end() -> ApiError {
    ApiError::new(ErrorKind::Truncated, "the stream ended without its last chunk")
}

/// `ResponseHead` is what is known of an answer before its first chunk.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ResponseHead {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// The rate limits.
    pub rate_limits: Option<RateLimits>,
    /// The response headers.
    pub headers: HeaderMap,
    /// What could not be sent as asked.
    pub warnings: Vec<Warning>,
    /// The attempts before the one that is answered; empty where the first one is.
    pub failed_attempts: Vec<FailedAttempt>,
    /// Where the parts will come from.
    pub origin: Option<Origin>,
}

impl CompletionStream {
    /// Makes a stream of a provider's chunks. The chunks end with `MessageEnd` or `MessageComplete`; an end without
    /// either becomes a `Truncated` error with the partial answer.
    pub fn new(
        head: ResponseHead,
        chunks: impl Stream<Item = Result<StreamChunk, StreamError>> + Send + 'static,
    ) -> Self {
        Self::boxed(head, Box::new(chunks))
    }

    /// The same of chunks that lie in a box already.
    pub(crate) fn boxed(
        head: ResponseHead,
        chunks: Box<dyn Stream<Item = Result<StreamChunk, StreamError>> + Send>,
    ) -> Self {
        Self(Box::new(Fold::new(head, Box::into_pin(chunks))))
    }

    /// A stream of one answer that is already there.
    pub fn once(response: CompletionResponse) -> Self {
        let chunk = StreamChunk::MessageComplete(Box::new(response));
        Self::new(ResponseHead::default(), futures::stream::iter([Ok(chunk)]))
    }

    /// What was known before the first chunk.
    pub fn head(&self) -> &ResponseHead {
        &self.0.head
    }

    /// Reads to the end.
    ///
    /// # Errors
    /// What the stream ends with, the partial answer in it.
    pub async fn collect(self) -> Result<CompletionResponse, ApiError> {
        (*self.0).collect().await
    }

    /// Lets the final answer tell what it cost, and tells somebody else how the stream ended.
    pub(crate) fn followed(mut self, model: Arc<ModelConfig>, when_ended: WhenEnded) -> Self {
        self.0.model = Some(model);
        self.0.when_ended = Some(when_ended);
        self
    }

    /// Adds the attempts before this one, for a provider that does not know of them.
    pub(crate) fn after(mut self, failed: Vec<FailedAttempt>) -> Self {
        if let (false, Some(accumulator)) = (failed.is_empty(), &mut self.0.accumulator) {
            accumulator.after(failed.clone());
            self.0.head.failed_attempts = failed;
        }
        self
    }

    /// Adds to what could not be done as asked.
    pub(crate) fn warned(mut self, warning: Option<Warning>) -> Self {
        if let (Some(warning), Some(accumulator)) = (warning, &mut self.0.accumulator) {
            accumulator.warn(warning.clone());
            self.0.head.warnings.push(warning);
        }
        self
    }
}

impl<C: Stream<Item = Result<StreamChunk, StreamError>> + Unpin> Fold<C> {
    fn new(head: ResponseHead, chunks: C) -> Self {
        let accumulator = known(&head);
        Self { chunks: Some(chunks), head, accumulator: Some(accumulator), model: None, when_ended: None }
    }

    async fn collect(mut self) -> Result<CompletionResponse, ApiError> {
        loop {
            match poll_fn(|cx| self.poll_chunk(cx)).await {
                Some(Ok(StreamChunk::MessageEnd { proof })) => return Ok(self.complete(proof)),
                Some(Ok(StreamChunk::MessageComplete(response))) => return Ok(*response),
                Some(Ok(chunk)) => {
                    if let Some(Err(error)) = self.accumulator.as_mut().map(|whole| whole.take(chunk)) {
                        return Err(self.fail(error.into()).into());
                    }
                }
                Some(Err(error)) => return Err(error.into()),
                // Reached only where the stream had been read to its end before.
                None => {
                    let message = "the stream has ended already; collect it before its end";
                    return Err(ApiError::new(ErrorKind::Truncated, message));
                }
            }
        }
    }

    /// The next chunk, which is yet to be accumulated, or what ends the stream: `MessageEnd`, whose answer is yet to be
    /// completed, `MessageComplete`, or an error.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<StreamChunk, StreamError>>> {
        let Some(chunks) = &mut self.chunks else { return Poll::Ready(None) };
        Poll::Ready(Some(match ready!(Pin::new(chunks).poll_next(cx)) {
            Some(Ok(StreamChunk::MessageComplete(response))) => {
                self.chunks = None;
                self.accumulator = None;
                self.tell(Ok(&response));
                Ok(StreamChunk::MessageComplete(response))
            }
            Some(Ok(StreamChunk::Reset { head: Some(head) })) => Ok(self.start_over(*head)),
            Some(Ok(chunk)) => Ok(chunk),
            Some(Err(error)) => Err(self.fail(error)),
            None => Err(self.fail(truncated().into())),
        }))
    }

    /// What comes now is another answer.
    fn start_over(&mut self, mut head: ResponseHead) -> StreamChunk {
        head.warnings = std::mem::take(&mut self.head.warnings);
        self.accumulator = Some(known(&head));
        self.head = head.clone();
        StreamChunk::Reset { head: Some(Box::new(head)) }
    }

    fn complete(&mut self, proof: EndProof) -> CompletionResponse {
        self.chunks = None;
        let mut response = self.accumulator.take().map(|a| a.finish(proof)).unwrap_or_default();
        let price = self.model.as_ref().and_then(|model| model.price.as_ref());
        response.cost = match (price, &response.usage) {
            (Some(price), Some(usage)) => price.cost(usage),
            _ => None,
        };
        self.tell(Ok(&response));
        response
    }

    fn tell(&mut self, result: Result<&CompletionResponse, &ApiError>) {
        if let Some(when_ended) = self.when_ended.take() {
            when_ended(result);
        }
    }

    fn fail(&mut self, error: StreamError) -> StreamError {
        self.chunks = None;
        let partial = self.accumulator.take().map(Accumulator::partial).unwrap_or_default();
        let request_id = self.head.request_id.clone();
        let mut error = ApiError::from(error)
            .with_request_id(request_id)
            .with_rate_limits(self.head.rate_limits.clone())
            .with_failed_attempts(self.head.failed_attempts.clone())
            .with_partial(partial);
        if let Some(origin) = &self.head.origin {
            error = error.with_provider(&origin.provider);
        }
        self.tell(Err(&error));
        StreamError::Api(error)
    }
}

impl Stream for CompletionStream {
    type Item = Result<StreamChunk, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self.0;
        Poll::Ready(match ready!(this.poll_chunk(cx)) {
            Some(Ok(StreamChunk::MessageEnd { proof })) => {
                Some(Ok(StreamChunk::MessageComplete(Box::new(this.complete(proof)))))
            }
            Some(Ok(chunk)) => match this.accumulator.as_mut().map(|whole| whole.push(&chunk)) {
                Some(Err(error)) => Some(Err(this.fail(error.into()))),
                _ => Some(Ok(chunk)),
            },
            ended => ended,
        })
    }
}

impl fmt::Debug for CompletionStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompletionStream")
            .field("head", &self.0.head)
            .field("ended", &self.0.chunks.is_none())
            .finish_non_exhaustive()
    }
}

/// What is known of an answer before its first chunk.
fn known(head: &ResponseHead) -> Accumulator {
    let known = CompletionResponse {
        request_id: head.request_id.clone(),
        rate_limits: head.rate_limits.clone(),
        warnings: head.warnings.clone(),
        failed_attempts: head.failed_attempts.clone(),
        ..CompletionResponse::default()
    };
    Accumulator::new(known, head.origin.clone())
}

fn truncated() -> ApiError {
    ApiError::new(
        ErrorKind::Truncated,
        "the answer ended before the server's own end; what came is in the error's partial answer",
    )
}
