//! Writes one reply to a socket, step by step.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::exchange::Exchange;
use super::pieces::chunk_head;
use super::reply::{Framing, Headers, Reply};
use super::step::Step;

const RAW_WRITE: usize = 16 << 10;

/// What becomes of the connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The reply is whole, and another request may come.
    KeepAlive,
    /// The reply is whole, and the connection ends in good order.
    Close,
    /// The connection ends in good order within the reply.
    Break,
    /// The connection is reset.
    Reset,
}

/// What the request says about the form of its reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) head_only: bool,
    pub(super) keep_alive: bool,
    pub(super) old: bool,
}

/// Writes a reply, and says what becomes of the connection. An error means that the client is gone.
pub(super) async fn deliver<W: AsyncWrite + Unpin>(
    writer: &mut W,
    reply: &Reply,
    terms: Terms,
    sent: &AtomicU64,
    exchange: Option<&Exchange>,
) -> io::Result<Next> {
    if reply.is_refusal() {
        return Ok(Next::Break);
    }
    let framing =
        if terms.old && reply.framing == Framing::Chunked { Framing::UntilClose } else { reply.framing };
    let next = if terms.keep_alive && !reply.close && ends_by_framing(reply, framing) {
        Next::KeepAlive
    } else {
        Next::Close
    };
    let left = reply.cut.map(|cut| cut.at);
    let mut out = Outbox { writer, sent, pending: BytesMut::new(), chunked: false, left: None };
    for (status, headers) in &reply.interim {
        put_status(&mut out.pending, *status, None);
        put_headers(&mut out.pending, headers);
        out.pending.put_slice(b"\r\n");
    }
    if !reply.delay.is_zero() {
        out.flush().await?;
        tokio::time::sleep(reply.delay).await;
    }
    if let Some(ended) = out.steps(&reply.first).await? {
        out.flush().await?;
        return Ok(if matches!(ended, Ended::Reset) { Next::Reset } else { Next::Break });
    }
    (out.chunked, out.left) = (framing == Framing::Chunked, left);
    if let Some(exchange) = exchange {
        exchange.enter_body();
    }
    put_head(&mut out.pending, reply, framing, next);
    if terms.head_only {
        out.flush().await?;
        return Ok(next);
    }
    let ended = match out.steps(&reply.steps).await? {
        Some(ended) => ended,
        None if out.left == Some(0) => Ended::Cut,
        None => {
            if framing == Framing::Chunked {
                out.pending.put_slice(b"0\r\n");
                put_headers(&mut out.pending, &reply.trailers);
                out.pending.put_slice(b"\r\n");
            }
            Ended::Whole
        }
    };
    out.flush().await?;
    Ok(match ended {
        Ended::Whole => next,
        Ended::Fin => Next::Break,
        Ended::Reset => Next::Reset,
        Ended::Cut if reply.cut.is_some_and(|cut| cut.reset) => Next::Reset,
        Ended::Cut => Next::Break,
    })
}

enum Ended {
    Whole,
    Fin,
    Reset,
    Cut,
}

struct Outbox<'a, W> {
    writer: &'a mut W,
    sent: &'a AtomicU64,
    /// What goes out together with the next bytes: the head, so that a small reply is one write.
    pending: BytesMut,
    chunked: bool,
    /// How many body bytes may follow until the cut.
    left: Option<u64>,
}

