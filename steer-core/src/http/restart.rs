use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use http::Request;
use tokio::time::{Sleep, sleep};

use super::answer::{Answer, Reading};
use super::clock::Clock;
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
///
/// It is large, and lies in one place from before its request is sent until its end.
pub(super) struct Restarting<P> {
    /// Missing until the first headers are there.
    answer: Option<Answer<P>>,
    /// What starts it, and starts it over; gone when its first content is handed out, or where the policy allows no
    /// further attempt.
    again: Option<Again<P>>,
    opening: Option<Pin<Box<Opening<P>>>>,
    /// How often the request was sent for this answer.
    made: u32,
    /// Ends an answer whose first content is late, where the program wants that.
    late: Option<Late>,
    /// Why it does not start over any more; `None` where only one attempt is wanted.
    settled: Option<NotRetried>,
}

/// What an answer is started with.
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

type Opening<P> = dyn Future<Output = Result<(Again<P>, Opened), ApiError>> + Send;

impl<P: Protocol> Restarting<P> {
    /// An answer whose request is yet to be sent.
    pub(super) fn new(
        endpoint: &Arc<Endpoint<P>>,
        clock: Clock,
        request: Request<Bytes>,
        call: Call,
        warnings: Vec<Warning>,
    ) -> Self {
        let (policy, body) = (call.retry, request.body().clone());
        let sending = Sending::new(Arc::clone(endpoint), clock, policy, Some(request));
        let settled = sending.repeats().then_some(NotRetried::Attempts);
        let again = Again { sending, letter: Letter { call, body }, warnings };
        Self { answer: None, again: Some(again), opening: None, made: 0, late: None, settled }
    }

    /// Sends the request, and returns when the headers of a success are there.
    pub(super) async fn begun(&mut self) -> Result<ResponseHead, ApiError> {
        let Some(again) = &mut self.again else {
            return Err(ApiError::new(ErrorKind::Unknown, "the request was given away already"));
        };
        let opened = again.opened().await?;
        self.late = again.sending.clock.limits.first_content.map(Late::start);
        let head = again.answered(opened, &mut self.answer);
        self.began();
        Ok(head)
    }

    /// The headers of an answer are there.
    fn began(&mut self) {
        self.made = self.again.as_ref().map_or(self.made, |again| again.sending.made());
        self.again.take_if(|again| !again.sending.may_repeat());
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
                let (mut again, opened) = opened?;
                let head = Some(Box::new(again.answered(opened, &mut this.answer)));
                this.again = Some(again);
                this.began();
                this.late = this.late.take().map(|late| Late::start(late.limit));
                return Poll::Ready(Some(Ok(StreamChunk::Reset { head })));
            }
            let Some(answer) = &mut this.answer else { return Poll::Ready(None) };
            let Poll::Ready(chunk) = Pin::new(answer).poll_next(cx) else {
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
    async fn start_over(mut self, error: ApiError) -> Result<(Self, Opened), ApiError> {
        self.sending.again(error).await?;
        let opened = self.opened().await?;
        Ok((self, opened))
    }

    /// Sends the request, and returns when the headers of a success are there.
    async fn opened(&mut self) -> Result<Opened, ApiError> {
        let endpoint = Arc::clone(&self.sending.endpoint);
        let resend = Rewriting { endpoint: &endpoint, letter: &self.letter };
        self.sending.opened(&resend).await
    }

    /// Makes the answer of what was opened, in its place, and tells what is known of it.
    fn answered(&mut self, opened: Opened, answer: &mut Option<Answer<P>>) -> ResponseHead {
        let Opened { head, body, secrets, timer } = opened;
        let Endpoint { id, protocol, api, settings, .. } = &*self.sending.endpoint;
        let call = self.letter.call.clone();
        let origin = Origin::new(id.clone(), Arc::clone(api), Arc::clone(&call.model.id.name));
        let reading = Reading { body, timer, secrets, limits: settings.limits };
        *answer = Some(Answer::new(Arc::clone(protocol), call, reading));
        ResponseHead {
            status: Some(head.status.as_u16()),
            request_id: protocol.request_id(&head.headers),
            rate_limits: protocol.rate_limits(&head.headers),
            origin: Some(origin),
            headers: head.headers,
            warnings: self.warnings.clone(),
            failed_attempts: self.sending.failed().to_vec(),
        }
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
    match chunk {
        StreamChunk::MessageStart(_)
        | StreamChunk::Usage(_)
        | StreamChunk::Metadata { .. }
        | StreamChunk::Warning(_)
        | StreamChunk::Heartbeat
        | StreamChunk::Raw(_)
        | StreamChunk::Reset { .. } => false,
        // A block that is to be filled holds nothing yet.
        StreamChunk::ContentBlockStart { part, .. } => match &**part {
            Part::Text(part) => !part.text.is_empty(),
            Part::Refusal(part) => !part.text.is_empty(),
            Part::Thinking(part) => !part.sections.is_empty() || part.seal.is_some(),
            _ => true,
        },
        _ => true,
    }
}
