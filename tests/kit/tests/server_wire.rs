//! What the server writes, byte for byte.
#![cfg(feature = "server")]

mod server_client;

use server_client::{Client, GET, ms};
use steer_testkit::server::{Reply, Script, Server, Step, prerender};

#[tokio::test]
async fn each_piece_arrives_as_one_chunk() {
    let server = Server::start(Reply::sse(["data: a", "\n", "\ndata: b\n\n"])).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(
        client.head().await,
        ["HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked"]
    );
    assert_eq!(client.chunks().await, ["data: a", "\n", "\ndata: b\n\n"]);
}

#[tokio::test]
async fn empty_pieces_do_not_end_the_body() {
    let server = Server::start(Reply::sse(["", "a", "", "b"])).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["a", "b"]);
}

#[tokio::test]
async fn each_event_is_a_piece_whatever_its_line_ends() {
    let text = "data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\ndata: e\n\ntail";
    let server = Server::start(Reply::sse_text(text).each_event_a_piece()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(
        client.chunks().await,
        ["data: a\n\n", "data: b\r\n\r\n", "data: c\r\r", "data: d\ndata: e\n\n", "tail"]
    );
}

#[tokio::test]
async fn piece_size_joins_neighbours_and_stops_at_other_steps() {
    let reply = Reply::sse(["abc", "de"]).pause(ms(1)).step(Step::Bytes("fgh".into())).piece_size(2);
    let server = Server::start(reply).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["ab", "cd", "e", "fg", "h"]);
}

#[tokio::test]
async fn a_body_of_known_length_announces_it() {
    let server = Server::start(Reply::json(201, "{}").reason("Made")).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(
        client.head().await,
        ["HTTP/1.1 201 Made", "content-type: application/json", "content-length: 2"]
    );
    assert_eq!(client.exactly(2).await, "{}");
    assert!(client.silent_for(ms(30)).await);
}

#[tokio::test]
async fn headers_keep_their_order_their_doubles_and_their_faults() {
    let reply =
        Reply::new(799).header("b", "1").header("a", "2").header("B", "3").header("bad name", b"\xff");
    let server = Server::start(reply.content_type("x").without_header("A").close()).await.unwrap();
    let mut client = Client::get(&server).await;
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut client.stream, &mut bytes).await.unwrap();
    assert_eq!(
        bytes,
        b"HTTP/1.1 799 \r\nb: 1\r\nB: 3\r\nbad name: \xff\r\ncontent-type: x\r\n\
          content-length: 0\r\nconnection: close\r\n\r\n"
    );
}

#[tokio::test]
async fn interim_responses_come_first_and_trailers_last() {
    let reply = Reply::sse(["a"]).interim(103, &[("link", "<x>")]).trailer("x-sum", "7");
    let server = Server::start(reply).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await, ["HTTP/1.1 103 Early Hints", "link: <x>"]);
    assert_eq!(client.head().await[0], "HTTP/1.1 200 OK");
    assert_eq!(client.chunks().await, ["a"]);
    assert_eq!(client.head().await, ["x-sum: 7"]);
}

#[tokio::test]
async fn raw_bytes_stand_beside_chunks_as_they_are() {
    let reply = Reply::sse(["a"]).step(Step::RawBytes("3;ext=1\r\nxyz\r\n".into()));
    let server = Server::start(reply.close()).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.rest().await.0, "1\r\na\r\n3;ext=1\r\nxyz\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_prerendered_body_is_the_same_as_its_pieces() {
    let pieces = ["a".repeat(40_000), String::new(), "b".to_owned()];
    let server = Server::start(Script::replies([
        Reply::prerendered(prerender(pieces.clone())),
        Reply::sse(pieces).close(),
    ]))
    .await
    .unwrap();
    let mut client = Client::get(&server).await;
    let first = (client.head().await, client.chunks().await);
    assert_eq!(client.line().await, "");
    client.send(GET).await;
    let mut second = (client.head().await, client.chunks().await);
    assert_eq!(second.0.pop().unwrap(), "connection: close");
    assert!(first == second);
    assert_eq!(first.1.iter().map(String::len).collect::<Vec<_>>(), [40_000, 1]);
}

#[tokio::test]
async fn a_repeated_piece_is_sent_so_many_times() {
    let reply = Reply::new(200).step(Step::Repeat("xy".into(), 3));
    let server = Server::start(Script::replies([reply.clone(), reply.chunked()])).await.unwrap();
    let mut client = Client::get(&server).await;
    assert_eq!(client.head().await[1], "content-length: 6");
    assert_eq!(client.exactly(6).await, "xyxyxy");
    client.send(GET).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["xy", "xy", "xy"]);
}

#[tokio::test]
async fn a_reply_to_head_has_no_body() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("HEAD / HTTP/1.1\r\n\r\n").await;
    assert_eq!(client.head().await[2], "content-length: 2");
    assert!(client.silent_for(ms(30)).await);
}

#[tokio::test]
async fn no_content_has_no_framing() {
    let server = Server::start(Reply::new(204)).await.unwrap();
    assert_eq!(Client::get(&server).await.head().await, ["HTTP/1.1 204 No Content"]);
}

#[tokio::test]
async fn an_http_1_0_client_gets_no_chunks() {
    let server = Server::start(Reply::sse(["a", "b"])).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!(client.head().await[2], "connection: close");
    assert_eq!(client.rest().await.0, "ab");
}
