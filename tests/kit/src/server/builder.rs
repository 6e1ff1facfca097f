use std::io;

use super::script::Script;
use super::speech::Speech;
use super::{Http2, Server, Tls};

/// `ServerBuilder` sets up a [`Server`] that speaks TLS, HTTP/2, or both.
///
/// ```
/// use steer_testkit::server::{Http2, Reply, Server, Tls};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = Server::builder(Reply::json(200, "{}")).tls(Tls::trusted()).http2(Http2::new()).start().await?;
/// assert!(server.url().starts_with("https://127.0.0.1:"));
/// // What the client under test must trust.
/// let authority = server.authority_pem().unwrap_or_default();
/// assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ServerBuilder {
    script: Script,
    tls: Option<Tls>,
    http2: Option<Http2>,
}

impl Server {
    /// A server to be set up: TLS, HTTP/2.
    pub fn builder(script: impl Into<Script>) -> ServerBuilder {
        ServerBuilder { script: script.into(), tls: None, http2: None }
    }
}

impl ServerBuilder {
    /// Speaks TLS, and nothing in the clear.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Speaks HTTP/2 with clients that choose it by ALPN, or in the clear with those that begin with its preface. Other
    /// clients get HTTP/1.1.
    pub fn http2(mut self, http2: Http2) -> Self {
        self.http2 = Some(http2);
        self
    }

    /// Starts the server on the current Tokio runtime, which needs its I/O and time drivers.
    ///
    /// # Errors
    /// When no port can be bound, or no certificate can be made.
    pub async fn start(self) -> io::Result<Server> {
        let (script, speech) = self.armed()?;
        Server::start_speaking(script, speech).await
    }

    /// Starts the server on a thread and a runtime of its own, as [`Server::start_blocking`].
    ///
    /// # Errors
    /// When no port can be bound, no certificate can be made, or no thread or runtime.
    pub fn start_blocking(self) -> io::Result<Server> {
        let (script, speech) = self.armed()?;
        Server::start_speaking_blocking(script, speech)
    }

    fn armed(self) -> io::Result<(Script, Speech)> {
        let tls = self.tls.map(|tls| tls.armed(self.http2.is_some())).transpose()?;
        Ok((self.script, Speech { tls, http2: self.http2 }))
    }
}
