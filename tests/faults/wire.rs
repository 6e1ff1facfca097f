//! Faults of TLS and of HTTP/2.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use steer::http::{ReqwestTransport, Timeouts};
use steer::{ApiError, Client, ErrorKind, RetryPolicy, StreamChunk};
use steer_testkit::server::{
    ErrorCode, Http2, Outcome, Packing, Phase, Reading, Reply, Script, Server, Step, Tls,
};

use crate::formats::{ALL, Format};
use crate::rig::{builder, request};

const TEXTS: [&str; 2] = ["Hello, ", "world"];
const SOON: Duration = Duration::from_secs(5);

fn reply(format: Format, body: impl Into<steer::bytes::Bytes>) -> Reply {
    Reply::stream(format.content_type(), [body.into()])
}

fn fine(format: Format) -> Reply {
    reply(format, format.stream(&TEXTS))
}

async fn over_http2(script: impl Into<Script>) -> Server {
    Server::builder(script).tls(Tls::trusted()).http2(Http2::new()).start().await.unwrap()
}

fn client(format: Format, server: &Server) -> Client {
    let mut transport = ReqwestTransport::builder().timeouts(Timeouts::default().connect(SOON));
    if let Some(pem) = server.authority_pem() {
        transport = transport.root_certificates(pem);
    }
    if let Some(pem) = server.client_pem() {
        transport = transport.client_certificate(pem);
    }
    with(format, server, transport.build().unwrap())
}

fn with(format: Format, server: &Server, transport: ReqwestTransport) -> Client {
    let mut policy = RetryPolicy::attempts(3);
    policy.longest_wait = Duration::from_millis(1);
    let builder = builder(format, &server.url()).transport(Arc::new(transport)).retry(policy);
    builder.timeouts(Timeouts::default().headers(SOON).idle(SOON)).build().unwrap()
}

async fn ask(client: &Client) -> Result<String, ApiError> {
    client.complete(request()).await.map(|response| response.extract_text().into_owned())
}

#[tokio::test]
async fn trailers_interim_responses_and_a_reset_behind_the_end_change_nothing_over_http2() {
    for format in ALL {
        let odd = fine(format).piece_size(7).interim(103, &[("link", "</x>")]).trailer("x-sum", "1");
        let script = Script::always(odd.reset_behind(ErrorCode::NO_ERROR));
        let server = over_http2(script).await;
        assert_eq!(ask(&client(format, &server)).await.unwrap(), "Hello, world", "{format:?}");
        assert!(server.requests()[0].is_http2);
        assert_eq!(server.exchange(0).unwrap().end.unwrap().how, Outcome::Answered);
    }
}

