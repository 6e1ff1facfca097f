use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use http::Request;
use tokio::time::{Sleep, sleep};

use super::answer::Answer;
use super::endpoint::Endpoint;
use super::sending::{Opened, Resend, Sending};
use super::{StartOver, TransportError};
use crate::error::{ApiError, ErrorKind, NotRetried, StreamError, TimeoutPhase};
use crate::message::Part;
use crate::model::{ModelId, Origin};
use crate::protocol::{Call, Protocol};
use crate::response::Warning;
use crate::stream::{ResponseHead, StreamChunk};

/// `Restarting` is an answer that starts over, as the retry policy says, while nothing of its content has been handed
/// out: a vendor may begin a success and then say that it has too much to do, and a connection may break.
pub(super) struct Restarting<P> {
    answer: Answer<P>,
    /// What starts it over; gone when its first content is handed out, or where the policy allows no further attempt.
    /// It stands here and not in memory of its own, since every call has it for a while.
    again: Option<Again<P>>,
    opening: Option<Pin<Box<Opening<P>>>>,
    /// How often the request was sent for this answer.
    made: u32,
    /// Ends an answer whose first content is late, where the program wants that.
    late: Option<Late>,
    /// Why it does not start over any more; `None` where only one attempt is wanted.
    settled: Option<NotRetried>,
}

/// What an answer is started over with.
struct Again<P> {
    sending: Sending<P>,
    letter: Letter,
    warnings: Vec<Warning>,
}

/// The body of a completion's request, and the call that its head is written from.
struct Letter {
    call: Call,
    body: Bytes,
}

type Opening<P> = dyn Future<Output = Result<Begun<P>, ApiError>> + Send;

/// An answer whose headers are there.
struct Begun<P> {
    head: ResponseHead,
    answer: Answer<P>,
    again: Option<Again<P>>,
    made: u32,
}

impl<P: Protocol> Restarting<P> {
    /// Sends the request, and returns when the headers of a success are there.
    pub(super) async fn begin(
        sending: Sending<P>,
        request: Request<Bytes>,
        call: Call,
        warnings: Vec<Warning>,
    ) -> Result<(ResponseHead, Self), ApiError> {
        let letter = Letter { call, body: request.body().clone() };
        let again = Again { sending, letter, warnings };
        let limit = again.sending.clock.limits.first_content;
        let settled = again.sending.repeats().then_some(NotRetried::Attempts);
        let Begun { head, answer, again, made } = again.opened(Some(request)).await?;
        let late = limit.map(Late::start);
        Ok((head, Self { answer, again, opening: None, made, late, settled }))
    }

    /// Whether the answer starts over after this error.
    fn restarts(&mut self, error: StreamError) -> Result<(), StreamError> {
        let StreamError::Api(error) = error else { return Err(error) };
        let error = if is_broken(&error) { error.with_retryable(true) } else { error };
        if !error.is_retryable() {
            return Err(error.with_attempts(self.made).into());
        }
        let Some(again) = self.again.take() else {
            return Err(error.with_attempts(self.made).with_not_retried(self.settled).into());
        };
        self.opening = Some(Box::pin(again.start_over(error)));
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
                this.late = this.late.take().map(|late| Late::start(late.limit));
                let head = Some(Box::new(head));
                return Poll::Ready(Some(Ok(StreamChunk::Reset { head })));
            }
            let Poll::Ready(chunk) = Pin::new(&mut this.answer).poll_next(cx) else {
                let Some(late) = &mut this.late else { return Poll::Pending };
                ready!(late.sleep.as_mut().poll(cx));
                let error = ApiError::timeout(TimeoutPhase::FirstContent, late.limit);
                return Poll::Ready(Some(Err(error.with_attempts(this.made).into())));
            };
            match (chunk, &this.again) {
                (Some(Err(error)), _) => this.restarts(error)?,
                (chunk, None) if this.late.is_none() => return Poll::Ready(chunk),
                (chunk, again) => {
                    let until = again.as_ref().map(|again| again.sending.start_over());
                    let is = |what: &dyn Fn(&StreamChunk) -> bool| {
                        chunk.as_ref().is_none_or(|chunk| chunk.as_ref().is_ok_and(what))
                    };
                    if is(&is_content) {
                        this.late = None;
                    }
                    if until.is_some_and(|until| is(&|chunk| settles(chunk, until))) {
                        this.again = None;
                        this.settled = Some(NotRetried::Content);
                    }
                    return Poll::Ready(chunk);
                }
            }
        }
    }
}

