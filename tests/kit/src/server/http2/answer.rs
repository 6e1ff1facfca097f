//! Answers one request over its stream, step by step.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::frames::{self, FRAME};
use super::orders::{End, Orders, Progress};
use crate::server::exchange::{Exchange, Outcome};
use crate::server::race::{Won, race};
use crate::server::reply::{Framing, Headers, Reply};
use crate::server::step::{ErrorCode, Step};

/// Why a reply is not whole.
enum Stop {
    /// The client reset the stream or is gone.
    GivenUp,
    /// The script ended the stream or the connection.
    Broken,
    /// The script says what HTTP/2 cannot carry.
    Impossible,
}

/// Answers a request, and enters how that ended.
pub(super) async fn answer(
    respond: SendResponse<Bytes>,
    reply: &Reply,
    head_only: bool,
    exchange: &Exchange,
    orders: &Arc<Orders>,
) {
    let stream = respond.stream_id().as_u32();
    let orders = Arc::clone(orders);
    let mut out = Outbox { respond, body: None, orders, stream, progress: Progress::default(), left: None };
    match out.reply(reply, head_only, exchange).await {
        Ok(()) => exchange.end(Outcome::Answered),
        Err(Stop::GivenUp) => exchange.end(Outcome::GivenUp),
        Err(Stop::Broken) => exchange.end(Outcome::Broken),
        Err(Stop::Impossible) => {
            out.reset(ErrorCode::INTERNAL_ERROR);
            exchange.end(Outcome::Broken);
        }
    }
    out.orders.forget(stream);
}

struct Outbox {
    respond: SendResponse<Bytes>,
    body: Option<SendStream<Bytes>>,
    orders: Arc<Orders>,
    stream: u32,
    /// What was given to `h2` so far.
    progress: Progress,
    /// How many body bytes may follow until the cut.
    left: Option<u64>,
}

impl Outbox {
    async fn reply(&mut self, reply: &Reply, head_only: bool, exchange: &Exchange) -> Result<(), Stop> {
        if reply.is_refusal() {
            return self.over(End::Fin).await;
        }
        for (status, headers) in &reply.interim {
            let head = head(*status, headers)?;
            self.respond.send_informational(head).map_err(|_| Stop::GivenUp)?;
            self.progress.heads = self.progress.heads.saturating_add(1);
        }
        self.while_wanted(tokio::time::sleep(reply.delay)).await?;
        self.steps(&reply.first).await?;
        if reply.close {
            self.orders.write(frames::go_away(self.stream, ErrorCode::NO_ERROR));
        }
        self.head(reply, head_only, exchange)?;
        if self.body.is_some() {
            self.left = reply.cut.map(|cut| cut.at);
            self.steps(&reply.steps).await?;
            if let (Some(0), Some(cut)) = (self.left, reply.cut) {
                return self.over(if cut.reset { End::Reset } else { End::Fin }).await;
            }
            self.end(&reply.trailers)?;
        }
        self.settled().await?;
        if let Some(code) = reply.reset_behind {
            self.orders.write(frames::reset(self.stream, code));
        }
        if reply.close {
            self.orders.end(End::Whole);
        }
        Ok(())
    }

    fn head(&mut self, reply: &Reply, head_only: bool, exchange: &Exchange) -> Result<(), Stop> {
        let mut response = head(reply.status, &reply.headers)?;
        let announced = match reply.framing {
            Framing::ContentLength(length) => Some(length.unwrap_or_else(|| reply.length())),
            Framing::Chunked | Framing::Prerendered | Framing::UntilClose => None,
        };
        let length = http::header::CONTENT_LENGTH;
        let has_no_body = matches!(reply.status, 204 | 304) && reply.length() == 0;
        if let Some(announced) =
            announced.filter(|_| !response.headers().contains_key(&length) && !has_no_body)
        {
            response.headers_mut().insert(length, HeaderValue::from(announced));
        }
        exchange.enter_body();
        let is_end =
            head_only || (reply.steps.is_empty() && reply.trailers.is_empty() && reply.cut.is_none());
        let body = self.respond.send_response(response, is_end).map_err(|_| Stop::GivenUp)?;
        self.progress.heads = self.progress.heads.saturating_add(1);
        self.progress.is_end = is_end;
        self.body = (!is_end).then_some(body);
        Ok(())
    }

    async fn steps(&mut self, steps: &[Step]) -> Result<(), Stop> {
        for step in steps {
            if self.left == Some(0) {
                return Ok(());
            }
            match step {
                // Before the headers there is no body.
                Step::Bytes(bytes) if self.body.is_none() => self.orders.write(bytes.clone()),
                Step::Bytes(bytes) => self.piece(bytes).await?,
                Step::Repeat(bytes, times) => {
                    for _ in 0..*times {
                        if self.left == Some(0) || bytes.is_empty() || self.body.is_none() {
                            break;
                        }
                        self.piece(bytes).await?;
                    }
                }
                Step::RawBytes(bytes) => {
                    self.settled().await?;
                    self.orders.write(bytes.clone());
                }
                Step::Pause(time) => self.while_wanted(tokio::time::sleep(*time)).await?,
                Step::Stall => self.while_wanted(std::future::pending::<()>()).await?,
                Step::Fin => return self.over(End::Fin).await,
                Step::Reset => return self.over(End::Reset).await,
                Step::GoAway { code, covers_this } => {
                    self.settled().await?;
                    // The streams of clients have odd numbers.
                    let last = if *covers_this { self.stream } else { self.stream.saturating_sub(2) };
                    self.orders.write(frames::go_away(last, *code));
                }
                Step::ResetStream(code) => {
                    self.settled().await?;
                    self.reset(*code);
                    return Err(Stop::Broken);
                }
            }
        }
        Ok(())
    }

