use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use http::Uri;

use super::address::is_loopback;
use super::addresses::Addresses;
use super::{Timeouts, Transport, TransportBody, TransportError, TransportErrorKind};
use crate::error::ApiError;

/// `ReqwestTransport` sends over HTTP/1.1 and HTTP/2, with rustls and the platform's own roots of trust.
///
/// It follows no redirect, since that could carry a key to another host, and keeps one pool of connections for all
/// of its clones. The environment's proxies (`HTTPS_PROXY`, `NO_PROXY`, …) are used for other machines, and never for
/// this one: what is meant to stay here does not go to a proxy elsewhere.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    outward: reqwest::Client,
    /// Made when it is first needed.
    loopback: Arc<OnceLock<reqwest::Client>>,
    connect: Duration,
    addresses: Arc<Addresses>,
}

impl ReqwestTransport {
    /// Makes a transport with its own connections; of the time limits it takes the one for connecting.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(timeouts: Timeouts) -> Result<Self, ApiError> {
        let connect = timeouts.connect.unwrap_or(Timeouts::CONNECT);
        let outward = builder(connect).build().map_err(|error| {
            ApiError::configuration("the HTTP client cannot be set up; are the system's certificates there?")
                .with_source(error)
        })?;
        Ok(Self { outward, loopback: Arc::default(), connect, addresses: Arc::default() })
    }

    fn client(&self, uri: &Uri) -> Result<&reqwest::Client, TransportError> {
        if !uri.host().is_some_and(is_loopback) {
            return Ok(&self.outward);
        }
        if let Some(client) = self.loopback.get() {
            return Ok(client);
        }
        let client = builder(self.connect).no_proxy().build().map_err(transport_error)?;
        Ok(self.loopback.get_or_init(|| client))
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<TransportBody>, TransportError> {
        let client = self.client(request.uri())?;
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.addresses.get(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        let mut response = client.execute(request).await.map_err(transport_error)?;
        let mut head = http::Response::new(());
        *head.status_mut() = response.status();
        *head.headers_mut() = std::mem::take(response.headers_mut());
        let body: TransportBody = Box::pin(response.bytes_stream().map_err(transport_error));
        Ok(head.map(|()| body))
    }
}

fn builder(connect: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(60))
        .referer(false)
}

fn transport_error(error: reqwest::Error) -> TransportError {
    let kind = match () {
        () if error.is_connect() && error.is_timeout() => TransportErrorKind::ConnectTimeout,
        () if error.is_connect() => TransportErrorKind::Connect,
        () if error.is_builder() => TransportErrorKind::Request,
        () => TransportErrorKind::Broken,
    };
    // The address may hold what a user put into it.
    TransportError::new(kind).with_source(error.without_url())
}
