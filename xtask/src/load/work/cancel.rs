//! How soon a call that nobody wants any more is gone.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::time::{Duration, Instant};

use steer::{CancellationToken, Client, ClientCall, Delivery, ErrorKind, RetryPolicy};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::act::{Act, Phase};
use super::asking::{Ended, builder, read, request};
use super::format::{CHAT, FORMATS};
use super::runtime;
use super::server::{Signal, Site};
use crate::load::figure::{Bound, Figure};
use crate::load::part::{Defect, Size};
use crate::load::statistics::quantile;
use crate::verdict::Obstacle;

/// After this a close counts as unseen.
const NEVER: Duration = Duration::from_secs(2);

/// How a call is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Drop,
    Token,
}

/// Ends calls of every wire format in each phase, both ways, as a stream and as one body.
pub(super) fn run(size: Size, defect: Option<Defect>) -> Result<Vec<Figure>, Obstacle> {
    let times = if size.bounded { 5 } else { 50 };
    runtime()?.block_on(async {
        let (tell, mut signals) = unbounded_channel();
        let site = Site::start(Ipv4Addr::LOCALHOST, Some(tell)).await?;
        let mut figures = vec![connecting(times, defect).await?];
        for phase in Phase::ALL {
            let mut delays = Vec::new();
            for format in &FORMATS {
                for delivery in [Delivery::Stream, Delivery::Whole] {
                    let client = builder(&site.url, format, Act::Hold(phase), delivery)
                        .retry(RetryPolicy::attempts(1))
                        .build()?;
                    for way in [Way::Drop, Way::Token] {
                        for _ in 0..times {
                            let kept = defect == Some(Defect::DropForgotten) && delays.len() % 20 == 0;
                            delays.push(end(&client, delivery, way, kept, &mut signals).await?);
                        }
                    }
                }
            }
            let name = match phase {
                Phase::Headers => "before the headers",
                Phase::Opening => "before the first content",
                Phase::Content => "within the content",
            };
            let told = format!("server sees the close, {name}, {} calls,", delays.len());
            figures.push(Figure::told(format!("{told} p50"), quantile(&delays, 0.5), "ms"));
            figures.push(
                Figure::told(format!("{told} p99"), quantile(&delays, 0.99), "ms")
                    .bound(Bound::AtMost(100.0)),
            );
        }
        Ok(figures)
    })
}

/// The milliseconds from the end of one call to the server's sight of it.
async fn end(
    client: &Client,
    delivery: Delivery,
    way: Way,
    kept: bool,
    signals: &mut UnboundedReceiver<Signal>,
) -> Result<f64, Obstacle> {
    while signals.try_recv().is_ok() {}
    let token = CancellationToken::new();
    let call = ClientCall::new(request(delivery)).cancel_on(token.clone());
    let mut work = Box::pin(read(client, call, |_| {}));
    tokio::select! {
        ended = &mut work => return Err(format!("the call ended by itself: {ended:?}").into()),
        signal = signals.recv() => match signal {
            Some(Signal::Held) => {}
            signal => return Err(format!("the server saw {signal:?}").into()),
        }
    }
    // What was written is read first, so that the call stands where it shall be ended.
    if let Ok(ended) = tokio::time::timeout(Duration::from_millis(3), &mut work).await {
        return Err(format!("the call ended by itself: {ended:?}").into());
    }
    let start = Instant::now();
    let forgotten = let_go(work, way, kept, &token).await?;
    let seen = tokio::time::timeout(NEVER, signals.recv()).await;
    if forgotten.is_some() {
        drop(forgotten);
        // Its close belongs to this call, and not to the next.
        let _ = tokio::time::timeout(NEVER, signals.recv()).await;
    }
    Ok(match seen {
        Ok(Some(Signal::Closed(at))) => at.saturating_duration_since(start).as_secs_f64() * 1e3,
        _ => NEVER.as_secs_f64() * 1e3,
    })
}

/// The p99 of the time until a connection that does not come about is no longer tried. The server sees nothing of it, so
/// the system is asked.
async fn connecting(times: usize, defect: Option<Defect>) -> Result<Figure, Obstacle> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    // Two connections fill the queue of a listener that takes none of them; the system leaves a third unanswered.
    let listener = socket.listen(1)?;
    let address = listener.local_addr()?;
    let _waiting = (TcpStream::connect(address).await?, TcpStream::connect(address).await?);
    let mut delays = Vec::new();
    let url = format!("http://{address}");
    let client =
        builder(&url, CHAT, Act::Answer, Delivery::Stream).retry(RetryPolicy::attempts(1)).build()?;
    for way in [Way::Drop, Way::Token] {
        for _ in 0..times {
            let token = CancellationToken::new();
            let call = ClientCall::new(request(Delivery::Stream)).cancel_on(token.clone());
            let mut work = Box::pin(read(&client, call, |_| {}));
            let begun = Instant::now();
            while !is_connecting(address)? {
                if begun.elapsed() > NEVER {
                    return Err("no connection was tried".into());
                }
                if let Ok(ended) = tokio::time::timeout(Duration::from_millis(1), &mut work).await {
                    return Err(format!("the call ended by itself: {ended:?}").into());
                }
            }
            let start = Instant::now();
            let forgotten = let_go(work, way, defect == Some(Defect::DropForgotten), &token).await?;
            while is_connecting(address)? && start.elapsed() < NEVER {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            delays.push(start.elapsed().as_secs_f64() * 1e3);
            drop(forgotten);
        }
    }
    let name = format!("no longer tried, while connecting, {} calls, p99", delays.len());
    Ok(Figure::told(name, quantile(&delays, 0.99), "ms").bound(Bound::AtMost(100.0)))
}

/// Ends a call in this way; one that is kept, which is the defect, is given back.
async fn let_go<C: Future<Output = Ended>>(
    call: Pin<Box<C>>,
    way: Way,
    kept: bool,
    token: &CancellationToken,
) -> Result<Option<Pin<Box<C>>>, Obstacle> {
    match (kept, way) {
        (true, _) => return Ok(Some(call)),
        (false, Way::Drop) => drop(call),
        (false, Way::Token) => {
            token.cancel();
            is_cancelled(call.await)?;
        }
    }
    Ok(None)
}

fn is_cancelled(ended: Ended) -> Result<(), Obstacle> {
    match ended {
        Err(error) if error.kind() == ErrorKind::Cancelled => Ok(()),
        ended => Err(format!("a cancelled call ended with {ended:?}").into()),
    }
}

/// Whether the system is trying to reach that port.
fn is_connecting(address: SocketAddr) -> Result<bool, Obstacle> {
    const SYN_SENT: &str = "02";
    let port = format!(":{:04X}", address.port());
    let table = fs::read_to_string("/proc/self/net/tcp")?;
    Ok(table.lines().any(|line| {
        let mut words = line.split_whitespace().skip(2);
        let (remote, state) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        remote.ends_with(&port) && state == SYN_SENT
    }))
}
