//! What the server speaks below the script.

use std::sync::Arc;

use tokio::net::TcpStream;

use super::connection::serve;
use super::ledger::Ticket;
use super::script::{Reading, Script};
use super::socket::Socket;

/// `Speech` is HTTP/1.1 in the clear, unless the server was told otherwise.
#[derive(Debug, Default)]
pub(super) struct Speech {
    #[cfg(feature = "faults")]
    pub(super) tls: Option<super::tls::Armed>,
    #[cfg(feature = "faults")]
    pub(super) http2: Option<super::Http2>,
}

impl Speech {
    pub(super) fn scheme(&self) -> &'static str {
        #[cfg(feature = "faults")]
        if self.tls.is_some() {
            return "https";
        }
        "http"
    }
}

/// Leads a new connection to its end.
pub(super) async fn begin(stream: TcpStream, ticket: Ticket, script: Arc<Script>, speech: Arc<Speech>) {
    // Without it the kernel may hold a small piece back until the one before is acknowledged.
    let _ = stream.set_nodelay(true);
    #[cfg(feature = "faults")]
    match &speech.tls {
        Some(tls) => {
            let Some(stream) = tls.greet(stream).await else { return ticket.close(super::ClosedBy::Client) };
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            return speak(stream, ticket, script, speech.http2.as_ref().filter(|_| is_http2)).await;
        }
        None => {
            let http2 = match &speech.http2 {
                Some(http2) if super::http2::is_preface(&stream).await => Some(http2),
                _ => None,
            };
            return speak(stream, ticket, script, http2).await;
        }
    }
    #[cfg(not(feature = "faults"))]
    {
        let Speech {} = *speech;
        speak(stream, ticket, script, None).await;
    }
}

#[cfg(feature = "faults")]
type Http2 = super::Http2;
#[cfg(not(feature = "faults"))]
type Http2 = std::convert::Infallible;

async fn speak(stream: impl Socket, ticket: Ticket, script: Arc<Script>, http2: Option<&Http2>) {
    if script.reads() == Reading::Nothing {
        // Held until the server stops.
        let _held = (stream, ticket);
        return std::future::pending().await;
    }
    match http2 {
        None => serve(stream, ticket, script).await,
        #[cfg(feature = "faults")]
        Some(http2) => super::http2::serve(stream, ticket, script, http2).await,
        #[cfg(not(feature = "faults"))]
        Some(never) => match *never {},
    }
}