#[tokio::test]
async fn a_stream_that_was_refused_or_not_begun_is_asked_for_again() {
    for format in ALL {
        for before in [
            vec![Step::ResetStream(ErrorCode::REFUSED_STREAM)],
            vec![Step::GoAway { code: ErrorCode::NO_ERROR, covers_this: false }, Step::Fin],
        ] {
            let what = format!("{format:?}: {before:?}");
            let first = before.into_iter().fold(Reply::new(200), Reply::before_headers);
            let server = over_http2(Script::replies([first, fine(format)])).await;
            assert_eq!(ask(&client(format, &server)).await.unwrap(), "Hello, world", "{what}");
            assert_eq!(server.request_count(), 2, "{what}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_broken_off_after_content_keeps_it_and_is_not_asked_for_again() {
    for format in ALL {
        let begun = || reply(format, format.begun(&TEXTS));
        for (what, broken) in [
            ("INTERNAL_ERROR", begun().reset_stream(ErrorCode::INTERNAL_ERROR)),
            ("CANCEL", begun().reset_stream(ErrorCode::CANCEL)),
            ("NO_ERROR", begun().reset_stream(ErrorCode::NO_ERROR)),
            ("REFUSED_STREAM", begun().reset_stream(ErrorCode::REFUSED_STREAM)),
            ("GOAWAY", begun().go_away(ErrorCode::INTERNAL_ERROR).fin()),
            (
                "a frame cut",
                begun()
                    .step(Step::Bytes("x".repeat(99).into()))
                    .cut_at(u64::try_from(format.begun(&TEXTS).len()).unwrap() + 50),
            ),
        ] {
            let server = over_http2(Script::always(broken)).await;
            let error = client(format, &server).complete(request()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Truncated, "{format:?}, {what}: {error}");
            assert_eq!(error.partial().unwrap().extract_text(), "Hello, world", "{format:?}, {what}");
            assert_eq!(server.request_count(), 1, "{format:?}, {what}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_a_graceful_goaway_covers_comes_whole_and_the_next_goes_over_another_connection() {
    for format in ALL {
        let body = format.stream(&TEXTS);
        let (head, tail) = body.split_at(format.begun(&TEXTS[..1]).len());
        let going = reply(format, head.to_owned()).go_away(ErrorCode::NO_ERROR);
        let going = going.pause(Duration::from_millis(20)).step(Step::Bytes(tail.to_owned().into()));
        let server = over_http2(Script::replies([going, fine(format)])).await;
        let client = client(format, &server);
        for connection in [0, 1] {
            assert_eq!(ask(&client).await.unwrap(), "Hello, world", "{format:?}");
            assert_eq!(server.requests()[connection].connection, connection, "{format:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_named_and_asked_for_once() {
    for (tls, why) in [
        (Tls::expired(), "expired"),
        (Tls::for_host("vendor.example"), "not valid for name"),
        (Tls::self_signed(), "UnknownIssuer"),
        (Tls::of_unknown_authority(), "UnknownIssuer"),
    ] {
        for http2 in [false, true] {
            let mut server = Server::builder(fine(Format::Chat)).tls(tls.clone());
            if http2 {
                server = server.http2(Http2::new());
            }
            let server = server.start().await.unwrap();
            let error = ask(&client(Format::Chat, &server)).await.unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert!(!error.is_retryable(), "{error}");
            assert_eq!((server.connections(), server.request_count()), (1, 0), "{error}");
        }
    }
}

#[tokio::test]
async fn a_handshake_that_stalls_ends_as_a_connection_that_did_not_stand_in_time() {
    let server = Server::builder(fine(Format::Chat)).tls(Tls::stalled()).start().await.unwrap();
    let limit = Duration::from_millis(300);
    let transport = ReqwestTransport::builder().timeouts(Timeouts::default().connect(limit)).build().unwrap();
    let start = Instant::now();
    let error = ask(&with(Format::Chat, &server, transport)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("connect"), "{error}");
    assert!((limit..SOON).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_certificate_of_the_programs_own_is_shown_over_http2() {
    let tls = Tls::trusted().asking_for_a_certificate();
    let server = Server::builder(fine(Format::Chat)).tls(tls).http2(Http2::new()).start().await.unwrap();
    assert_eq!(ask(&client(Format::Chat, &server)).await.unwrap(), "Hello, world");
    assert!(server.requests()[0].is_http2);
    let unknown = ReqwestTransport::builder().root_certificates(server.authority_pem().unwrap());
    let error = ask(&with(Format::Chat, &server, unknown.build().unwrap())).await.unwrap_err();
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
}

#[tokio::test]
async fn a_connection_that_answers_no_ping_is_left_and_the_next_call_works() {
    let format = Format::Chat;
    let script = Script::replies([fine(format), reply(format, "").stall(), fine(format)]);
    let http2 = Http2::new().pings_unanswered();
    let server = Server::builder(script).tls(Tls::trusted()).http2(http2).start().await.unwrap();
    let pinging = Duration::from_millis(200);
    let transport = ReqwestTransport::builder().ping(pinging, pinging);
    let transport = transport.root_certificates(server.authority_pem().unwrap());
    let client = with(format, &server, transport.build().unwrap());
    assert_eq!(ask(&client).await.unwrap(), "Hello, world");
    // The dead one breaks before any content, and the request is sent again over another.
    assert_eq!(ask(&client).await.unwrap(), "Hello, world");
    let connections: Vec<usize> = server.requests().iter().map(|sent| sent.connection).collect();
    assert_eq!(connections.len(), 3);
    assert!(connections[2] > connections[1], "{connections:?}");
}

#[tokio::test]
async fn a_server_that_stops_reading_costs_a_timeout_and_one_that_answers_early_is_heard() {
    let format = Format::Chat;
    for http2 in [false, true] {
        for (script, is_early) in [
            (Script::always(fine(format).delay_headers(Duration::from_secs(60))), false),
            (Script::always(Reply::json(400, format.refusal("too large"))), true),
        ] {
            let mut server = Server::builder(script.reading(Reading::Head)).tls(Tls::trusted());
            if http2 {
                server = server.http2(Http2::new());
            }
            let server = server.start().await.unwrap();
            let timeouts = Timeouts::default().headers(Duration::from_millis(500));
            let mut large = request().user("x".repeat(200_000));
            large.timeouts = timeouts;
            let error = client(format, &server).complete(large).await.unwrap_err();
            let kind = if is_early { ErrorKind::InvalidRequest } else { ErrorKind::Timeout };
            assert_eq!(error.kind(), kind, "over HTTP/2: {http2}: {error}");
            assert_eq!(server.request_count(), 1);
        }
    }
}

#[tokio::test]
async fn a_packed_body_is_a_typed_error_also_where_its_label_lies() {
    for format in ALL {
        // Without a label only gzip begins as nothing else does.
        for (packing, label) in [
            (Packing::Gzip, "gzip"),
            (Packing::Gzip, "br"),
            (Packing::Gzip, "identity"),
            (Packing::Deflate, "deflate"),
            (Packing::Brotli, "br"),
        ] {
            let packed = fine(format).packed(packing).without_header("content-encoding");
            let server = over_http2(Script::always(packed.header("content-encoding", label))).await;
            let error = ask(&client(format, &server)).await.unwrap_err();
            let what = format!("{format:?}, {packing:?} as {label:?}: {error}");
            assert_eq!(error.kind(), ErrorKind::ResponseParsing, "{what}");
            assert!(error.to_string().contains("compress"), "{what}");
            assert_eq!(server.request_count(), 1, "{what}");
        }
    }
}

#[tokio::test]
async fn ninety_nine_of_a_hundred_dropped_calls_are_seen_by_the_server_within_a_tenth_of_a_second() {
    let format = Format::Chat;
    for http2 in [false, true] {
        let silent = reply(format, "").delay_headers(Duration::from_secs(60));
        let stalled = reply(format, format.begun(&TEXTS)).stall();
        for (script, phase) in [(silent, Phase::Headers), (stalled, Phase::Body)] {
            let mut server = Server::builder(Script::always(script)).tls(Tls::trusted());
            if http2 {
                server = server.http2(Http2::new());
            }
            let server = server.start().await.unwrap();
            let client = client(format, &server);
            let mut took = Vec::new();
            for number in 0..50 {
                let dropped = match phase {
                    Phase::Headers => {
                        tokio::select! {
                            _ = client.stream_complete(request()) => panic!("an answer"),
                            received = server.received(number + 1, SOON) => assert!(received),
                        }
                        Instant::now()
                    }
                    Phase::Body => {
                        let mut stream = client.stream_complete(request()).await.unwrap();
                        while let Some(Ok(chunk)) = stream.next().await {
                            if matches!(chunk, StreamChunk::TextDelta { .. }) {
                                break;
                            }
                        }
                        drop(stream);
                        Instant::now()
                    }
                };
                let seen = server.given_up(number, SOON).await.expect("the server never saw it");
                assert_eq!(server.exchange(number).unwrap().phase, phase);
                took.push(seen.saturating_duration_since(dropped));
            }
            took.sort();
            assert!(took[49] < Duration::from_millis(100), "over HTTP/2: {http2}: {phase:?}: {took:?}");
        }
    }
}
