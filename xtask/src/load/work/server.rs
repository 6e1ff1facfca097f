//! The servers: raw sockets, so that ten thousand connections cost little and the worst answers can be written.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::UnboundedSender;

use super::act::{Act, Phase};
use super::format::Format;
use super::{memory, process, writing};
use crate::verdict::Obstacle;

/// `Site` is a server that listens.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) url: String,
    requests: Arc<AtomicUsize>,
}

/// `Signal` is what a server saw of a call that it holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signal {
    /// All was written that will be.
    Held,
    /// The client closed the connection, at this time.
    Closed(Instant),
}

/// What all connections of a server share.
struct Shared {
    requests: Arc<AtomicUsize>,
    signals: Option<UnboundedSender<Signal>>,
}

/// Serves until standard input ends, and prints where.
pub(super) fn serve(address: Ipv4Addr, connections: usize) -> Result<(), Obstacle> {
    process::allow_files(connections.saturating_add(64))?;
    let runtime = super::runtime()?;
    let site = runtime.block_on(Site::start(address, None))?;
    writeln!(io::stdout(), "{}", site.url)?;
    io::stdin().read_to_end(&mut Vec::new())?;
    runtime.shutdown_background();
    Ok(())
}

impl Site {
    /// Listens at a free port. What a server sees of the calls that it holds is sent to `signals`.
    pub(super) async fn start(
        address: Ipv4Addr,
        signals: Option<UnboundedSender<Signal>>,
    ) -> Result<Self, Obstacle> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((address, 0)))?;
        let listener = socket.listen(4096)?;
        let url = format!("http://{}", listener.local_addr()?);
        let requests = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Shared { requests: Arc::clone(&requests), signals });
        tokio::spawn(accept(listener, shared));
        Ok(Self { url, requests })
    }

    /// How many requests came.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A connection that breaks is what the client does, or what is measured.
            let _ = converse(socket, &shared).await;
        });
    }
}

