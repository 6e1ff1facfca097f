//! Reads one request from a socket, within the server's limits.

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::head::{self, Bad, Body, Head, MAX_BODY, TOO_LARGE};
use super::script::Reading;
use super::socket::Socket;

const MAX_HEAD: usize = 1 << 20;
const MAX_LINE: usize = 16 << 10;
const READ: usize = 16 << 10;

/// Why there is no request.
pub(super) enum Stop {
    /// The client closed or broke the connection.
    Gone,
    /// The client sent what is not HTTP, or too much of it.
    Bad(Bad),
}

impl From<Bad> for Stop {
    fn from(bad: Bad) -> Self {
        Self::Bad(bad)
    }
}

/// `Inbox` is the receiving side of a connection: the bytes that were read and not yet understood.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: BytesMut,
}

impl Inbox {
    /// Reads a whole request, and answers `Expect: 100-continue` on the way.
    pub(super) async fn request(
        &mut self,
        stream: &mut impl Socket,
        reading: Reading,
    ) -> Result<(Head, Bytes), Stop> {
        let head = self.head(stream).await?;
        let body = head.body()?;
        if reading == Reading::Head {
            return Ok((head, Bytes::new()));
        }
        if body != Body::Length(0) && self.bytes.is_empty() && head.lists("expect", "100-continue") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(|_| Stop::Gone)?;
        }
        let body = match body {
            Body::Length(length) => self.exactly(stream, length).await?,
            Body::Chunked => self.chunks(stream).await?,
        };
        Ok((head, body))
    }

    /// Reads ahead while a reply is sent, until the client is gone.
    ///
    /// Pipelined requests are kept, up to the size of a head; beyond that nothing more is read, so that the
    /// client waits and the server stays small.
    pub(super) async fn until_gone(&mut self, reader: &mut (impl AsyncRead + Unpin)) {
        while self.bytes.len() < MAX_HEAD {
            if self.fill(reader).await.is_err() {
                return;
            }
        }
        std::future::pending().await
    }

    async fn head(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Head, Stop> {
        let mut block = BytesMut::new();
        loop {
            let line = self.line(stream, MAX_HEAD.saturating_sub(block.len())).await?;
            let is_blank = line.as_ref() == b"\r\n";
            if !is_blank {
                if block.is_empty() {
                    // What is not HTTP is told so now, not when a blank line comes, for none may.
                    Head::parse(&line)?;
                }
                block.unsplit(line);
            } else if !block.is_empty() {
                return Ok(Head::parse(&block)?);
            }
        }
    }

    async fn chunks(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Bytes, Stop> {
        let mut body = BytesMut::new();
        loop {
            let line = self.line(stream, MAX_LINE).await?;
            let size = head::chunk_size(head::line(&line)?)?;
            if size == 0 {
                break;
            }
            if size > MAX_BODY.saturating_sub(body.len()) {
                return Err(TOO_LARGE.into());
            }
            body.extend_from_slice(&self.exactly(stream, size).await?);
            if self.exactly(stream, 2).await?.as_ref() != b"\r\n" {
                return Err(Bad(400, "a chunk that is longer than its size").into());
            }
        }
        let mut left = MAX_HEAD;
        loop {
            let line = self.line(stream, left).await?;
            left = left.saturating_sub(line.len());
            if head::line(&line)?.is_empty() {
                return Ok(body.freeze());
            }
        }
    }

    /// The next line with its end; an LF must come within `limit` bytes.
    async fn line(&mut self, stream: &mut (impl AsyncRead + Unpin), limit: usize) -> Result<BytesMut, Stop> {
        let mut seen = 0;
        loop {
            let fresh = self.bytes.get(seen..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|byte| *byte == b'\n') {
                let end = seen.saturating_add(at).saturating_add(1).min(self.bytes.len());
                return Ok(self.bytes.split_to(end));
            }
            seen = self.bytes.len();
            if seen >= limit {
                return Err(Bad(431, "a head or a line that is too long").into());
            }
            self.fill(stream).await?;
        }
    }

    async fn exactly(&mut self, stream: &mut (impl AsyncRead + Unpin), length: usize) -> Result<Bytes, Stop> {
        while self.bytes.len() < length {
            self.fill(stream).await?;
        }
        Ok(self.bytes.split_to(length.min(self.bytes.len())).freeze())
    }

    async fn fill(&mut self, reader: &mut (impl AsyncRead + Unpin)) -> Result<(), Stop> {
        self.bytes.reserve(READ);
        match reader.read_buf(&mut self.bytes).await {
            Ok(0) | Err(_) => Err(Stop::Gone),
            Ok(_) => Ok(()),
        }
    }
}