    /// Sends a piece, or what of it the cut allows.
    async fn piece(&mut self, bytes: &Bytes) -> Result<(), Stop> {
        let allowed = self.left.map_or(bytes.len(), |left| usize::try_from(left).unwrap_or(usize::MAX));
        if allowed >= bytes.len() {
            self.left = self.left.map(|left| left.saturating_sub(bytes.len() as u64));
            return self.data(bytes.clone()).await;
        }
        // A cut frame keeps its full size in its head, as on a line that breaks.
        let whole = allowed.checked_div(FRAME).unwrap_or_default().saturating_mul(FRAME);
        self.data(bytes.slice(..whole)).await?;
        self.settled().await?;
        let rest = bytes.slice(whole..);
        let part = rest.slice(..allowed.saturating_sub(whole).min(rest.len()));
        if !part.is_empty() {
            self.orders.write(frames::data(self.stream, rest.len(), &part));
        }
        self.left = Some(0);
        Ok(())
    }

    /// Sends bytes as fast as the client takes them.
    async fn data(&mut self, mut bytes: Bytes) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let Some(body) = &mut self.body else { return Ok(()) };
            body.reserve_capacity(bytes.len());
            let allowed = match poll_fn(|context| body.poll_capacity(context)).await {
                Some(Ok(allowed)) => allowed.min(bytes.len()),
                Some(Err(_)) | None => return Err(Stop::GivenUp),
            };
            if allowed > 0 {
                body.send_data(bytes.split_to(allowed), false).map_err(|_| Stop::GivenUp)?;
                self.progress.data = self.progress.data.saturating_add(allowed as u64);
            }
        }
        Ok(())
    }

    fn end(&mut self, trailers: &Headers) -> Result<(), Stop> {
        let Some(body) = &mut self.body else { return Ok(()) };
        let ended = if trailers.is_empty() {
            body.send_data(Bytes::new(), true)
        } else {
            self.progress.heads = self.progress.heads.saturating_add(1);
            body.send_trailers(fields(trailers)?)
        };
        self.progress.is_end = true;
        ended.map_err(|_| Stop::GivenUp)
    }

    /// Waits until all that was sent went out.
    async fn settled(&mut self) -> Result<(), Stop> {
        let (orders, progress, stream) = (Arc::clone(&self.orders), self.progress, self.stream);
        // Behind its end a stream cannot be asked whether it was reset.
        if progress.is_end {
            let patience = tokio::time::timeout(Duration::from_secs(60), orders.passed(stream, progress));
            return patience.await.map_err(|_| Stop::GivenUp);
        }
        self.while_wanted(orders.passed(stream, progress)).await
    }

    /// Waits for something, unless the client resets the stream before.
    async fn while_wanted(&mut self, work: impl Future) -> Result<(), Stop> {
        let reset = poll_fn(|context| self.poll_reset(context));
        match race(reset, work).await {
            Won::First(()) => Err(Stop::GivenUp),
            Won::Second(_) => Ok(()),
        }
    }

    fn poll_reset(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let reset = match &mut self.body {
            Some(body) => body.poll_reset(context),
            None if self.progress.is_end => return Poll::Pending,
            None => self.respond.poll_reset(context),
        };
        reset.map(drop)
    }

    fn reset(&mut self, code: ErrorCode) {
        let reason = Reason::from(code.0);
        match &mut self.body {
            Some(body) => body.send_reset(reason),
            None => self.respond.send_reset(reason),
        }
    }

    /// Ends the connection behind what was sent.
    async fn over(&mut self, end: End) -> Result<(), Stop> {
        self.settled().await?;
        self.orders.end(end);
        self.orders.over().await;
        Err(Stop::Broken)
    }
}

fn head(status: u16, headers: &Headers) -> Result<Response<()>, Stop> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Stop::Impossible)?;
    *response.headers_mut() = fields(headers)?;
    Ok(response)
}

/// Headers or trailers without those that HTTP/2 has no place for.
fn fields(headers: &Headers) -> Result<HeaderMap, Stop> {
    let mut fields = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Stop::Impossible)?;
        let is_of_http1 = ["connection", "transfer-encoding", "keep-alive", "upgrade", "proxy-connection"];
        if !is_of_http1.contains(&name.as_str()) {
            fields.append(name, HeaderValue::from_bytes(value).map_err(|_| Stop::Impossible)?);
        }
    }
    Ok(fields)
}
