//! What the server writes, by HTTP/1.1.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads a request to its end and returns its path; nothing where the client has gone.
pub(super) async fn request(socket: &mut TcpStream) -> io::Result<Option<String>> {
    let mut read = Vec::new();
    let (head, body) = loop {
        if let Some(head) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            break (String::from_utf8_lossy(read.get(..head).unwrap_or_default()).into_owned(), head);
        }
        if socket.read_buf(&mut read).await? == 0 {
            return Ok(None);
        }
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = body.saturating_add(4).saturating_add(length.unwrap_or(0));
    while read.len() < whole {
        if socket.read_buf(&mut read).await? == 0 {
            return Ok(None);
        }
    }
    Ok(head.split(' ').nth(1).map(str::to_owned))
}

/// Writes the head of an answer whose body comes in chunks.
pub(super) async fn chunked(socket: &mut TcpStream, status: u16, headers: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status} Status\r\n{headers}transfer-encoding: chunked\r\n\r\n");
    socket.write_all(head.as_bytes()).await
}

/// Writes a chunk, in one piece with what frames it.
pub(super) async fn chunk(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
    framed.extend_from_slice(bytes);
    framed.extend_from_slice(b"\r\n");
    socket.write_all(&framed).await
}

/// Ends a body that came in chunks.
pub(super) async fn end(socket: &mut TcpStream) -> io::Result<()> {
    socket.write_all(b"0\r\n\r\n").await
}

/// Writes a whole answer.
pub(super) async fn whole(
    socket: &mut TcpStream,
    status: u16,
    content_type: &str,
    body: &str,
) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(answer.as_bytes()).await
}

/// Writes the head of a whole answer and half of its body.
pub(super) async fn half(socket: &mut TcpStream, body: &str) -> io::Result<()> {
    let half = body.as_bytes().get(..body.len() / 2).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(&[head.as_bytes(), half].concat()).await
}

/// Waits until the client has closed the connection or broken it.
pub(super) async fn closed(socket: &mut TcpStream) {
    let mut read = [0; 512];
    while matches!(socket.read(&mut read).await, Ok(1..)) {}
}
