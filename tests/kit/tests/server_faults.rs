//! What the server does wrong when the script asks for it.
#![cfg(feature = "server")]

mod server_client;

use std::io::ErrorKind;
use std::time::Instant;

use server_client::{Client, GET, ms};
use steer_testkit::server::{ClosedBy, Reply, Script, Server, Step};

#[tokio::test]
async fn headers_wait_for_their_delay() {
    let server = Server::start(Reply::json(200, "{}").delay_headers(ms(200))).await.unwrap();
    let start = Instant::now();
    let mut client = Client::get(&server).await;
    assert!(client.silent_for(ms(50)).await);
    assert_eq!(client.head().await[0], "HTTP/1.1 200 OK");
    assert!(start.elapsed() >= ms(200));
}

#[tokio::test]
async fn pauses_stand_between_pieces_and_after_flushed_headers() {
    let pieces = ["a", "b"].map(|piece| Step::Bytes(piece.into()));
    let reply =
        Reply::stream("text/event-stream", [""; 0]).pause(ms(150)).steps(pieces).pause_between(ms(150));
    let server = Server::start(reply).await.unwrap();
    let start = Instant::now();
    let mut client = Client::get(&server).await;
    client.head().await;
    let headers = start.elapsed();
    assert_eq!(client.chunk().await, "a");
    let first = start.elapsed();
    assert_eq!(client.chunk().await, "b");
    assert!(headers < ms(150), "{headers:?}");
    assert!(first >= ms(150), "{first:?}");
    assert!(start.elapsed() >= ms(300));
}

#[tokio::test]
async fn fin_closes_in_good_order_without_the_last_chunk() {
    let server = Server::start(Reply::sse(["a"]).fin()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    let (rest, end) = client.rest().await;
    assert_eq!(rest, "1\r\na\r\n");
    assert!(end.is_ok());
    let end = server.connection(0).unwrap().end.unwrap();
    assert_eq!((end.by, end.mid_reply), (ClosedBy::Server, true));
}

#[tokio::test]
async fn reset_is_seen_as_connection_reset_after_the_bytes_before_it() {
    let server = Server::start(Reply::sse(["abc"]).pause(ms(20)).reset()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunk().await, "abc");
    let (rest, end) = client.rest().await;
    assert_eq!((rest.as_str(), end.unwrap_err().kind()), ("", ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_length_that_promises_too_much_ends_with_the_connection() {
    let server = Server::start(Reply::json(200, "{}").content_length(10)).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await[2], "content-length: 10");
    let (rest, end) = client.rest().await;
    assert_eq!(rest, "{}");
    assert!(end.is_ok());
}

#[tokio::test]
async fn a_length_that_promises_too_little_is_followed_by_the_whole_body() {
    let server = Server::start(Reply::json(200, "{\"a\":1}").content_length(2)).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await[2], "content-length: 2");
    assert_eq!(client.rest().await.0, "{\"a\":1}");
}

#[tokio::test]
async fn a_scripted_framing_header_takes_the_place_of_the_true_one() {
    let server = Server::start(Reply::json(200, "{}").header("Content-Length", "many")).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await[1..], ["content-type: application/json", "Content-Length: many"]);
    assert_eq!(client.rest().await.0, "{}");
}

#[tokio::test]
async fn a_body_until_close_has_no_length() {
    let server = Server::start(Reply::sse(["a", "b"]).until_close()).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(
        client.head().await,
        ["HTTP/1.1 200 OK", "content-type: text/event-stream", "connection: close"]
    );
    assert_eq!(client.rest().await.0, "ab");
}

#[tokio::test]
async fn a_cut_falls_after_every_number_of_body_bytes() {
    let whole = "4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n";
    let expected = [
        "",
        "4\r\na",
        "4\r\nab",
        "4\r\nabc",
        "4\r\nabcd\r\n",
        "4\r\nabcd\r\n3\r\ne",
        "4\r\nabcd\r\n3\r\nef",
        "4\r\nabcd\r\n3\r\nefg\r\n",
        whole,
    ];
    let reply = |cut| Reply::sse(["abcd", "efg"]).cut_at(cut).close();
    let server = Server::start(Script::replies((0..9).map(reply))).await.unwrap();
    for bytes in expected {
        let mut client = Client::get(&server).await;
        client.head().await;
        let (rest, end) = client.rest().await;
        assert_eq!(rest, bytes);
        assert!(end.is_ok());
    }
}

#[tokio::test]
async fn a_cut_falls_within_a_body_of_known_length() {
    let server = Server::start(Reply::json(200, "{\"a\":1}").cut_at(3)).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await[2], "content-length: 7");
    assert_eq!(client.rest().await.0, "{\"a");
}

#[tokio::test]
async fn a_cut_can_be_a_reset() {
    let server = Server::start(Reply::sse(["abcd"]).reset_at(2)).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    let (rest, end) = client.rest().await;
    assert_eq!((rest.as_str(), end.unwrap_err().kind()), ("4\r\nab", ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_refused_connection_ends_before_a_request_is_read() {
    let server = Server::start(Script::replies([Reply::refuse(), Reply::json(200, "{}")])).await.unwrap();
    let mut client = Client::connect(&server).await;
    let (rest, end) = client.rest().await;
    assert!(rest.is_empty() && end.is_ok());
    assert_eq!((server.connections(), server.request_count()), (1, 0));
    assert_eq!(Client::get(&server).await.head().await[0], "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_refusal_meets_a_request_on_an_open_connection_too() {
    let server = Server::start(Script::replies([Reply::json(200, "{}"), Reply::refuse()])).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    client.exactly(2).await;
    client.send(GET).await;
    assert!(client.rest().await.0.is_empty());
    assert_eq!(server.request_count(), 2);
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_the_server_back() {
    let endless =
        Reply::stream("text/event-stream", [""; 0]).step(Step::Repeat(vec![b'x'; 1 << 20].into(), 1 << 10));
    let server = Server::start(endless).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    let mut sent = 0;
    loop {
        tokio::time::sleep(ms(50)).await;
        let now = server.connection(0).unwrap().bytes_sent;
        if now == sent {
            break;
        }
        sent = now;
    }
    assert!((1..64 << 20).contains(&sent), "{sent}");
    drop(client);
    assert!(server.closed_by_client(0, ms(100)).await.is_some());
}
