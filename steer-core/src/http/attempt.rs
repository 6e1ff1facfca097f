use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, Request, Response, StatusCode, header, response};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::{HttpProvider, Timeouts, TransportBody, TransportError, TransportErrorKind, retry_after};
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::model::Origin;
use crate::protocol::{Call, Protocol};
use crate::response::Warning;
use crate::stream::ResponseHead;

/// Sends a request once, and returns the chunks of its answer when the headers of a success are there.
pub(super) async fn send<P: Protocol>(
    provider: &HttpProvider<P>,
    call: Call,
    request: Request<Bytes>,
    warnings: Vec<Warning>,
) -> Result<(ResponseHead, Answer<P>), ApiError> {
    let clock = Clock::start(Bounds::of(&call, provider.settings.timeouts));
    let (head, body) = open(provider, &clock, request).await?;
    let head = ResponseHead {
        status: Some(head.status.as_u16()),
        request_id: provider.protocol.request_id(&head.headers),
        rate_limits: provider.protocol.rate_limits(&head.headers),
        origin: Some(Origin::new(
            provider.id.clone(),
            Arc::clone(&provider.api),
            Arc::clone(&call.model.id.name),
        )),
        headers: head.headers,
        warnings,
    };
    let settings = &provider.settings;
    let (protocol, credential) = (Arc::clone(&provider.protocol), settings.credential.clone());
    let answer = Answer::new(protocol, call, body, clock, settings.limits, credential);
    Ok((head, answer))
}

/// Sends a request once, and reads the whole body of its answer.
pub(super) async fn whole<P: Protocol>(
    provider: &HttpProvider<P>,
    bounds: Bounds,
    request: Request<Bytes>,
) -> Result<(response::Parts, Vec<u8>), ApiError> {
    let clock = Clock::start(bounds);
    let (head, mut body) = open(provider, &clock, request).await?;
    let idle = clock.limits.idle.unwrap_or(Timeouts::IDLE);
    let limit = provider.settings.limits.framing.whole;
    let mut read = Vec::new();
    while let Some(piece) = clock.within(TimeoutPhase::Idle, idle, body.next()).await? {
        let piece = piece.map_err(|error| {
            let message = format!("the connection ended before the answer did: {error}");
            ApiError::new(ErrorKind::Truncated, message).with_source(error).with_attempts(1)
        })?;
        if piece.len() > limit.saturating_sub(read.len()) {
            let message = format!("the answer is longer than {limit} bytes");
            return Err(ApiError::new(ErrorKind::LimitExceeded, message).with_attempts(1));
        }
        read.extend_from_slice(&piece);
    }
    Ok((head, read))
}

/// Sends a request once; the headers of a success, and the body that comes behind them.
async fn open<P: Protocol>(
    provider: &HttpProvider<P>,
    clock: &Clock,
    request: Request<Bytes>,
) -> Result<(response::Parts, TransportBody), ApiError> {
    let sending = provider.settings.transport.send(request);
    let response = clock
        .within(TimeoutPhase::Headers, clock.limits.headers.unwrap_or(Timeouts::HEADERS), sending)
        .await?
        .map_err(|error| network(error, clock.limits))?;
    let (head, body) = response.into_parts();
    let response = Response::from_parts(head, ());
    if !response.status().is_success() {
        return Err(failure(provider, clock, &response, body).await);
    }
    check_encoding(response.headers())?;
    let (head, ()) = response.into_parts();
    Ok((head, body))
}

/// How long a call may take from now on, and what ends it.
#[derive(Clone)]
pub(super) struct Bounds {
    limits: Timeouts,
    end: Option<Instant>,
    cancel: Option<CancellationToken>,
}

impl Bounds {
    pub(super) fn new(limits: Timeouts, cancel: Option<CancellationToken>) -> Self {
        let end = limits.total.and_then(|total| Instant::now().checked_add(total));
        Self { limits, end, cancel }
    }

    pub(super) fn of(call: &Call, client: Timeouts) -> Self {
        let limits = call.request.timeouts.or(client);
        let total = call.total.or(limits.total);
        Self::new(Timeouts { total, ..limits }, call.cancel.clone())
    }
}

/// What bounds the waits of one call.
pub(super) struct Clock {
    pub(super) limits: Timeouts,
    pub(super) end: Option<Instant>,
    pub(super) cancel: Option<CancellationToken>,
}

