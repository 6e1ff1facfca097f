use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::OAuthUrl;
use super::form::{form, zeroed};
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::http::{self as driver, Timeouts, Transport, TransportBody, TransportErrorKind};

/// `Exchange` asks an authorization server: one small request, one small answer. It does not ask again and follows no
/// redirect.
///
/// The answer's headers must come within [`TIME`](Self::TIME), and so must its body.
#[derive(Clone, Debug)]
pub struct Exchange {
    transport: Arc<dyn Transport>,
}

impl Exchange {
    /// The longest answer, in bytes.
    pub const LIMIT: usize = 1 << 20;
    /// The most time until the answer's headers, and again until its end.
    pub const TIME: Duration = Duration::from_secs(30);

    /// Asks over a transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// Posts a form.
    ///
    /// # Errors
    /// No answer came, or one that is too long. An answer that refuses is no error here.
    pub async fn post_form(
        &self,
        url: &OAuthUrl,
        authorization: Option<HeaderValue>,
        fields: &[(&str, &str)],
    ) -> Result<ExchangeAnswer, ApiError> {
        let body = form(fields.iter().copied());
        self.post(url.to_uri()?, "application/x-www-form-urlencoded", authorization, body).await
    }

    /// Posts a JSON text.
    ///
    /// # Errors
    /// As above.
    pub async fn post_json(&self, url: &OAuthUrl, body: String) -> Result<ExchangeAnswer, ApiError> {
        self.post(url.to_uri()?, "application/json", None, zeroed(body.into_bytes())).await
    }

    async fn post(
        &self,
        uri: Uri,
        content_type: &'static str,
        authorization: Option<HeaderValue>,
        body: Bytes,
    ) -> Result<ExchangeAnswer, ApiError> {
        let mut request = Request::new(body);
        *request.method_mut() = ::http::Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(driver::USER_AGENT));
        if let Some(authorization) = authorization {
            headers.insert(::http::header::AUTHORIZATION, authorization);
        }
        let response = timeout(Self::TIME, self.transport.send(request))
            .await
            .map_err(|_| late(TimeoutPhase::Headers, Self::TIME))?
            .map_err(unreached)?;
        timeout(Self::TIME, whole(response)).await.map_err(|_| late(TimeoutPhase::Total, Self::TIME))?
    }
}

async fn whole(response: Response<TransportBody>) -> Result<ExchangeAnswer, ApiError> {
    let (head, mut stream) = response.into_parts();
    if head.headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(ApiError::parsing(
            "the authorization server compressed its answer although it was not asked to",
        ));
    }
    let mut body = Zeroizing::new(Vec::new());
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(unreached)?;
        if piece.len() > Exchange::LIMIT.saturating_sub(body.len()) {
            let message =
                format!("the authorization server's answer is longer than {} bytes", Exchange::LIMIT);
            return Err(ApiError::new(ErrorKind::LimitExceeded, message).with_attempts(1));
        }
        body.extend_from_slice(&piece);
    }
    Ok(ExchangeAnswer { status: head.status, headers: head.headers, body })
}

fn late(phase: TimeoutPhase, limit: Duration) -> ApiError {
    ApiError::timeout(phase, limit)
        .map_message(|said| format!("the authorization server: {said}"))
        .with_attempts(1)
}

fn unreached(error: crate::http::TransportError) -> ApiError {
    let kind = match error.kind() {
        TransportErrorKind::ConnectTimeout => {
            return late(TimeoutPhase::Connect, Timeouts::CONNECT).with_source(error);
        }
        TransportErrorKind::Request => ErrorKind::InvalidRequest,
        _ => ErrorKind::Network,
    };
    ApiError::new(kind, format!("the authorization server: {error}")).with_source(error).with_attempts(1)
}

/// `ExchangeAnswer` is what an authorization server answered. It does not print its body, which holds secrets, and its
/// memory is zeroed when it goes.
pub struct ExchangeAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
}

impl ExchangeAnswer {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        driver::retry_after(&self.headers, SystemTime::now())
    }

    /// The error that this answer is; `None` for a success. `what` says what was asked for, such as `the login`. The
    /// error holds nothing of the body but the standard's code.
    pub fn refusal(&self, what: &str) -> Option<ApiError> {
        Some(super::refusal::Refusal::of(self)?.into_error(what))
    }

    #[cfg(test)]
    pub(super) fn new(status: StatusCode, body: &str) -> Self {
        Self { status, headers: HeaderMap::new(), body: Zeroizing::new(body.as_bytes().to_vec()) }
    }
}

impl fmt::Debug for ExchangeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExchangeAnswer({}, <{} bytes>)", self.status, self.body.len())
    }
}
