//! A client on a bare socket, which sees every byte that the server sends.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "only tests call it"
)]

use std::io;
use std::time::Duration;

use steer_testkit::server::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub struct Client {
    pub stream: TcpStream,
}

impl Client {
    pub async fn connect(server: &Server) -> Self {
        Self { stream: TcpStream::connect(server.addr()).await.unwrap() }
    }

    /// Connects and sends a request without a body.
    pub async fn get(server: &Server) -> Self {
        let mut client = Self::connect(server).await;
        client.send(GET).await;
        client
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads one line and takes its CRLF off.
    pub async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.stream.read_u8().await.unwrap());
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).unwrap()
    }

    /// Reads a head: the status line and the headers.
    pub async fn head(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            if line.is_empty() {
                return lines;
            }
            lines.push(line);
        }
    }

    pub async fn exactly(&mut self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Reads one HTTP chunk; the empty one is the last.
    pub async fn chunk(&mut self) -> String {
        let size = usize::from_str_radix(&self.line().await, 16).unwrap();
        let chunk = self.exactly(size).await;
        if size > 0 {
            assert_eq!(self.line().await, "", "a chunk ends with its size");
        }
        chunk
    }

    /// Reads chunks until the last one.
    pub async fn chunks(&mut self) -> Vec<String> {
        let mut chunks = Vec::new();
        loop {
            let chunk = self.chunk().await;
            if chunk.is_empty() {
                return chunks;
            }
            chunks.push(chunk);
        }
    }

    /// Reads until the connection ends, within two seconds.
    pub async fn rest(&mut self) -> (String, io::Result<()>) {
        let mut bytes = Vec::new();
        let read = self.stream.read_to_end(&mut bytes);
        let end = tokio::time::timeout(ms(2000), read).await.expect("the connection ends");
        (String::from_utf8(bytes).unwrap(), end.map(drop))
    }

    /// Whether nothing arrives for this long while the connection stays open.
    pub async fn silent_for(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.stream.read_u8()).await.is_err()
    }
}
