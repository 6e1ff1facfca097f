use std::error::Error;
use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use http::Uri;

use super::address::is_loopback;
use super::addresses::Addresses;
use super::reqwest_clients::{Clients, InFlight};
use super::reqwest_setup::{ReqwestTransportBuilder, Setup};
use super::{Timeouts, Transport, TransportBody, TransportError, TransportErrorKind};
use crate::error::ApiError;

/// `ReqwestTransport` sends over HTTP/1.1 and HTTP/2, with rustls and the platform's own roots of trust, or those in the
/// files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
///
/// It follows no redirect, since that could carry a key to another host, sends nothing again, and keeps one pool of connections for all
/// of its clones. The environment's proxies (`HTTPS_PROXY`, `NO_PROXY`, …) are used for other machines, and never for
/// this one: what is meant to stay here does not go to a proxy elsewhere.
///
/// Where a name has addresses of IPv6 and of IPv4 and one family does not answer, the other one is tried beside it 300 ms
/// later. A dead connection is noticed by TCP and by HTTP/2's own signs of life, and is not used again.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    outward: Arc<Clients>,
    near: Arc<Clients>,
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

    /// A transport to be set up: proxies, roots of trust, a certificate of the program's, how connections are kept.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::new()
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
        let mut setup = Setup::new(timeouts);
        setup.configure = Some(Arc::new(configure));
        Self::set_up(setup)
    }

    /// Sends with an HTTP client that the program has already, and shares its pool of connections. It is used as it is,
    /// for this machine too; it should follow no redirect (`redirect::Policy::none()`), since that could carry a key to
    /// another host: one that did so is an error, but the request was sent by then.
    #[cfg(feature = "reqwest-0-13")]
    pub fn from_client(client: reqwest::Client) -> Self {
        let clients = Arc::new(Clients::given(client, Arc::new(Setup::new(Timeouts::default()))));
        Self { outward: Arc::clone(&clients), near: clients, given: true, addresses: Arc::default() }
    }

    pub(super) fn set_up(setup: Setup) -> Result<Self, ApiError> {
        let setup = Arc::new(setup);
        let outward = Clients::new(Arc::clone(&setup), false);
        outward.prepare().map_err(|error| {
            let error = error.without_url();
            let why = innermost(&error);
            let message =
                format!("the HTTP client cannot be set up ({why}); are the system's certificates there?");
            ApiError::configuration(message).with_source(error)
        })?;
        let near = Arc::new(Clients::new(setup, true));
        Ok(Self { outward: Arc::new(outward), near, given: false, addresses: Arc::default() })
    }

    fn clients(&self, uri: &Uri) -> &Clients {
        if uri.host().is_some_and(is_loopback) { &self.near } else { &self.outward }
    }

    /// Gives a request away; its response, and what counts it.
    fn execute(
        &self,
        clients: &Clients,
        request: http::Request<Bytes>,
    ) -> Result<(impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, InFlight), TransportError>
    {
        let over_tls = request.uri().scheme_str() == Some("https");
        let (client, in_flight) = clients.pick(over_tls).map_err(transport_error)?;
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.addresses.get(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        Ok((client.execute(request), in_flight))
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
        let clients = self.clients(request.uri());
        let (response, in_flight) = match self.execute(clients, request) {
            Ok(sent) => sent,
            Err(error) => return Box::pin(future::ready(Err(error))),
        };
        Box::pin(async move {
            let response = response.await.map_err(transport_error)?;
            if let Some(uri) = uri {
                self.check_followed(&uri, &response)?;
            }
            clients.note(response.version());
            Ok(received(response, in_flight))
        })
    }
}

type Sent<'s> =
    Pin<Box<dyn Future<Output = Result<http::Response<TransportBody>, TransportError>> + Send + 's>>;

fn received(mut response: reqwest::Response, in_flight: InFlight) -> http::Response<TransportBody> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let body = response.bytes_stream().map_err(move |error| {
        // It counts as long as the body is there.
        let _ = &in_flight;
        transport_error(error)
    });
    let body: TransportBody = Box::pin(body);
    head.map(|()| body)
}

fn transport_error(error: reqwest::Error) -> TransportError {
    let kind = match () {
        () if is_distrust(&error) => TransportErrorKind::Untrusted,
        () if error.is_connect() && error.is_timeout() => TransportErrorKind::ConnectTimeout,
        () if error.is_connect() => TransportErrorKind::Connect,
        () if error.is_builder() => TransportErrorKind::Request,
        () => TransportErrorKind::Broken,
    };
    // The address may hold what a user put into it.
    TransportError::new(kind).with_source(error.without_url())
}

/// Whether the server's certificate was not accepted, which no further attempt changes. The TLS library is not ours to
/// name, so its words are read.
fn is_distrust(error: &reqwest::Error) -> bool {
    error.is_connect() && innermost(error).starts_with("invalid peer certificate")
}

/// What the cause behind all causes says.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
