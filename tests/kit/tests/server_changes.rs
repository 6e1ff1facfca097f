//! What a reply does to the bytes that it was given, and what is known of an exchange.
#![cfg(feature = "server")]

mod server_client;

use std::time::Instant;

use server_client::{Client, ms};
use steer_testkit::server::{ErrorCode, Outcome, Packing, Phase, Reading, Reply, Script, Server, Step};

#[tokio::test]
async fn a_byte_is_corrupted_wherever_it_stands_and_a_piece_comes_twice() {
    let server = Server::start(Reply::sse(["ab", "cd"]).corrupt(2, 0x01).duplicate(1)).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["ab", "bd", "bd"]);
    let server = Server::start(Reply::sse(["ab"]).corrupt(2, 0x01).duplicate(1)).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["ab"], "there is nothing behind the end");
}

#[tokio::test]
async fn a_slow_body_comes_byte_by_byte_at_its_pace() {
    let server = Server::start(Reply::sse_text("abcd").slow(20)).await.unwrap();
    let start = Instant::now();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["a", "b", "c", "d"]);
    assert!(start.elapsed() >= ms(200), "{:?}", start.elapsed());
}

#[tokio::test]
async fn packed_bytes_are_labelled_and_are_those_that_other_readers_unpack() {
    // As read by Python's `gzip` and `zlib`, and by the brotli library.
    for (packing, label, bytes) in [
        (
            Packing::Gzip,
            "gzip",
            &b"\x1f\x8b\x08\0\0\0\0\0\0\xff\0\x03\0\xfc\xffabc\0\x02\0\xfd\xffde\x01\0\0\xff\xff\x65\xd8\x87\x85\x05\0\0\0"[..],
        ),
        (Packing::Deflate, "deflate", b"\x78\x01\0\x03\0\xfc\xffabc\0\x02\0\xfd\xffde\x01\0\0\xff\xff\x05\xc8\x01\xf0"),
        (Packing::Brotli, "br", b"\x01\x03\x10\0\x08abc\x08\0\x08de\x03"),
    ] {
        let pieces = ["abc", "de"].map(|piece| Step::Bytes(piece.into()));
        let server = Server::start(Reply::new(200).steps(pieces).packed(packing).close()).await.unwrap();
        let mut client = Client::get(&server).await;
        assert_eq!(client.head().await[1], format!("content-encoding: {label}"));
        let mut packed = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut client.stream, &mut packed).await.unwrap();
        assert_eq!(packed, bytes, "{packing:?}");
    }
}

#[tokio::test]
async fn steps_before_the_headers_come_instead_of_them_or_before_them() {
    let garbage = Reply::json(200, "{}").before_headers(Step::Bytes("garbage\r\n".into())).close();
    let fin =
        Reply::json(200, "{}").before_headers(Step::GoAway { code: ErrorCode::NO_ERROR, covers_this: true });
    let server = Server::start(Script::replies([garbage, fin])).await.unwrap();
    assert!(Client::get(&server).await.rest().await.0.starts_with("garbage\r\nHTTP/1.1 200 OK\r\n"));
    assert_eq!(Client::get(&server).await.rest().await.0, "", "what only HTTP/2 has ends the connection");
}

#[tokio::test]
async fn a_body_that_is_not_read_is_answered_early_or_not_at_all() {
    let script = || Script::always(Reply::text(413, "too much"));
    let server = Server::start(script().reading(Reading::Head)).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("POST / HTTP/1.1\r\ncontent-length: 1000000\r\n\r\nabc").await;
    assert_eq!(client.head().await[0], "HTTP/1.1 413 Content Too Large");
    assert!(server.requests()[0].body.is_empty());
    let server = Server::start(script().reading(Reading::Nothing)).await.unwrap();
    let mut client = Client::get(&server).await;
    assert!(client.silent_for(ms(100)).await);
    assert_eq!((server.connections(), server.request_count()), (1, 0));
}

#[tokio::test]
async fn an_exchange_tells_how_far_it_came_and_who_ended_it() {
    let replies = [
        Reply::json(200, "{}"),
        Reply::json(200, "{}").delay_headers(ms(60_000)),
        Reply::sse(["a"]).stall(),
        Reply::sse(["a"]).fin(),
    ];
    let server = Server::start(Script::replies(replies)).await.unwrap();
    let expected = [
        (Phase::Body, Outcome::Answered),
        (Phase::Headers, Outcome::GivenUp),
        (Phase::Body, Outcome::GivenUp),
        (Phase::Body, Outcome::Broken),
    ];
    for (number, (phase, how)) in expected.into_iter().enumerate() {
        let mut client = Client::get(&server).await;
        assert!(server.received(number + 1, ms(1000)).await);
        if phase == Phase::Body {
            client.head().await;
        }
        if how == Outcome::Broken {
            drop(client.rest().await);
        }
        drop(client);
        let given_up = server.given_up(number, ms(1000)).await;
        assert_eq!(given_up.is_some(), how == Outcome::GivenUp, "{number}");
        let exchange = server.exchange(number).unwrap();
        assert_eq!((exchange.phase, exchange.end.unwrap().how), (phase, how), "{number}");
    }
}
