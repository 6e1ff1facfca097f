use std::error::Error;
use std::fmt::{self, Debug};
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;

/// `Transport` moves one request out and its response in. It does not retry, follow redirects, or wait longer than
/// for a connection: the driver does what is to be done.
///
/// The future that `send` returns, and the body, are dropped to cancel: the connection is closed then.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends a request and returns when the response headers are there.
    ///
    /// # Errors
    /// No response came.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<TransportBody>, TransportError>;
}

/// `TransportBody` is a response body: pieces as they come, at whatever borders.
pub type TransportBody = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// `TransportError` says why bytes did not move. Its text holds no address.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// `TransportErrorKind` sorts the errors of a transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made.
    Connect,
    /// No connection stood in time.
    ConnectTimeout,
    /// The server's certificate is not trusted.
    Untrusted,
    /// The connection broke.
    Broken,
    /// The request cannot be sent as it is.
    Request,
}

impl TransportError {
    /// Makes an error.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds the cause; its text must not hold an address with a secret in it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::ConnectTimeout => "no connection stood in time",
            TransportErrorKind::Untrusted => "the server's certificate is not trusted",
            TransportErrorKind::Broken => "the connection broke",
            TransportErrorKind::Request => "the request cannot be sent",
        })?;
        // The cause that a person can act on, such as a refused port or an unknown certificate, is the innermost one.
        let mut cause = self.source.as_deref().map(|source| source as &(dyn Error + 'static));
        while let Some(next) = cause.and_then(Error::source) {
            cause = Some(next);
        }
        cause.map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
