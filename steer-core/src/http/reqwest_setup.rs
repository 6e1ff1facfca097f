use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{ReqwestTransport, Timeouts};
use crate::error::ApiError;

/// `ReqwestTransportBuilder` sets up a [`ReqwestTransport`].
///
/// ```
/// use steer_core::http::ReqwestTransport;
///
/// # fn main() -> Result<(), steer_core::ApiError> {
/// let transport = ReqwestTransport::builder().proxy("http://proxy.example:3128").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ReqwestTransportBuilder(Setup);

/// How the HTTP clients are set up.
#[derive(Clone)]
pub(super) struct Setup {
    connect: Duration,
    tcp_keep_alive: Duration,
    ping_interval: Duration,
    ping_timeout: Duration,
    pool_idle: Duration,
    pub(super) streams_per_client: usize,
    proxy: Proxy,
    roots: Vec<Vec<u8>>,
    only_roots: bool,
    identity: Option<Vec<u8>>,
    pub(super) configure: Option<Arc<Configure>>,
}

#[derive(Clone)]
enum Proxy {
    Environment,
    None,
    At(String),
}

pub(super) type Configure = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

impl ReqwestTransportBuilder {
    pub(super) fn new() -> Self {
        Self(Setup::new(Timeouts::default()))
    }

    /// Sets the time until a connection stands; the other time limits are the client's.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.0.connect = timeouts.connect.unwrap_or(Timeouts::CONNECT);
        self
    }

    /// Goes through a proxy to other machines, in place of those that the environment names: `http` or `https`, with
    /// `user:password@` where it asks for them. What stays on this machine goes through none.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.0.proxy = Proxy::At(url.into());
        self
    }

    /// Goes through no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.0.proxy = Proxy::None;
        self
    }

    /// Trusts certificates beside those that the platform trusts, such as that of a company's own authority: PEM, one or
    /// several.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.0.roots.push(pem.into());
        self
    }

    /// Trusts the given certificates alone.
    pub fn only_root_certificates(mut self) -> Self {
        self.0.only_roots = true;
        self
    }

    /// Proves to servers who asks, with a certificate and its private key: PEM, both in one.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.0.identity = Some(pem.into());
        self
    }

    /// Sets after how long without traffic the system asks whether the other side is still there; by default 60 s.
    pub fn tcp_keep_alive(mut self, idle: Duration) -> Self {
        self.0.tcp_keep_alive = idle;
        self
    }

    /// Sets after how long without traffic an HTTP/2 connection is asked for a sign of life, and how long that may take; by
    /// default 30 s and 15 s. A connection that gives none is closed, and is not used again.
    pub fn ping(mut self, interval: Duration, timeout: Duration) -> Self {
        self.0.ping_interval = interval;
        self.0.ping_timeout = timeout;
        self
    }

    /// Sets how long a connection that nobody uses is kept; by default 50 s, which is less than most servers keep it,
    /// since a request that is written while the server closes is lost.
    pub fn pool_idle(mut self, time: Duration) -> Self {
        self.0.pool_idle = time;
        self
    }

    /// Sets how many streams may run over one HTTP/2 connection before another one is opened; by default 100, as many as
    /// most servers allow.
    pub fn streams_per_connection(mut self, streams: usize) -> Self {
        self.0.streams_per_client = streams.max(1);
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    /// A proxy's address or a certificate cannot be read, or TLS cannot be set up on this machine.
    pub fn build(self) -> Result<ReqwestTransport, ApiError> {
        ReqwestTransport::set_up(self.0)
    }
}

impl Setup {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        Self {
            connect: timeouts.connect.unwrap_or(Timeouts::CONNECT),
            tcp_keep_alive: Duration::from_secs(60),
            ping_interval: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(15),
            pool_idle: Duration::from_secs(50),
            streams_per_client: 100,
            proxy: Proxy::Environment,
            roots: Vec::new(),
            only_roots: false,
            identity: None,
            configure: None,
        }
    }

    /// Makes a client for other machines, or for this one.
    pub(super) fn client(&self, near: bool) -> reqwest::Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect)
            .tcp_nodelay(true)
            .tcp_keepalive(self.tcp_keep_alive)
            .http2_keep_alive_interval(self.ping_interval)
            .http2_keep_alive_timeout(self.ping_timeout)
            .http2_keep_alive_while_idle(true)
            .pool_idle_timeout(self.pool_idle);
        match &self.proxy {
            Proxy::Environment => {}
            Proxy::None => builder = builder.no_proxy(),
            Proxy::At(url) => builder = builder.proxy(reqwest::Proxy::all(url)?),
        }
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(reqwest::Certificate::from_pem_bundle(pem)?);
        }
        builder = match (self.only_roots, roots.is_empty()) {
            (true, _) => builder.tls_certs_only(roots),
            (false, true) => builder,
            (false, false) => builder.tls_certs_merge(roots),
        };
        if let Some(pem) = &self.identity {
            builder = builder.identity(reqwest::Identity::from_pem(pem)?);
        }
        if let Some(configure) = &self.configure {
            builder = configure(builder);
        }
        // Whether a request is sent again is decided in one place, and not here.
        builder = builder
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connection_verbose(false);
        if near { builder.no_proxy() } else { builder }.build()
    }
}

/// Shows no address of a proxy and no certificate, which may hold what opens something.
impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("connect", &self.connect)
            .field("tcp_keep_alive", &self.tcp_keep_alive)
            .field("ping_interval", &self.ping_interval)
            .field("ping_timeout", &self.ping_timeout)
            .field("pool_idle", &self.pool_idle)
            .field("streams_per_client", &self.streams_per_client)
            .field("only_roots", &self.only_roots)
            .finish_non_exhaustive()
    }
}