impl<W: AsyncWrite + Unpin> Outbox<'_, W> {
    /// Does the steps; `None` when all are done.
    async fn steps(&mut self, steps: &[Step]) -> io::Result<Option<Ended>> {
        for step in steps {
            if self.left == Some(0) {
                return Ok(Some(Ended::Cut));
            }
            match step {
                Step::Bytes(bytes) => self.piece(bytes).await?,
                Step::Repeat(bytes, times) => {
                    for _ in 0..*times {
                        if self.left == Some(0) || bytes.is_empty() {
                            break;
                        }
                        self.piece(bytes).await?;
                    }
                }
                Step::RawBytes(bytes) => self.raw(bytes).await?,
                Step::Pause(time) => {
                    self.flush().await?;
                    tokio::time::sleep(*time).await;
                }
                Step::Stall => {
                    self.flush().await?;
                    std::future::pending::<()>().await;
                }
                Step::Fin | Step::GoAway { .. } => return Ok(Some(Ended::Fin)),
                Step::Reset | Step::ResetStream(_) => return Ok(Some(Ended::Reset)),
            }
        }
        Ok(None)
    }

    async fn piece(&mut self, bytes: &Bytes) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let (payload, whole) = self.up_to_cut(bytes);
        if !self.chunked {
            return self.write(Bytes::new(), payload, b"").await;
        }
        // A cut chunk keeps its full size in its head, as on a line that breaks.
        self.write(chunk_head(bytes.len()), payload, if whole { b"\r\n" } else { b"" }).await
    }

    async fn raw(&mut self, bytes: &Bytes) -> io::Result<()> {
        let (mut payload, _) = self.up_to_cut(bytes);
        while !payload.is_empty() {
            let part = payload.split_to(RAW_WRITE.min(payload.len()));
            self.write(Bytes::new(), part, b"").await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.write(Bytes::new(), Bytes::new(), b"").await?;
        // Below TLS, what was written may still stand in a record that is not on its way.
        self.writer.flush().await
    }

    /// Takes from the allowance what may still be sent, and says whether that is all of it.
    fn up_to_cut(&mut self, bytes: &Bytes) -> (Bytes, bool) {
        let Some(left) = self.left else { return (bytes.clone(), true) };
        let allowed = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        self.left = Some(left.saturating_sub(allowed as u64));
        (bytes.slice(..allowed), allowed == bytes.len())
    }

    /// Writes the pending head and these parts in one go where the socket takes them.
    async fn write(&mut self, before: Bytes, payload: Bytes, after: &'static [u8]) -> io::Result<()> {
        let mut all = self.pending.split().chain(before).chain(payload).chain(after);
        while all.has_remaining() {
            let written = self.writer.write_buf(&mut all).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.sent.fetch_add(written as u64, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Whether a client finds the end of the body without a close.
fn ends_by_framing(reply: &Reply, framing: Framing) -> bool {
    let own = |name: &str| {
        let mut values =
            reply.headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        values.next().map(|first| (first, values.next().is_none()))
    };
    let coding = own("transfer-encoding");
    let length = own("content-length");
    match framing {
        Framing::UntilClose => false,
        Framing::Chunked | Framing::Prerendered => {
            length.is_none()
                && coding.is_none_or(|(value, only)| only && value.eq_ignore_ascii_case(b"chunked"))
        }
        Framing::ContentLength(announced) => {
            let true_length = reply.length();
            let own_is_true = length
                .is_none_or(|(value, only)| only && value.as_ref() == true_length.to_string().as_bytes());
            let announced_is_true = announced.is_none_or(|announced| announced == true_length);
            coding.is_none() && own_is_true && (length.is_some() || announced_is_true)
        }
    }
}

fn put_head(out: &mut BytesMut, reply: &Reply, framing: Framing, next: Next) {
    put_status(out, reply.status, reply.reason.as_deref());
    put_headers(out, &reply.headers);
    let has = |name: &str| reply.headers.iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name));
    let framed = has("content-length") || has("transfer-encoding");
    let has_no_body = matches!(reply.status, 100..=199 | 204 | 304) && reply.length() == 0;
    match framing {
        _ if framed || has_no_body => {}
        Framing::Chunked | Framing::Prerendered => out.put_slice(b"transfer-encoding: chunked\r\n"),
        Framing::ContentLength(length) => {
            let length = length.unwrap_or_else(|| reply.length());
            out.put_slice(format!("content-length: {length}\r\n").as_bytes());
        }
        Framing::UntilClose => {}
    }
    if next == Next::Close && (reply.close || framing == Framing::UntilClose) && !has("connection") {
        out.put_slice(b"connection: close\r\n");
    }
    out.put_slice(b"\r\n");
}

fn put_status(out: &mut BytesMut, status: u16, reason: Option<&str>) {
    let reason = reason.unwrap_or_else(|| usual_reason(status));
    out.put_slice(format!("HTTP/1.1 {status:03} {reason}\r\n").as_bytes());
}

fn put_headers(out: &mut BytesMut, headers: &Headers) {
    for (name, value) in headers {
        out.put_slice(name.as_bytes());
        out.put_slice(b": ");
        out.put_slice(value);
        out.put_slice(b"\r\n");
    }
}

fn usual_reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        103 => "Early Hints",
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
