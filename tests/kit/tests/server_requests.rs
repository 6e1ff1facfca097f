//! What the server reads and remembers.
#![cfg(feature = "server")]

mod server_client;

use server_client::{Client, GET, ms};
use steer_testkit::server::{Reply, Script, Server};

#[tokio::test]
async fn recorded_requests_equal_what_was_sent() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    let head = "POST /v1/messages?beta=true HTTP/1.1\r\nHost: x\r\nX-Key:  one \r\nx-key: two\r\n";
    client.send(head).await;
    client.send("content-length: 5\r\n\r\nhe").await;
    client.send("llo").await;
    client.head().await;
    let requests = server.requests();
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/v1/messages?beta=true"));
    assert_eq!(request.path(), "/v1/messages");
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), &value[..])).collect();
    assert_eq!(
        headers,
        [("Host", &b"x"[..]), ("X-Key", b"one"), ("x-key", b"two"), ("content-length", b"5")]
    );
    assert_eq!(request.header("X-KEY"), Some("one"));
    assert_eq!(request.header_values("x-key").count(), 2);
    assert_eq!(request.body_text(), Some("hello"));
    assert_eq!(request.connection, 0);
    assert_eq!((requests.len(), server.connection(0).unwrap().requests), (1, 1));
}

#[tokio::test]
async fn a_chunked_request_is_recorded_without_its_framing() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhel").await;
    client.send("lo\r\nA\r\n, big worl\r\n1\r\nd\r\n0\r\nx-sum: 1\r\n\r\n").await;
    client.head().await;
    assert_eq!(server.requests()[0].body_text(), Some("hello, big world"));
}

#[tokio::test]
async fn two_requests_on_one_connection_get_two_replies() {
    let server = Server::start(Script::replies([Reply::sse(["a"]), Reply::json(200, "{}")])).await.unwrap();
    let mut client = Client::get(&server).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["a"]);
    assert_eq!(client.line().await, "");
    client.send(GET).await;
    client.head().await;
    assert_eq!(client.exactly(2).await, "{}");
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!((connections, server.connections()), (vec![0, 0], 1));
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(Script::handler(|request| Reply::text(200, request.target.clone()))).await;
    let server = server.unwrap();
    let mut client = Client::connect(&server).await;
    client
        .send("GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\ncontent-length: 1\r\n\r\nxGET /3 HTTP/1.1\r\n\r\n")
        .await;
    for target in ["/1", "/2", "/3"] {
        client.head().await;
        assert_eq!(client.exactly(2).await, target);
    }
    assert_eq!(server.requests()[1].body_text(), Some("x"));
}

#[tokio::test]
async fn a_client_that_asks_for_a_close_gets_one() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n").await;
    client.head().await;
    assert_eq!(client.rest().await.0, "{}");
    assert!(!server.connection(0).unwrap().end.unwrap().mid_reply);
}

#[tokio::test]
async fn expect_100_continue_is_answered_before_the_body() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n").await;
    assert_eq!(client.head().await, ["HTTP/1.1 100 Continue"]);
    assert_eq!(server.request_count(), 0);
    client.send("hi").await;
    assert_eq!(client.head().await[0], "HTTP/1.1 200 OK");
    assert_eq!(server.requests()[0].body_text(), Some("hi"));
}

