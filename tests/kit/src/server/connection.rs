//! The server's work: accepts connections, and leads each from request to reply until one side closes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::deliver::{Next, Terms, deliver};
use super::exchange::Outcome;
use super::head::Bad;
use super::ledger::{ClosedBy, Ledger, Ticket};
use super::race::{Won, race};
use super::receive::{Inbox, Stop};
use super::reply::Reply;
use super::request::RecordedRequest;
use super::script::{Reading, Script};
use super::socket::Socket;
use super::speech::{self, Speech};

/// How long a closed connection is still read from. Closing a socket with unread bytes resets it, and the
/// reset may overtake the reply on its way to the client.
const LINGER: Duration = Duration::from_millis(250);

/// Accepts connections until it is told to stop; then closes them all and reports that it is done.
pub(super) async fn accept(
    listener: TcpListener,
    script: Arc<Script>,
    speech: Arc<Speech>,
    ledger: Arc<Ledger>,
    mut stopping: watch::Receiver<bool>,
    done: oneshot::Sender<()>,
) {
    let mut open = JoinSet::new();
    loop {
        // An error means that the `Server` is gone, which is a stop too.
        let stop = async { drop(stopping.wait_for(|stop| *stop).await) };
        match race(stop, listener.accept()).await {
            Won::First(()) => break,
            Won::Second(Ok((stream, _))) => {
                let (ticket, refused) = ledger.open(&script);
                if !refused {
                    open.spawn(speech::begin(stream, ticket, Arc::clone(&script), Arc::clone(&speech)));
                }
            }
            // Out of file descriptors, or a client that has gone already: neither is the server's end.
            Won::Second(Err(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    open.shutdown().await;
    let _ = done.send(());
}

/// Speaks HTTP/1.1.
pub(super) async fn serve(mut stream: impl Socket, mut ticket: Ticket, script: Arc<Script>) {
    let reading = script.reads();
    let mut inbox = Inbox::default();
    loop {
        let (head, body) = match inbox.request(&mut stream, reading).await {
            Ok(request) => request,
            Err(Stop::Gone) => return ticket.close(ClosedBy::Client),
            Err(Stop::Bad(Bad(status, why))) => {
                let reply = Reply::text(status, why).close();
                let terms = Terms { head_only: false, keep_alive: false, old: false };
                let _ = deliver(&mut stream, &reply, terms, &ticket.bytes_sent, None).await;
                ticket.close(ClosedBy::Server);
                return linger(stream).await;
            }
        };
        let keep_alive = head.keeps_alive() && reading == Reading::Whole;
        let terms = Terms { head_only: head.method == "HEAD", keep_alive, old: head.old };
        let request = RecordedRequest {
            method: head.method,
            target: head.target,
            headers: head.headers,
            body,
            connection: ticket.number,
            when: Instant::now(),
            is_http2: false,
        };
        ticket.in_reply = true;
        let (turn, exchange) = ticket.enter(&request);
        let reply = script.reply(turn, &request);
        drop(request);
        let (mut reader, mut writer) = stream.halves();
        let gone = async {
            match reading {
                Reading::Whole => inbox.until_gone(&mut reader).await,
                Reading::Head | Reading::Nothing => std::future::pending().await,
            }
        };
        let delivered = deliver(&mut writer, &reply, terms, &ticket.bytes_sent, Some(&exchange));
        let won = race(gone, delivered).await;
        drop((reader, writer));
        match won {
            Won::First(()) | Won::Second(Err(_)) => return ticket.close(ClosedBy::Client),
            Won::Second(Ok(Next::KeepAlive)) => {
                exchange.end(Outcome::Answered);
                ticket.in_reply = false;
            }
            Won::Second(Ok(next @ (Next::Close | Next::Break))) => {
                exchange.end(if next == Next::Close { Outcome::Answered } else { Outcome::Broken });
                ticket.in_reply = next == Next::Break;
                ticket.close(ClosedBy::Server);
                return linger(stream).await;
            }
            Won::Second(Ok(Next::Reset)) => {
                exchange.end(Outcome::Broken);
                let _ = SockRef::from(stream.tcp()).set_linger(Some(Duration::ZERO));
                drop(stream);
                return ticket.close(ClosedBy::Server);
            }
        }
    }
}

/// Closes the sending half, then reads and forgets what still comes, for a short while.
async fn linger(mut stream: impl Socket) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut waste = vec![0; 16 << 10];
    let drain = async { while stream.read(&mut waste).await.is_ok_and(|read| read > 0) {} };
    let _ = tokio::time::timeout(LINGER, drain).await;
}