impl Clock {
    fn start(Bounds { limits, end, cancel }: Bounds) -> Self {
        Self { limits, end, cancel }
    }

    /// Waits for a future within a limit, the call's whole time and the caller's patience.
    async fn within<F: Future>(
        &self,
        phase: TimeoutPhase,
        limit: Duration,
        future: F,
    ) -> Result<F::Output, ApiError> {
        let limit_end = Instant::now().checked_add(limit);
        let (phase, limit, end) = match (limit_end, self.end) {
            (Some(by_limit), Some(by_total)) if by_total < by_limit => {
                (TimeoutPhase::Total, self.limits.total.unwrap_or(limit), Some(by_total))
            }
            (Some(by_limit), _) => (phase, limit, Some(by_limit)),
            (None, end) => (TimeoutPhase::Total, self.limits.total.unwrap_or(limit), end),
        };
        let waiting = async {
            match end {
                Some(end) => timeout_at(end, future).await.map_err(|_| ApiError::timeout(phase, limit)),
                None => Ok(future.await),
            }
        };
        match &self.cancel {
            Some(token) if token.is_cancelled() => Err(cancelled()),
            Some(token) => token.run_until_cancelled(waiting).await.unwrap_or_else(|| Err(cancelled())),
            None => waiting.await,
        }
    }
}

/// The caller ended the call.
pub(super) fn cancelled() -> ApiError {
    ApiError::new(ErrorKind::Cancelled, "the caller cancelled the call")
}

async fn failure<P: Protocol>(
    provider: &HttpProvider<P>,
    clock: &Clock,
    response: &Response<()>,
    body: TransportBody,
) -> ApiError {
    let (status, headers) = (response.status(), response.headers());
    if status.is_redirection() {
        return redirected(status, headers);
    }
    let idle = clock.limits.idle.unwrap_or(Timeouts::IDLE);
    let limit = provider.settings.limits.error_body;
    // What the status says is worth more than why its body could not be read.
    let body = match clock.within(TimeoutPhase::Idle, idle, read_at_most(body, limit)).await {
        Ok(body) => body,
        Err(error) if error.kind() == ErrorKind::Cancelled => return error,
        Err(_) => BytesMut::new(),
    };
    let mut failure = provider.protocol.failure(status, headers, &body);
    let after = retry_after(headers, SystemTime::now());
    let from_body = failure.request_id.take();
    ApiError::from(failure)
        .with_status(status.as_u16())
        .with_request_id(provider.protocol.request_id(headers).or(from_body))
        .with_retry_after(after)
        .with_rate_limits(provider.protocol.rate_limits(headers))
        .with_attempts(1)
}

async fn read_at_most(mut body: TransportBody, limit: usize) -> BytesMut {
    let mut read = BytesMut::new();
    while let Some(Ok(piece)) = body.next().await {
        let room = limit.saturating_sub(read.len());
        read.extend_from_slice(piece.get(..room).unwrap_or(&piece));
        if read.len() >= limit {
            break;
        }
    }
    read
}

/// A redirect could carry the credential to another host; only the host is told, since an address may hold secrets.
fn redirected(status: StatusCode, headers: &HeaderMap) -> ApiError {
    let target = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let host = target
        .and_then(|target| target.parse::<http::Uri>().ok())
        .and_then(|uri| uri.host().map(str::to_owned));
    let host = host.map_or_else(|| "another address".to_owned(), |host| format!("`{host}`"));
    ApiError::configuration(format!(
        "the server redirects to {host}; redirects are not followed, so set the base URL to the right address"
    ))
    .with_status(status.as_u16())
    .with_attempts(1)
}

fn check_encoding(headers: &HeaderMap) -> Result<(), ApiError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => Err(ApiError::parsing(
            "the server compressed its answer although it was asked not to; look for a proxy that does so",
        )),
        _ => Ok(()),
    }
}

/// The error of a request that got no answer.
fn network(error: TransportError, limits: Timeouts) -> ApiError {
    match error.kind() {
        TransportErrorKind::ConnectTimeout => {
            ApiError::timeout(TimeoutPhase::Connect, limits.connect.unwrap_or(Timeouts::CONNECT))
                .with_source(error)
        }
        TransportErrorKind::Request => {
            ApiError::new(ErrorKind::InvalidRequest, error.to_string()).with_source(error)
        }
        _ => ApiError::new(ErrorKind::Network, error.to_string()).with_source(error),
    }
    .with_attempts(1)
}
