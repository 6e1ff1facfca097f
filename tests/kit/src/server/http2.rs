//! HTTP/2, by the crate `h2` above a socket whose frames can be held back, broken off and written by hand.

mod answer;
mod frames;
mod orders;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use http::request::Parts;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::head::MAX_BODY;
use super::ledger::{ClosedBy, Ledger, Ticket};
use super::race::{Won, race};
use super::request::RecordedRequest;
use super::script::{Reading, Script};
use super::socket::Socket;
use answer::answer;
use orders::Orders;
use wire::Wire;

/// `Http2` is how a server speaks HTTP/2.
///
/// ```
/// use steer_testkit::server::{Http2, Reply, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// // In the clear, for clients that know beforehand that it is spoken.
/// let http2 = Http2::new().max_streams(100).pings_unanswered();
/// let server = Server::builder(Reply::json(200, "{}")).http2(http2).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Http2 {
    max_streams: Option<u32>,
    deaf_to_pings: bool,
}

impl Http2 {
    /// As many streams at a time as clients want, and pings that are answered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets so many streams run at a time over a connection (`SETTINGS_MAX_CONCURRENT_STREAMS`).
    pub fn max_streams(mut self, streams: u32) -> Self {
        self.max_streams = Some(streams);
        self
    }

    /// Answers no ping, as a connection that is dead and does not know it.
    pub fn pings_unanswered(mut self) -> Self {
        self.deaf_to_pings = true;
        self
    }
}

/// How long a connection that is over is still read from, as over HTTP/1.1.
const LINGER: Duration = Duration::from_millis(250);

/// Whether a client begins with HTTP/2's preface. Nothing is taken from the socket.
pub(super) async fn is_preface(stream: &TcpStream) -> bool {
    let preface = b"PRI * HTTP/2.0";
    let mut seen = [0; 14];
    loop {
        let Ok(read @ 1..) = stream.peek(&mut seen).await else { return false };
        if seen.get(..read) != preface.get(..read) {
            return false;
        }
        if read == preface.len() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Speaks HTTP/2.
pub(super) async fn serve(socket: impl Socket, mut ticket: Ticket, script: Arc<Script>, http2: &Http2) {
    let orders = Arc::new(Orders::default());
    let wire = Wire::new(socket, Arc::clone(&orders), Arc::clone(&ticket.bytes_sent), http2.deaf_to_pings);
    let mut builder = h2::server::Builder::new();
    if let Some(streams) = http2.max_streams {
        builder.max_concurrent_streams(streams);
    }
    let Ok(mut connection) = builder.handshake::<_, Bytes>(wire).await else {
        return ticket.close(ClosedBy::Client);
    };
    let mut streams = JoinSet::new();
    loop {
        match race(orders.over(), connection.accept()).await {
            Won::First(()) => break,
            Won::Second(Some(Ok((request, respond)))) => {
                let (ledger, script) = (ticket.ledger(), Arc::clone(&script));
                let orders = Arc::clone(&orders);
                streams.spawn(stream(request, respond, ticket.number, ledger, script, orders));
            }
            Won::Second(None | Some(Err(_))) => {
                // What has ended by itself is no stream that the client left.
                while streams.try_join_next().is_some() {}
                ticket.in_reply = !streams.is_empty();
                return ticket.close(ClosedBy::Client);
            }
        }
        while streams.try_join_next().is_some() {}
    }
    ticket.in_reply = !orders.is_whole();
    ticket.close(ClosedBy::Server);
    drop(streams);
    if !orders.is_reset() {
        let rest = async { while connection.accept().await.is_some_and(|accepted| accepted.is_ok()) {} };
        let _ = tokio::time::timeout(LINGER, rest).await;
    }
}

async fn stream(
    request: http::Request<RecvStream>,
    respond: SendResponse<Bytes>,
    connection: usize,
    ledger: Arc<Ledger>,
    script: Arc<Script>,
    orders: Arc<Orders>,
) {
    let (head, mut body) = request.into_parts();
    let bytes = match script.reads() {
        Reading::Whole => match read(&mut body).await {
            Some(bytes) => bytes,
            None => return,
        },
        Reading::Head | Reading::Nothing => Bytes::new(),
    };
    let head_only = head.method == http::Method::HEAD;
    let request = recorded(&head, bytes, connection);
    let (turn, exchange) = ledger.enter(&request);
    let reply = script.reply(turn, &request);
    drop(request);
    answer(respond, &reply, head_only, &exchange, &orders).await;
    // Until here, since a stream whose request nobody will read is reset.
    drop(body);
}

/// Reads a whole body; `None` when the client broke it off, or sent too much of it.
async fn read(body: &mut RecvStream) -> Option<Bytes> {
    let mut all = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.ok()?;
        body.flow_control().release_capacity(piece.len()).ok()?;
        if piece.len() > MAX_BODY.saturating_sub(all.len()) {
            return None;
        }
        all.extend_from_slice(&piece);
    }
    Some(all.into())
}

fn recorded(head: &Parts, body: Bytes, connection: usize) -> RecordedRequest {
    let authority = head
        .uri
        .authority()
        .map(|host| ("host".to_owned(), Bytes::copy_from_slice(host.as_str().as_bytes())));
    let sent = head.headers.iter();
    let sent = sent.map(|(name, value)| (name.as_str().to_owned(), Bytes::copy_from_slice(value.as_bytes())));
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    RecordedRequest {
        method: head.method.as_str().to_owned(),
        target: target.to_owned(),
        headers: authority.into_iter().chain(sent).collect(),
        body,
        connection,
        when: Instant::now(),
        is_http2: true,
    }
}