impl<P: Protocol> Again<P> {
    /// Waits, and sends the request again.
    async fn start_over(mut self, error: ApiError) -> Result<Begun<P>, ApiError> {
        self.sending.again(error).await?;
        self.opened(None).await
    }

    /// The answer, and what starts it over once more.
    async fn opened(mut self, first: Option<Request<Bytes>>) -> Result<Begun<P>, ApiError> {
        let endpoint = Arc::clone(&self.sending.endpoint);
        let resend = Rewriting { endpoint: &endpoint, letter: &self.letter };
        let opened = self.sending.opened(first, &resend).await?;
        let made = self.sending.made();
        if self.sending.may_repeat() {
            let (call, warnings) = (self.letter.call.clone(), self.warnings.clone());
            let (head, answer) = answered(&self.sending, call, warnings, opened);
            return Ok(Begun { head, answer, again: Some(self), made });
        }
        let (head, answer) = answered(&self.sending, self.letter.call, self.warnings, opened);
        Ok(Begun { head, answer, again: None, made })
    }
}

/// When the first content is late.
struct Late {
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Late {
    fn start(limit: Duration) -> Self {
        Self { limit, sleep: Box::pin(sleep(limit)) }
    }
}

/// A letter, and where it goes.
struct Rewriting<'a, P> {
    endpoint: &'a Endpoint<P>,
    letter: &'a Letter,
}

impl<P: Protocol> Resend for Rewriting<'_, P> {
    fn again(&self) -> Result<Request<Bytes>, ApiError> {
        let (mut request, _) = self.endpoint.written(&self.letter.call)?;
        // The same bytes lie there already.
        *request.body_mut() = self.letter.body.clone();
        Ok(request)
    }

    fn model(&self) -> Option<&ModelId> {
        Some(&self.letter.call.model.id)
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
        failed_attempts: sending.failed().to_vec(),
    };
    let clock = sending.clock.clone();
    (head, Answer::new(Arc::clone(protocol), call, body, clock, settings.limits, secrets))
}

/// Whether the connection broke, as opposed to an answer that ended too early.
fn is_broken(error: &ApiError) -> bool {
    let source = std::error::Error::source(error);
    error.kind() == ErrorKind::Truncated && source.is_some_and(|source| source.is::<TransportError>())
}

/// Whether an answer that has handed out a chunk cannot start over any more.
fn settles(chunk: &StreamChunk, until: StartOver) -> bool {
    match until {
        StartOver::BeforeContent => is_content(chunk),
        StartOver::BeforeToolCalls => match chunk {
            StreamChunk::ContentBlockStart { part, .. } => !matches!(
                **part,
                Part::Text(_) | Part::Thinking(_) | Part::Refusal(_) | Part::Source(_) | Part::Media(_)
            ),
            StreamChunk::TextDelta { .. }
            | StreamChunk::ThinkingDelta { .. }
            | StreamChunk::ThinkingSection { .. }
            | StreamChunk::RefusalDelta { .. }
            | StreamChunk::CitationAdded { .. }
            | StreamChunk::AudioDelta { .. }
            | StreamChunk::TranscriptDelta { .. }
            | StreamChunk::MediaPartial { .. }
            | StreamChunk::Logprobs { .. }
            | StreamChunk::SealDelta { .. }
            | StreamChunk::Replay { .. }
            | StreamChunk::ContentBlockStop { .. } => false,
            chunk => is_content(chunk),
        },
    }
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
