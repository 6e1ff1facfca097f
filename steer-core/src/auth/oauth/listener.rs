use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::callback::{Callback, Verdict};
use super::page;
use super::{RedirectConfig, RedirectHost};
use crate::error::{ApiError, ErrorKind};

/// The longest head of a request; browsers send the cookies of whatever else runs on this machine.
const HEAD: usize = 32 << 10;
/// How long a connection may take to ask; browsers open some that they do not use.
const ASKING: Duration = Duration::from_secs(10);
/// How long it may take to read the answer and close.
const ANSWERING: Duration = Duration::from_secs(2);
/// How many connections are open at once; others wait.
const AT_ONCE: usize = 32;
/// How many connections a login takes before it gives up.
const MOST: usize = 512;
/// The pause after a connection that could not be accepted, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// `Listener` waits on this machine's own address for a browser to come back, once.
#[derive(Debug)]
pub(super) struct Listener(TcpListener);

impl Listener {
    /// Listens from now on, at the configured port or one that is free.
    ///
    /// # Errors
    /// The port is taken.
    pub(super) async fn bind(config: &RedirectConfig) -> Result<Self, ApiError> {
        let address: IpAddr = match config.host.unwrap_or_default() {
            RedirectHost::V4 | RedirectHost::Localhost => Ipv4Addr::LOCALHOST.into(),
            RedirectHost::V6 => Ipv6Addr::LOCALHOST.into(),
        };
        let port = config.port.unwrap_or(0);
        TcpListener::bind((address, port)).await.map(Self).map_err(|error| {
            ApiError::configuration(format!(
                "the program cannot listen at {address}, port {port}, for the browser: {error}; end what listens \
                 there, or log in in another way"
            ))
            .with_source(error)
        })
    }

    /// The port.
    ///
    /// # Errors
    /// The system does not say.
    pub(super) fn port(&self) -> Result<u16, ApiError> {
        let address = self.0.local_addr().map_err(|error| {
            ApiError::configuration("the system does not say where the program listens").with_source(error)
        })?;
        Ok(address.port())
    }

    /// Waits until the browser comes back with this login's answer, and stops listening then. What else asks is
    /// answered, and changes nothing.
    ///
    /// # Errors
    /// The time is over, or more asked than a browser does.
    pub(super) async fn wait(self, callback: &Callback, end: Instant) -> Result<Verdict, ApiError> {
        timeout_at(end, self.serve(callback)).await.unwrap_or_else(|_| {
            Err(ApiError::new(
                ErrorKind::Timeout,
                "nobody finished the login in the browser in time; try again",
            ))
        })
    }

    async fn serve(&self, callback: &Callback) -> Result<Verdict, ApiError> {
        let mut open = FuturesUnordered::new();
        let mut taken: usize = 0;
        loop {
            match next(&self.0, &mut open).await {
                Event::Accepted(Ok(connection)) if taken < MOST => {
                    taken = taken.saturating_add(1);
                    open.push(answer(connection, callback));
                }
                Event::Accepted(Ok(_)) => {
                    let message = "more connections came than a browser makes; try again";
                    return Err(ApiError::new(ErrorKind::LimitExceeded, message));
                }
                Event::Accepted(Err(_)) => sleep(PAUSE).await,
                Event::Answered(Some(verdict)) => return Ok(verdict),
                Event::Answered(None) => {}
            }
        }
    }
}

enum Event {
    Accepted(io::Result<TcpStream>),
    Answered(Option<Verdict>),
}

async fn next<F: Future<Output = Option<Verdict>>>(
    listener: &TcpListener,
    open: &mut FuturesUnordered<F>,
) -> Event {
    let accepted = |result: io::Result<(TcpStream, _)>| Event::Accepted(result.map(|(stream, _)| stream));
    if open.is_empty() {
        return accepted(listener.accept().await);
    }
    if open.len() >= AT_ONCE {
        return Event::Answered(open.next().await.flatten());
    }
    match select(pin!(listener.accept()), open.next()).await {
        Either::Left((result, _)) => accepted(result),
        Either::Right((verdict, _)) => Event::Answered(verdict.flatten()),
    }
}

/// Answers one request; what it came with, if that is this login's.
async fn answer(mut connection: TcpStream, callback: &Callback) -> Option<Verdict> {
    let head = timeout(ASKING, read_head(&mut connection)).await.ok()?.ok()?;
    let verdict = match head {
        Some(head) => callback.read_head(&head),
        None => Verdict::Rejected { status: 431, why: "this request is too long" },
    };
    // A browser that does not read its page is still one that came back.
    let _read_or_not = timeout(ANSWERING, write(&mut connection, &page::response(&verdict))).await;
    (!matches!(verdict, Verdict::Rejected { .. })).then_some(verdict)
}

/// The head of a request up to its blank line; `None` where it is too long.
async fn read_head(connection: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::with_capacity(1024);
    loop {
        let before = head.len().saturating_sub(3);
        if connection.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = head.get(before..).and_then(|new| new.windows(4).position(|four| four == b"\r\n\r\n"));
        if let Some(end) = end {
            head.truncate(before.saturating_add(end).saturating_add(4));
            return Ok(Some(head));
        }
        if head.len() > HEAD {
            return Ok(None);
        }
    }
}

/// Writes the answer and waits for the other side to close: a socket that is closed with something unread in it takes
/// the answer away from who has not read it yet.
async fn write(connection: &mut TcpStream, response: &[u8]) -> io::Result<()> {
    connection.write_all(response).await?;
    connection.shutdown().await?;
    let mut rest = [0; 1024];
    while connection.read(&mut rest).await? > 0 {}
    Ok(())
}
