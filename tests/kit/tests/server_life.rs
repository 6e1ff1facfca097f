//! Who closes what, and when.
#![cfg(feature = "server")]

mod server_client;

use std::time::Instant;

use server_client::{Client, ms};
use steer_testkit::server::{ClosedBy, Reply, Script, Server};

#[tokio::test]
async fn a_client_that_goes_is_noticed_at_once_while_the_server_stalls() {
    let server = Server::start(Reply::sse(["a"]).stall()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    client.chunk().await;
    assert!(server.closed_by_client(0, ms(50)).await.is_none());
    assert_eq!(server.open_connections(), 1);
    let dropped = Instant::now();
    drop(client);
    let noticed = server.closed_by_client(0, ms(100)).await.expect("noticed within 100 ms");
    assert!(noticed >= dropped);
    assert_eq!(server.open_connections(), 0);
    assert!(server.connection(0).unwrap().end.unwrap().mid_reply);
}

#[tokio::test]
async fn a_client_that_goes_is_noticed_before_the_headers_and_with_bytes_unread() {
    let server = Server::start(Script::replies([
        Reply::json(200, "{}").delay_headers(ms(10_000)),
        Reply::sse(["a"]).pause(ms(10_000)),
    ]))
    .await
    .unwrap();
    for connection in 0..2 {
        let client = Client::get(&server).await;
        assert!(server.received(connection + 1, ms(1000)).await);
        tokio::time::sleep(ms(20)).await;
        drop(client);
        assert!(server.closed_by_client(connection, ms(100)).await.is_some(), "{connection}");
    }
}

#[tokio::test]
async fn an_idle_connection_that_the_client_closes_was_not_within_a_reply() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    client.exactly(2).await;
    drop(client);
    assert!(server.closed_by_client(0, ms(1000)).await.is_some());
    assert!(!server.connection(0).unwrap().end.unwrap().mid_reply);
}

#[tokio::test]
async fn a_close_by_the_server_is_not_the_clients() {
    let server = Server::start(Reply::json(200, "{}").close()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.rest().await.1.unwrap();
    drop(client);
    assert!(server.closed_by_client(0, ms(1000)).await.is_none());
    assert_eq!(server.connection(0).unwrap().end.unwrap().by, ClosedBy::Server);
    assert!(server.connection(1).is_none());
}

#[tokio::test]
async fn a_stalled_reply_ends_when_the_server_is_dropped() {
    let server = Server::start(Reply::sse(["a"]).stall()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    client.chunk().await;
    drop(server);
    let start = Instant::now();
    assert_eq!(client.rest().await.0, "");
    assert!(start.elapsed() < ms(500));
}

#[tokio::test]
async fn shutdown_returns_when_everything_is_closed() {
    let server = Server::start(Reply::sse(["a"]).stall()).await.unwrap();
    let addr = server.addr();
    let mut client = Client::get(&server).await;
    client.head().await;
    client.chunk().await;
    server.shutdown().await;
    assert_eq!(client.rest().await.0, "");
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_client_the_connection_only() {
    let server = Server::start(Script::handler(|request| {
        assert!(request.path() != "/panic", "as the test asks");
        Reply::new(200)
    }))
    .await
    .unwrap();
    let mut client = Client::connect(&server).await;
    client.send("GET /panic HTTP/1.1\r\n\r\n").await;
    assert_eq!(client.rest().await.0, "");
    assert_eq!(Client::get(&server).await.head().await[0], "HTTP/1.1 200 OK");
    assert_eq!(server.connection(0).unwrap().end.unwrap().by, ClosedBy::Server);
}

#[tokio::test]
async fn a_hundred_connections_are_served_side_by_side() {
    let server = Server::start(Reply::sse(["a"]).stall()).await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..100 {
        let mut client = Client::get(&server).await;
        client.head().await;
        assert_eq!(client.chunk().await, "a");
        clients.push(client);
    }
    assert_eq!((server.connections(), server.open_connections()), (100, 100));
    drop(clients);
    for connection in 0..100 {
        assert!(server.closed_by_client(connection, ms(1000)).await.is_some());
    }
    assert_eq!(server.open_connections(), 0);
}

#[test]
fn a_server_with_its_own_thread_needs_no_runtime_and_ends_with_its_drop() {
    use std::io::{Read, Write};
    let server = Server::start_blocking(Reply::json(200, "{}").stall()).unwrap();
    let addr = server.addr();
    assert_eq!(server.url(), format!("http://127.0.0.1:{}", addr.port()));
    let mut client = std::net::TcpStream::connect(addr).unwrap();
    client.write_all(server_client::GET.as_bytes()).unwrap();
    let mut start = [0; 15];
    client.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    drop(server);
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("\r\n\r\n{}"), "{rest}");
    assert!(std::net::TcpStream::connect(addr).is_err());
}

#[tokio::test]
async fn a_server_with_its_own_thread_may_be_used_and_stopped_within_a_runtime() {
    let server = Server::start_blocking(Reply::sse(["a"]).stall()).unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunk().await, "a");
    drop(client);
    assert!(server.closed_by_client(0, ms(100)).await.is_some());
    server.shutdown().await;
}
