//! One scripted HTTP server on the loopback interface: HTTP/1.1 written on bare sockets, and with the feature `faults`
//! TLS and HTTP/2 too.
//!
//! It answers what the script says, byte for byte, faults included, and remembers what each client sent
//! and when it went away. Nothing here knows a vendor, parses a body, or reaches beyond 127.0.0.1.

#[cfg(feature = "faults")]
mod builder;
mod connection;
mod deliver;
mod exchange;
mod head;
#[cfg(feature = "faults")]
mod http2;
mod ledger;
mod pack;
mod pieces;
mod race;
mod receive;
mod reply;
mod request;
mod script;
mod socket;
mod speech;
mod step;
#[cfg(feature = "faults")]
mod tls;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::{oneshot, watch};

#[cfg(feature = "faults")]
pub use builder::ServerBuilder;
pub use exchange::{ExchangeEnd, ExchangeRecord, Outcome, Phase};
#[cfg(feature = "faults")]
pub use http2::Http2;
pub use ledger::{ClosedBy, ConnectionEnd, ConnectionRecord};
pub use pack::Packing;
pub use pieces::prerender;
pub use reply::Reply;
pub use request::RecordedRequest;
pub use script::{Reading, Routes, Script};
pub use step::{ErrorCode, Step};
#[cfg(feature = "faults")]
pub use tls::Tls;

use ledger::Ledger;
use speech::Speech;

/// `Server` answers on a free port of 127.0.0.1 as its [`Script`] says, until it is dropped.
///
/// A request's head may have 1 MiB and its body 64 MiB; what is larger is refused with 431 or 413, and
/// what is not HTTP with 400. A client that closes its sending half counts as gone.
///
/// Requests are remembered in full until [`Server::take_requests`]; a script that will see many of them
/// says [`Script::without_recording`].
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    ledger: Arc<Ledger>,
    speech: Arc<Speech>,
    stop: watch::Sender<bool>,
    stopped: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the server on the current Tokio runtime, which needs its I/O and time drivers.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(script: impl Into<Script>) -> io::Result<Self> {
        Self::start_speaking(script.into(), Speech::default()).await
    }

    /// Starts the server on a thread and a runtime of its own, so that it shares neither clock nor
    /// scheduler with the caller. It may be called with or without a runtime.
    ///
    /// # Errors
    /// When no port can be bound, or no thread or runtime can be made.
    pub fn start_blocking(script: impl Into<Script>) -> io::Result<Self> {
        Self::start_speaking_blocking(script.into(), Speech::default())
    }

    async fn start_speaking(script: Script, speech: Speech) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (server, work) = Self::assemble(listener, script, speech)?;
        drop(tokio::spawn(work));
        Ok(server)
    }

    fn start_speaking_blocking(script: Script, speech: Speech) -> io::Result<Self> {
        let (made, result) = mpsc::channel();
        let name = "scripted-server".to_owned();
        // The runtime is made and dropped on its thread: dropping one within another panics.
        let thread =
            thread::Builder::new().name(name).spawn(move || match Self::on_own_runtime(script, speech) {
                Ok((server, work, runtime)) => {
                    drop(made.send(Ok(server)));
                    runtime.block_on(work);
                }
                Err(error) => drop(made.send(Err(error))),
            })?;
        let mut server = result.recv().map_err(io::Error::other)??;
        server.thread = Some(thread);
        Ok(server)
    }

    /// The server's address as `http://127.0.0.1:PORT`, or `https:` where it speaks TLS, without a final slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.speech.scheme(), self.addr)
    }

    /// The certificate of the server's authority as PEM, which a client must trust; `None` without TLS.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn authority_pem(&self) -> Option<&str> {
        Some(self.speech.tls.as_ref()?.authority.as_str())
    }

    /// A certificate for the client, and its key, as PEM, where the server
    /// [asks for one](Tls::asking_for_a_certificate).
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn client_pem(&self) -> Option<&str> {
        self.speech.tls.as_ref()?.client.as_deref()
    }

    /// The address that the server listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The requests read so far, in the order in which they were complete.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.ledger.requests()
    }

    /// The requests read so far, which the server then forgets. [`Server::request_count`] stays.
    #[must_use]
    pub fn take_requests(&self) -> Vec<RecordedRequest> {
        self.ledger.take_requests()
    }

    /// How many requests were read since the start, also where the script does not record them.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.ledger.request_count()
    }

    /// How many connections were accepted since the start, refused ones included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.ledger.connections()
    }

    /// How many connections neither side has closed.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.ledger.open_connections()
    }

    /// What is known about a connection; the first has number 0, as in [`RecordedRequest::connection`].
    #[must_use]
    pub fn connection(&self, number: usize) -> Option<ConnectionRecord> {
        self.ledger.connection(number)
    }

    /// What is known about the n-th request and its reply, the first having the number 0; nothing where the script does not
    /// record.
    #[must_use]
    pub fn exchange(&self, number: usize) -> Option<ExchangeRecord> {
        self.ledger.exchange(number)
    }

    /// Waits until the client has given up the n-th request, by closing its connection or by resetting its stream, and says
    /// when the server noticed.
    ///
    /// `None` when it was not given up within this time, or ended otherwise.
    pub async fn given_up(&self, number: usize, within: Duration) -> Option<Instant> {
        let ended = self.ledger.wait(|state| state.end_of_exchange(number));
        let end = tokio::time::timeout(within, ended).await.ok()?;
        (end.how == Outcome::GivenUp).then_some(end.at)
    }

    /// Waits until the client has closed a connection, and says when the server noticed.
    ///
    /// `None` when the connection is still open after `within`, was not made until then, or was closed by
    /// the server first. A close is noticed at once, also while a reply pauses or stalls.
    pub async fn closed_by_client(&self, connection: usize, within: Duration) -> Option<Instant> {
        let ended = self.ledger.wait(|state| state.end_of(connection));
        let end = tokio::time::timeout(within, ended).await.ok()?;
        (end.by == ClosedBy::Client).then_some(end.at)
    }

    /// Waits until `count` requests were read, and says whether they came in time.
    pub async fn received(&self, count: usize, within: Duration) -> bool {
        let enough = self.ledger.wait(|state| (state.request_count() >= count).then_some(()));
        tokio::time::timeout(within, enough).await.is_ok()
    }

    /// Stops listening, closes every connection, and returns when that is done.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(stopped) = self.stopped.take() {
            // An error means that the work has been dropped with its runtime: stopped as well.
            let _ = stopped.await;
        }
    }

    fn on_own_runtime(
        script: Script,
        speech: Speech,
    ) -> io::Result<(Self, impl Future<Output = ()> + Send, Runtime)> {
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let (server, work) = Self::assemble(listener, script, speech)?;
        Ok((server, work, runtime))
    }

    fn assemble(
        listener: TcpListener,
        script: Script,
        speech: Speech,
    ) -> io::Result<(Self, impl Future<Output = ()> + Send + 'static)> {
        let speech = Arc::new(speech);
        let addr = listener.local_addr()?;
        let ledger = Arc::new(Ledger::new(script.records()));
        let (stop, stopping) = watch::channel(false);
        let (done, stopped) = oneshot::channel();
        let (script, spoken) = (Arc::new(script), Arc::clone(&speech));
        let work = connection::accept(listener, script, spoken, Arc::clone(&ledger), stopping, done);
        Ok((Self { addr, ledger, speech, stop, stopped: Some(stopped), thread: None }, work))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A handler may own the last `Server`; a thread cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