async fn converse(mut socket: TcpStream, shared: &Shared) -> io::Result<()> {
    socket.set_nodelay(true)?;
    while let Some(path) = writing::request(&mut socket).await? {
        let number = shared.requests.fetch_add(1, Ordering::SeqCst);
        let mut segments = path.split('/').skip(1);
        let format = segments.next().and_then(Format::of);
        let act = segments.next().and_then(Act::read);
        // What says so otherwise differs from API to API.
        let whole = segments.next() == Some("whole");
        let (Some(format), Some(act)) = (format, act) else {
            writing::whole(&mut socket, 404, "text/plain", "no such act").await?;
            continue;
        };
        if !perform(&mut socket, act, format, whole, number, shared).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Does it, and says whether the connection is good for another request.
async fn perform(
    socket: &mut TcpStream,
    act: Act,
    format: &Format,
    whole: bool,
    number: usize,
    shared: &Shared,
) -> io::Result<bool> {
    match act {
        Act::Answer if whole => writing::whole(socket, 200, "application/json", format.whole).await?,
        Act::Answer => stream(socket, format, Duration::ZERO).await?,
        Act::Gaps(milliseconds) => stream(socket, format, Duration::from_millis(milliseconds)).await?,
        Act::Ticks(events, milliseconds) => {
            ticks(socket, format, events, Duration::from_millis(milliseconds)).await?;
        }
        Act::Pings(milliseconds) => pings(socket, format, Duration::from_millis(milliseconds)).await?,
        Act::Hold(phase) => {
            hold(socket, format, phase, whole, shared).await?;
            return Ok(false);
        }
        Act::Outage => return outage(socket, number).await,
        Act::Mixed => return mixed(socket, format, number, shared).await,
        Act::Attack(attack) => {
            memory::attack(socket, attack).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn open(socket: &mut TcpStream, format: &Format) -> io::Result<()> {
    writing::chunked(socket, 200, &format!("content-type: {}\r\n", format.content_type)).await
}

async fn stream(socket: &mut TcpStream, format: &Format, gap: Duration) -> io::Result<()> {
    open(socket, format).await?;
    for frame in format.frames() {
        pause(gap).await;
        writing::chunk(socket, frame.as_bytes()).await?;
    }
    writing::end(socket).await
}

async fn ticks(socket: &mut TcpStream, format: &Format, events: usize, every: Duration) -> io::Result<()> {
    open(socket, format).await?;
    let frames: Vec<&str> = format.frames().collect();
    let (opening, rest) = frames.split_at(format.opening().min(frames.len()));
    writing::chunk(socket, opening.concat().as_bytes()).await?;
    let mut clock = tokio::time::interval(every);
    clock.tick().await;
    for _ in 0..events {
        clock.tick().await;
        writing::chunk(socket, format.delta(&stamp().to_string()).as_bytes()).await?;
    }
    writing::chunk(socket, rest.concat().as_bytes()).await?;
    writing::end(socket).await
}

/// The time in nanoseconds, which all processes of a machine have in common.
pub(super) fn stamp() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

async fn pings(socket: &mut TcpStream, format: &Format, gap: Duration) -> io::Result<()> {
    open(socket, format).await?;
    let opening = format.opening();
    for (place, frame) in format.frames().enumerate() {
        if place == opening || place == opening.saturating_add(1) {
            for _ in 0..10 {
                pause(gap).await;
                writing::chunk(socket, format.ping.as_bytes()).await?;
            }
        }
        writing::chunk(socket, frame.as_bytes()).await?;
    }
    writing::end(socket).await
}

async fn hold(
    socket: &mut TcpStream,
    format: &Format,
    phase: Phase,
    whole: bool,
    shared: &Shared,
) -> io::Result<()> {
    match phase {
        Phase::Headers => {}
        Phase::Opening if whole => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
            socket.write_all(head.as_bytes()).await?;
        }
        Phase::Content if whole => writing::half(socket, format.whole).await?,
        Phase::Opening | Phase::Content => {
            open(socket, format).await?;
            let frames = format.opening().saturating_add(usize::from(phase == Phase::Content));
            for frame in format.frames().take(frames) {
                writing::chunk(socket, frame.as_bytes()).await?;
            }
        }
    }
    tell(shared, Signal::Held);
    writing::closed(socket).await;
    tell(shared, Signal::Closed(Instant::now()));
    Ok(())
}

/// A server in front of the vendor that cannot reach it, a vendor that is busy, and a connection that breaks.
async fn outage(socket: &mut TcpStream, number: usize) -> io::Result<bool> {
    match number % 3 {
        0 => writing::whole(socket, 503, "text/html", "<html>503</html>").await?,
        1 => {
            let body = r#"{"error":{"message":"overloaded","type":"overloaded_error"}}"#;
            writing::whole(socket, 529, "application/json", body).await?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// How many ways there are in which `mixed` answers.
pub(super) const WAYS: usize = 10;

async fn mixed(socket: &mut TcpStream, format: &Format, number: usize, shared: &Shared) -> io::Result<bool> {
    let half = format.frames().count() / 2;
    match number % WAYS {
        0 => return outage(socket, number / WAYS).await,
        1 => {
            writing::whole(socket, 400, "application/json", r#"{"error":{"message":"no"}}"#).await?;
        }
        // An end that is none, a connection that breaks, and one that falls silent.
        2 => {
            open(socket, format).await?;
            for frame in format.frames().take(half) {
                writing::chunk(socket, frame.as_bytes()).await?;
            }
            writing::end(socket).await?;
        }
        3 => {
            open(socket, format).await?;
            for frame in format.frames().take(half) {
                writing::chunk(socket, frame.as_bytes()).await?;
            }
            return Ok(false);
        }
        4 => {
            hold(socket, format, Phase::Content, false, shared).await?;
            return Ok(false);
        }
        5 => {
            open(socket, format).await?;
            writing::chunk(socket, "data: {not JSON\n\n\u{0}{[\n".as_bytes()).await?;
            writing::end(socket).await?;
        }
        6 => stream(socket, format, Duration::from_millis(20)).await?,
        _ => stream(socket, format, Duration::ZERO).await?,
    }
    Ok(true)
}

fn tell(shared: &Shared, signal: Signal) {
    if let Some(signals) = &shared.signals {
        // Nobody listens any more once the part is over.
        let _ = signals.send(signal);
    }
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
