use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(2);

/// A port of the loopback interface that nobody listens on.
///
/// # Errors
/// There is none.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Whether a server says on `/health` that it is ready. A server that loads its model says 503 there.
pub(super) fn is_ready(port: u16) -> bool {
    status(port).is_ok_and(|line| line.split(' ').nth(1) == Some("200"))
}

/// The first line of a server's answer.
fn status(port: u16) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answering(answer: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 256];
            let read = stream.read(&mut asked).unwrap();
            assert!(asked[..read].starts_with(b"GET /health HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        port
    }

    #[test]
    fn only_a_server_that_says_200_is_ready() {
        assert!(is_ready(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")));
        assert!(!is_ready(answering("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 3\r\n\r\n200")));
        assert!(!is_ready(free_port().unwrap()), "nobody listens there");
    }
}
