use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, Request, StatusCode, header, response};

use super::clock::Clock;
use super::endpoint::Endpoint;
use super::sending::{Opened, Resend, Sending};
use super::watch::Timer;
use super::{Timeouts, TransportBody, TransportError, TransportErrorKind, retry_after};
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::model::ModelId;
use crate::protocol::Protocol;

/// Sends a request, and reads the whole body of its answer; one whose connection breaks is asked for again.
pub(super) async fn whole<P: Protocol>(
    mut sending: Sending<P>,
    request: Request<Bytes>,
    model: Option<&ModelId>,
) -> Result<(response::Parts, Vec<u8>), ApiError> {
    let kept = Kept { request, model };
    loop {
        let Opened { head, mut body, .. } = sending.opened(&kept).await?;
        match read_whole(&sending, &mut body).await {
            Ok(read) => return Ok((head, read)),
            Err(error) => {
                drop(body);
                sending.again(error).await?;
            }
        }
    }
}

/// A request that is asked beside completions. They are short, and few.
struct Kept<'a> {
    request: Request<Bytes>,
    model: Option<&'a ModelId>,
}

impl Resend for Kept<'_> {
    fn again(&self) -> Result<Request<Bytes>, ApiError> {
        Ok(self.request.clone())
    }

    fn model(&self) -> Option<&ModelId> {
        self.model
    }
}

async fn read_whole<P: Protocol>(
    sending: &Sending<P>,
    body: &mut TransportBody,
) -> Result<Vec<u8>, ApiError> {
    let clock = &sending.clock;
    let idle = clock.limits.idle.unwrap_or(Timeouts::IDLE);
    let limit = sending.endpoint.settings.limits.framing.whole;
    let mut read = Vec::new();
    while let Some(piece) = clock.within(TimeoutPhase::Idle, idle, body.next()).await? {
        let piece = piece.map_err(|error| {
            let message = format!("the connection ended before the answer did: {error}");
            ApiError::new(ErrorKind::Truncated, message).with_source(error).with_retryable(true)
        })?;
        if piece.len() > limit.saturating_sub(read.len()) {
            let message = format!("the answer is longer than {limit} bytes");
            return Err(ApiError::new(ErrorKind::LimitExceeded, message));
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

/// Sends a request once; the headers of a success, and the body that comes behind them.
pub(super) fn open<'a, P: Protocol>(
    endpoint: &'a Endpoint<P>,
    clock: &'a Clock,
    request: Request<Bytes>,
) -> impl Future<Output = Result<(response::Parts, TransportBody, Timer), ApiError>> + 'a {
    // The request is given away before anything is waited for, so that it is not held until the answer's headers come.
    let sending = endpoint.settings.transport.send(request);
    async move {
        let (response, timer) = clock.headers(sending).await?;
        let (head, body) = response.map_err(|error| network(error, clock.limits))?.into_parts();
        if !head.status.is_success() {
            // In a box of its own, as all that is rare.
            return Err(Box::pin(failure(endpoint, clock, head, body)).await);
        }
        check_encoding(&head.headers)?;
        Ok((head, body, timer))
    }
}

async fn failure<P: Protocol>(
    endpoint: &Endpoint<P>,
    clock: &Clock,
    head: response::Parts,
    body: TransportBody,
) -> ApiError {
    let (status, headers) = (head.status, &head.headers);
    if status.is_redirection() {
        return redirected(status, headers);
    }
    let idle = clock.limits.idle.unwrap_or(Timeouts::IDLE);
    let limit = endpoint.settings.limits.error_body;
    // What the status says is worth more than why its body could not be read.
    let body = match clock.within(TimeoutPhase::Idle, idle, read_at_most(body, limit)).await {
        Ok(body) => body,
        Err(error) if error.kind() == ErrorKind::Cancelled => return error,
        Err(_) => BytesMut::new(),
    };
    let mut failure = endpoint.protocol.failure(status, headers, &body);
    let after = retry_after(headers, SystemTime::now());
    let from_body = failure.request_id.take();
    ApiError::from(failure)
        .with_status(status.as_u16())
        .with_request_id(endpoint.protocol.request_id(headers).or(from_body))
        .with_retry_after(after)
        .with_rate_limits(endpoint.protocol.rate_limits(headers))
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
        // A relative address of one word would be taken for a host.
        .filter(|uri| uri.scheme().is_some())
        .and_then(|uri| uri.host().map(str::to_owned));
    let host = host.map_or_else(|| "another address".to_owned(), |host| format!("`{host}`"));
    ApiError::configuration(format!(
        "the server redirects to {host}; redirects are not followed, so set the base URL to the right address"
    ))
    .with_status(status.as_u16())
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
            // Nothing was sent, so nothing can be worked on twice.
            ApiError::timeout(TimeoutPhase::Connect, limits.connect.unwrap_or(Timeouts::CONNECT))
                .with_retryable(true)
                .with_source(error)
        }
        TransportErrorKind::Request => {
            ApiError::new(ErrorKind::InvalidRequest, error.to_string()).with_source(error)
        }
        TransportErrorKind::Untrusted => {
            let advice = "is an authority of your own behind it, or a proxy? give the transport its certificate, or \
                          name a file that holds it in SSL_CERT_FILE";
            ApiError::new(ErrorKind::Network, format!("{error}; {advice}"))
                .with_retryable(false)
                .with_source(error)
        }
        _ => ApiError::new(ErrorKind::Network, error.to_string()).with_source(error),
    }
}
