use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use crate::http::{Transport, TransportBody, TransportError, TransportErrorKind};

/// `NoTransport` sends nothing: a provider is built with it to see whether it can be.
#[derive(Debug)]
pub(super) struct NoTransport;

#[async_trait]
impl Transport for NoTransport {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<TransportBody>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Request))
    }
}
