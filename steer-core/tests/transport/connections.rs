//! How it keeps connections.

use std::time::Duration;

use steer_core::http::ReqwestTransport;
use steer_testkit::server::{Reply, Script, Server};

use crate::{ask, send};

fn server() -> Server {
    Server::start_blocking(Script::always(Reply::text(200, "Hi"))).unwrap()
}

#[tokio::test]
async fn a_connection_is_used_again_until_it_was_idle_for_too_long() {
    for (idle, connections) in [(Duration::from_secs(50), 1), (Duration::from_millis(50), 2)] {
        let server = server();
        let transport = ReqwestTransport::builder().pool_idle(idle).build().unwrap();
        assert_eq!(ask(&transport, &server.url()).await.unwrap(), "Hi");
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(ask(&transport, &server.url()).await.unwrap(), "Hi");
        assert_eq!(server.connections(), connections);
    }
}

/// The system asks on its own whether the other side is still there; when it will next, in seconds, is in its table of
/// connections.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_system_asks_whether_the_other_side_is_still_there() {
    for (transport, seconds) in [
        (ReqwestTransport::builder(), 60),
        (ReqwestTransport::builder().tcp_keep_alive(Duration::from_secs(300)), 300),
    ] {
        let server = Server::start_blocking(Script::always(Reply::sse(["data: a\n\n"]).stall())).unwrap();
        let body = send(&transport.build().unwrap(), &server.url()).await.unwrap();
        let port: u16 = server.url().rsplit(':').next().unwrap().trim_matches('/').parse().unwrap();
        // The remote side, and then the state; the local side of the other end would be followed by an address.
        let remote = format!(":{port:04X} 01 ");
        let (mut found, mut seen) = (None, String::new());
        for _ in 0..100 {
            seen = std::fs::read_to_string("/proc/net/tcp").unwrap();
            let timers = seen.lines().filter(|line| line.contains(&remote));
            let timers = timers.filter_map(|line| line.split_whitespace().nth(5)?.strip_prefix("02:"));
            found = timers.map(|when| u64::from_str_radix(when, 16).unwrap() / 100).next();
            // Right after something was sent, another timer runs.
            match found {
                Some(_) => break,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        let due = found.unwrap_or_else(|| panic!("no timer for signs of life of port {remote}:\n{seen}"));
        assert!(due.abs_diff(seconds) < 15, "{due} s and not {seconds}");
        drop(body);
    }
}
