use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::Stream;

use super::TransportError;
use super::answer::Answer;
use super::endpoint::Endpoint;
use super::sending::{Opened, Sending};
use crate::error::{ApiError, ErrorKind, StreamError};
use crate::model::Origin;
use crate::protocol::{Call, Protocol};
use crate::response::Warning;
use crate::stream::{ResponseHead, StreamChunk};

/// `Restarting` is an answer that starts over, as the retry policy says, while nothing of its content has been handed
/// out: a vendor may begin a success and then say that it has too much to do, and a connection may break.
pub(super) struct Restarting<P> {
    answer: Answer<P>,
    /// What starts it over; gone when its first content is handed out, or where the policy allows no further attempt.
    again: Option<Box<Again<P>>>,
    opening: Option<Pin<Box<Opening<P>>>>,
    /// How often the request was sent for this answer.
    made: u32,
}

/// What an answer is started over with.
struct Again<P> {
    sending: Sending<P>,
    call: Call,
    warnings: Vec<Warning>,
}

type Opening<P> = dyn Future<Output = Result<Begun<P>, ApiError>> + Send;

/// An answer whose headers are there.
struct Begun<P> {
    head: ResponseHead,
    answer: Answer<P>,
    again: Option<Box<Again<P>>>,
    made: u32,
}

impl<P: Protocol> Restarting<P> {
    /// Sends the request, and returns when the headers of a success are there.
    pub(super) async fn begin(
        mut sending: Sending<P>,
        call: Call,
        warnings: Vec<Warning>,
    ) -> Result<(ResponseHead, Self), ApiError> {
        let opened = sending.opened().await?;
        let Begun { head, answer, again, made } = if sending.may_repeat() {
            Again { sending, call, warnings }.answer(opened)
        } else {
            let (head, answer) = answered(&sending, call, warnings, opened);
            Begun { head, answer, again: None, made: sending.made() }
        };
        Ok((head, Self { answer, again, opening: None, made }))
    }

    /// Whether the answer starts over after this error.
    fn restarts(&mut self, error: StreamError) -> Result<(), StreamError> {
        let StreamError::Api(error) = error else { return Err(error) };
        let error = error.with_attempts(self.made);
        let Some(again) = self.again.take() else { return Err(error.into()) };
        let error = match is_broken(&error) {
            true => error.with_retryable(true),
            false if error.is_retryable() => error,
            false => return Err(error.into()),
        };
        self.opening = Some(Box::pin(again.open(error)));
        Ok(())
    }
}

impl<P: Protocol> Stream for Restarting<P> {
    type Item = Result<StreamChunk, StreamError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(opening) = &mut this.opening {
                let opened = ready!(opening.as_mut().poll(cx));
                this.opening = None;
                let Begun { head, answer, again, made } = opened?;
                (this.answer, this.again, this.made) = (answer, again, made);
                let head = Some(Box::new(head));
                return Poll::Ready(Some(Ok(StreamChunk::Reset { head })));
            }
            let chunk = ready!(Pin::new(&mut this.answer).poll_next(cx));
            match chunk {
                Some(Err(error)) => this.restarts(error)?,
                chunk if this.again.is_none() => return Poll::Ready(chunk),
                chunk => {
                    if chunk.as_ref().is_none_or(|chunk| chunk.as_ref().is_ok_and(is_content)) {
                        this.again = None;
                    }
                    return Poll::Ready(chunk);
                }
            }
        }
    }
}

impl<P: Protocol> Again<P> {
    /// Waits, and sends the request again.
    async fn open(mut self: Box<Self>, error: ApiError) -> Result<Begun<P>, ApiError> {
        self.sending.again(error).await?;
        let opened = self.sending.opened().await?;
        Ok(self.answer(opened))
    }

    /// The answer that was opened, and what starts it over once more.
    fn answer(self, opened: Opened) -> Begun<P> {
        let (head, answer) = answered(&self.sending, self.call.clone(), self.warnings.clone(), opened);
        let made = self.sending.made();
        let again = self.sending.may_repeat().then(|| Box::new(self));
        Begun { head, answer, again, made }
    }
}

fn answered<P: Protocol>(
    sending: &Sending<P>,
    call: Call,
    warnings: Vec<Warning>,
    Opened { head, body, secrets }: Opened,
) -> (ResponseHead, Answer<P>) {
    let Endpoint { id, protocol, api, settings, .. } = &*sending.endpoint;
    let head = ResponseHead {
        status: Some(head.status.as_u16()),
        request_id: protocol.request_id(&head.headers),
        rate_limits: protocol.rate_limits(&head.headers),
        origin: Some(Origin::new(id.clone(), Arc::clone(api), Arc::clone(&call.model.id.name))),
        headers: head.headers,
        warnings,
    };
    let clock = sending.clock.clone();
    (head, Answer::new(Arc::clone(protocol), call, body, clock, settings.limits, secrets))
}

/// Whether the connection broke, as opposed to an answer that ended too early.
fn is_broken(error: &ApiError) -> bool {
    let source = std::error::Error::source(error);
    error.kind() == ErrorKind::Truncated && source.is_some_and(|source| source.is::<TransportError>())
}

/// Whether a chunk is part of what was asked for. What comes before is void when the answer starts over.
fn is_content(chunk: &StreamChunk) -> bool {
    !matches!(
        chunk,
        StreamChunk::MessageStart(_)
            | StreamChunk::Usage(_)
            | StreamChunk::Metadata { .. }
            | StreamChunk::Warning(_)
            | StreamChunk::Heartbeat
            | StreamChunk::Raw(_)
            | StreamChunk::Reset { .. }
    )
}