#[tokio::test]
async fn what_is_not_http_gets_400_and_the_server_goes_on() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let bad: [&[u8]; 16] = [
        b"hello\r\n",
        b"GET / HTTP/1.1\n\n",
        b"GET /\r\n",
        b"GET  / HTTP/1.1\r\n",
        b"G@T / HTTP/1.1\r\n",
        b"\xff\xfe / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n: nameless\r\n\r\n",
        b"GET / HTTP/1.1\r\na: 1\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\na: \0\r\n\r\n",
        b"GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
        b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
    ];
    for bytes in bad {
        let mut client = Client::connect(&server).await;
        client.send(bytes).await;
        assert_eq!(client.head().await[0], "HTTP/1.1 400 Bad Request", "{}", bytes.escape_ascii());
        assert!(client.rest().await.1.is_ok());
    }
    assert_eq!(server.request_count(), 0);
    assert_eq!(Client::get(&server).await.head().await[0], "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn requests_beyond_the_limits_are_refused() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let long = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(200_000));
    for (bytes, status) in [
        ("GET / HTTP/1.1\r\ncontent-length: 67108865\r\n\r\n", "413"),
        ("GET / HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n", "413"),
        ("GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n4000001\r\n", "413"),
        ("GET / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n", "501"),
        ("GET / HTTP/2.0\r\n", "505"),
        (&long, "431"),
        (&many, "431"),
    ] {
        let mut client = Client::connect(&server).await;
        client.send(bytes).await;
        assert_eq!(client.head().await[0].split(' ').nth(1), Some(status));
    }
    assert_eq!(server.request_count(), 0);
}

#[tokio::test]
async fn a_client_that_leaves_within_its_request_is_recorded_as_gone() {
    let server = Server::start(Reply::json(200, "{}")).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc").await;
    drop(client);
    assert!(server.closed_by_client(0, ms(1000)).await.is_some());
    assert_eq!(server.request_count(), 0);
}

#[tokio::test]
async fn an_exhausted_script_says_so_unless_the_last_reply_repeats() {
    let replies = || Script::replies([Reply::new(201), Reply::new(202)]);
    for (script, last) in [(replies(), "500"), (replies().repeat_last(), "202")] {
        let server = Server::start(script).await.unwrap();
        for status in ["201", "202", last, last] {
            let head = Client::get(&server).await.head().await;
            assert_eq!(head[0].split(' ').nth(1), Some(status));
        }
    }
}

#[tokio::test]
async fn routes_go_by_method_and_path_and_give_their_replies_in_order() {
    let routes = Script::routes().on("POST", "/a", Reply::new(201)).on("GET", "/b", Reply::new(202)).on(
        "POST",
        "/a",
        Reply::new(203),
    );
    let server = Server::start(routes).await.unwrap();
    for (request, status) in [
        ("POST /a", "201"),
        ("GET /b?x=1", "202"),
        ("POST /a", "203"),
        ("POST /a", "203"),
        ("GET /a", "404"),
        ("GET /c", "404"),
    ] {
        let mut client = Client::connect(&server).await;
        client.send(format!("{request} HTTP/1.1\r\n\r\n")).await;
        assert_eq!(client.head().await[0].split(' ').nth(1), Some(status), "{request}");
    }
}

#[tokio::test]
async fn requests_can_be_taken_or_never_kept() {
    let server = Server::start(Script::always(Reply::new(200))).await.unwrap();
    Client::get(&server).await.head().await;
    assert_eq!((server.take_requests().len(), server.requests().len()), (1, 0));
    assert_eq!(server.request_count(), 1);
    let server = Server::start(Script::always(Reply::new(200)).without_recording()).await.unwrap();
    Client::get(&server).await.head().await;
    assert_eq!((server.request_count(), server.requests().len()), (1, 0));
}

#[tokio::test]
async fn debug_output_shows_no_key_and_no_text() {
    let reply = Reply::json(200, "CANARY").header("x", "CANARY");
    assert!(!format!("{reply:?}").contains("CANARY"));
    let server = Server::start(reply).await.unwrap();
    let mut client = Client::connect(&server).await;
    client
        .send("POST /p?key=CANARY HTTP/1.1\r\nauthorization: CANARY\r\ncontent-length: 6\r\n\r\nCANARY")
        .await;
    client.head().await;
    let shown = format!("{:?} {server:?}", server.requests());
    assert!(shown.contains("/p") && shown.contains("<6 bytes>"), "{shown}");
    assert!(!shown.contains("CANARY"), "{shown}");
}
