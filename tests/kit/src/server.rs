//! One scripted HTTP/1.1 server on the loopback interface, written on bare sockets.
//!
//! It answers what the script says, byte for byte, faults included, and remembers what each client sent
//! and when it went away. Nothing here knows a vendor, parses a body, or reaches beyond 127.0.0.1.

mod connection;
mod deliver;
mod head;
mod ledger;
mod pieces;
mod race;
mod receive;
mod reply;
mod request;
mod script;
mod step;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::{oneshot, watch};

pub use ledger::{ClosedBy, ConnectionEnd, ConnectionRecord};
pub use pieces::prerender;
pub use reply::Reply;
pub use request::RecordedRequest;
pub use script::{Routes, Script};
pub use step::Step;

use ledger::Ledger;

/// `Server` answers HTTP/1.1 on a free port of 127.0.0.1 as its [`Script`] says, until it is dropped.
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (server, work) = Self::assemble(listener, script.into())?;
        drop(tokio::spawn(work));
        Ok(server)
    }

    /// Starts the server on a thread and a runtime of its own, so that it shares neither clock nor
    /// scheduler with the caller. It may be called with or without a runtime.
    ///
    /// # Errors
    /// When no port can be bound, or no thread or runtime can be made.
    pub fn start_blocking(script: impl Into<Script>) -> io::Result<Self> {
        let script = script.into();
        let (made, result) = mpsc::channel();
        let name = "scripted-server".to_owned();
        // The runtime is made and dropped on its thread: dropping one within another panics.
        let thread = thread::Builder::new().name(name).spawn(move || match Self::on_own_runtime(script) {
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

    /// The server's address as `http://127.0.0.1:PORT`, without a final slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
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

    fn on_own_runtime(script: Script) -> io::Result<(Self, impl Future<Output = ()> + Send, Runtime)> {
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let (server, work) = Self::assemble(listener, script)?;
        Ok((server, work, runtime))
    }

    fn assemble(
        listener: TcpListener,
        script: Script,
    ) -> io::Result<(Self, impl Future<Output = ()> + Send + 'static)> {
        let addr = listener.local_addr()?;
        let ledger = Arc::new(Ledger::new(script.records()));
        let (stop, stopping) = watch::channel(false);
        let (done, stopped) = oneshot::channel();
        let work = connection::accept(listener, Arc::new(script), Arc::clone(&ledger), stopping, done);
        Ok((Self { addr, ledger, stop, stopped: Some(stopped), thread: None }, work))
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
