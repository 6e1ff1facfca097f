//! Faults that only a real socket has.

use std::time::Duration;

use futures::StreamExt;
use steer::http::Timeouts;
use steer::{Client, ErrorKind, RetryPolicy, StreamChunk};
use steer_testkit::server::{Reply, Script, Server, Step};

use crate::formats::{ALL, Format};
use crate::rig::{builder, request};

const TEXTS: [&str; 2] = ["Hello, ", "world"];
const SOON: Duration = Duration::from_secs(5);

fn reply(format: Format, body: impl Into<steer::bytes::Bytes>) -> Reply {
    let reply = Reply::new(200).header("content-type", format.content_type());
    reply.step(Step::Bytes(body.into())).chunked()
}

async fn served(format: Format, script: impl Into<Script>) -> (Server, Client) {
    let server = Server::start(script).await.unwrap();
    let builder = builder(format, &server.url()).timeouts(Timeouts::default().idle(SOON));
    let mut policy = RetryPolicy::attempts(3);
    policy.longest_wait = Duration::from_millis(1);
    let client = builder.retry(policy).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn interim_responses_trailers_and_chunks_of_one_byte_change_nothing() {
    for format in ALL {
        let body = format.stream(&TEXTS);
        let odd = reply(format, body).piece_size(1).interim(103, &[("link", "</x>")]).trailer("x-sum", "1");
        let (server, client) = served(format, Script::always(odd)).await;
        let response = client.complete(request()).await.unwrap();
        assert_eq!(
            (response.extract_text().as_ref(), server.request_count()),
            ("Hello, world", 1),
            "{format:?}"
        );
    }
}

#[tokio::test]
async fn a_socket_that_closes_resets_or_lies_about_its_length_is_no_end() {
    for format in ALL {
        let begun = format.begun(&TEXTS);
        let length = u64::try_from(begun.len()).unwrap();
        for (what, broken) in [
            ("fin", reply(format, begun.clone()).cut_at(length)),
            ("reset", reply(format, begun.clone()).pause(Duration::from_millis(20)).step(Step::Reset)),
            ("too long", reply(format, begun.clone()).content_length(length + 100).close()),
            ("until close", reply(format, begun.clone()).until_close()),
        ] {
            let (server, client) = served(format, Script::always(broken)).await;
            let error = client.complete(request()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated, "{format:?}, {what}: {error}");
            assert_eq!(error.partial().unwrap().extract_text(), "Hello, world", "{format:?}, {what}");
            assert_eq!(server.request_count(), 1, "{format:?}, {what}");
        }
    }
}

#[tokio::test]
async fn a_body_of_whole_length_that_is_cut_short_is_never_a_success() {
    for format in ALL {
        let body = format.whole("Hello, world");
        let length = u64::try_from(body.len()).unwrap();
        for cut in [1, length / 2, length - 1] {
            let short = Reply::new(200)
                .header("content-type", "application/json")
                .step(Step::Bytes(body.clone().into()))
                .content_length(length)
                .cut_at(cut);
            let (server, client) = served(format, Script::always(short)).await;
            let asked = request().delivery(steer::Delivery::Whole);
            assert!(client.complete(asked).await.is_err(), "{format:?}, cut at {cut}");
            assert!(server.request_count() <= 3, "{format:?}");
        }
    }
}

#[tokio::test]
async fn a_dropped_stream_closes_its_socket_before_and_after_the_first_chunk() {
    for format in ALL {
        let stalled = reply(format, format.begun(&TEXTS)).stall();
        let (server, client) = served(format, Script::always(stalled)).await;
        let mut stream = client.stream_complete(request()).await.unwrap();
        while let Some(Ok(chunk)) = stream.next().await {
            if matches!(chunk, StreamChunk::TextDelta { .. }) {
                break;
            }
        }
        drop(stream);
        assert!(server.closed_by_client(0, Duration::from_millis(100)).await.is_some(), "{format:?}");

        let silent = reply(format, "").delay_headers(Duration::from_secs(60));
        let (server, client) = served(format, Script::always(silent)).await;
        tokio::select! {
            _ = client.stream_complete(request()) => panic!("{format:?}: an answer"),
            received = server.received(1, SOON) => assert!(received, "{format:?}"),
        }
        assert!(server.closed_by_client(0, Duration::from_millis(100)).await.is_some(), "{format:?}");
    }
}

#[tokio::test]
async fn a_reader_that_sleeps_holds_the_server_back() {
    let format = Format::Chat;
    let piece = format.written(&format.texts(&["x".repeat(1000).as_str()]));
    let pieces = (1_u64 << 30) / u64::try_from(piece.len()).unwrap();
    let flood = Reply::new(200)
        .header("content-type", format.content_type())
        .step(Step::Repeat(piece.into(), pieces))
        .chunked();
    let (server, client) = served(format, Script::always(flood)).await;
    let mut stream = client.stream_complete(request()).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sent = server.connection(0).unwrap().bytes_sent;
    assert!(sent < 32 << 20, "{sent} bytes went out although nobody read");
    drop(stream);
    assert!(server.closed_by_client(0, SOON).await.is_some());
}

#[tokio::test]
async fn refused_and_retried_requests_leave_no_socket_open() {
    for format in ALL {
        let refused = Reply::json(429, format.refusal("later")).header("retry-after-ms", "1");
        let fine = reply(format, format.stream(&TEXTS));
        let script = std::iter::repeat_n(refused, 20).chain([fine]);
        let (server, client) = served(format, Script::replies(script)).await;
        let response = client.complete_with_retry(request(), 30).await.unwrap();
        assert_eq!(
            (response.extract_text().as_ref(), server.request_count()),
            ("Hello, world", 21),
            "{format:?}"
        );
        assert!(server.open_connections() <= 1, "{format:?}: {} are open", server.open_connections());
    }
}
