use std::fmt;
use std::future::{self, Future};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

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
    setup: Setup,
    /// Whether the program gave the client, which then may be set up otherwise than ours.
    given: bool,
    addresses: Arc<Addresses>,
}

impl ReqwestTransport {
    /// Makes a transport with its own connections; of the time limits it takes the one for connecting.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(timeouts: Timeouts) -> Result<Self, ApiError> {
        Self::set_up(Setup::new(timeouts))
    }

    /// The same, its HTTP clients set up further by a function: proxies, roots of trust, a certificate of the program's,
    /// the size of the pool, name resolution. The function is called for the client that goes to other machines and for
    /// the one that stays on this machine.
    ///
    /// Whatever it says, no redirect is followed, no address is sent along as a referrer, what stays on this machine goes
    /// through no proxy, and the bytes of connections are not logged.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use steer_core::Client;
    /// use steer_core::http::{ReqwestTransport, Timeouts};
    ///
    /// # fn main() -> Result<(), steer_core::ApiError> {
    /// let transport = ReqwestTransport::configured(Timeouts::default(), |client| client.pool_max_idle_per_host(4))?;
    /// let client = Client::builder().transport(Arc::new(transport)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the function set up cannot be used, or TLS cannot be set up on this machine.
    #[cfg(feature = "reqwest-0-13")]
    pub fn configured(
        timeouts: Timeouts,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, ApiError> {
        Self::set_up(Setup { configure: Some(Arc::new(configure)), ..Setup::new(timeouts) })
    }

    /// Sends with an HTTP client that the program has already, and shares its pool of connections. It is used as it is,
    /// for this machine too; it should follow no redirect (`redirect::Policy::none()`), since that could carry a key to
    /// another host: one that did so is an error, but the request was sent by then.
    #[cfg(feature = "reqwest-0-13")]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self {
            outward: client.clone(),
            loopback: Arc::new(OnceLock::from(client)),
            setup: Setup::new(Timeouts::default()),
            given: true,
            addresses: Arc::default(),
        }
    }

    fn set_up(setup: Setup) -> Result<Self, ApiError> {
        let outward = setup.client(|builder| builder).map_err(|error| {
            ApiError::configuration("the HTTP client cannot be set up; are the system's certificates there?")
                .with_source(error.without_url())
        })?;
        Ok(Self { outward, loopback: Arc::default(), setup, given: false, addresses: Arc::default() })
    }

    fn client(&self, uri: &Uri) -> Result<&reqwest::Client, TransportError> {
        if !uri.host().is_some_and(is_loopback) {
            return Ok(&self.outward);
        }
        if let Some(client) = self.loopback.get() {
            return Ok(client);
        }
        let client = self.setup.client(reqwest::ClientBuilder::no_proxy).map_err(transport_error)?;
        Ok(self.loopback.get_or_init(|| client))
    }

    fn execute(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, TransportError> {
        let client = self.client(request.uri())?;
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.addresses.get(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        Ok(client.execute(request))
    }

    /// A client that the program gave may follow redirects, which nobody can see before it did.
    fn check_followed(&self, uri: &Uri, response: &reqwest::Response) -> Result<(), TransportError> {
        if self.addresses.get(uri)? != *response.url() {
            let cause = "the HTTP client followed a redirect, maybe with the key; \
                         make it with `redirect(reqwest::redirect::Policy::none())`";
            return Err(TransportError::new(TransportErrorKind::Request).with_source(cause));
        }
        Ok(())
    }
}

impl Transport for ReqwestTransport {
    // Written out, and not as an async function: that would keep the request in its future until the answer's headers
    // are there, although the request is given away at once.
    fn send<'t, 'sent>(&'t self, request: http::Request<Bytes>) -> Sent<'sent>
    where
        't: 'sent,
        Self: 'sent,
    {
        let uri = self.given.then(|| request.uri().clone());
        let answer = match self.execute(request) {
            Ok(answer) => answer,
            Err(error) => return Box::pin(future::ready(Err(error))),
        };
        Box::pin(async move {
            let response = answer.await.map_err(transport_error)?;
            if let Some(uri) = uri {
                self.check_followed(&uri, &response)?;
            }
            Ok(received(response))
        })
    }
}

type Sent<'s> =
    Pin<Box<dyn Future<Output = Result<http::Response<TransportBody>, TransportError>> + Send + 's>>;

fn received(mut response: reqwest::Response) -> http::Response<TransportBody> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let body: TransportBody = Box::pin(response.bytes_stream().map_err(transport_error));
    head.map(|()| body)
}

/// How the HTTP clients are set up.
#[derive(Clone)]
struct Setup {
    connect: Duration,
    configure: Option<Arc<Configure>>,
}

type Configure = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

impl Setup {
    fn new(timeouts: Timeouts) -> Self {
        Self { connect: timeouts.connect.unwrap_or(Timeouts::CONNECT), configure: None }
    }

    fn client(
        &self,
        at_last: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> reqwest::Result<reqwest::Client> {
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(60));
        let builder = match &self.configure {
            Some(configure) => configure(builder),
            None => builder,
        };
        let builder =
            builder.redirect(reqwest::redirect::Policy::none()).referer(false).connection_verbose(false);
        at_last(builder).build()
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("connect", &self.connect).finish_non_exhaustive()
    }
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
