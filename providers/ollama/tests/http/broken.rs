//! Bodies that break, and bodies that are too large.

use steer_core::ErrorKind;
use steer_core::framing::FramingLimits;
use steer_core::http::Limits;
use steer_core::sse::SseLimits;
use steer_testkit::server::{Reply, Server};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::setup::{TEXT, beginning, client, fails, request, scripted};

const TYPE: &str = "application/x-ndjson";

#[tokio::test]
async fn a_connection_that_breaks_is_truncated_with_what_came() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).break_off());
    let error = fails(scripted(&transport).build().unwrap().stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert!(error.partial().unwrap().extract_text().ends_with("second line."));
    assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
}

#[tokio::test]
async fn a_socket_that_closes_or_resets_in_a_body_is_truncated() {
    let at = beginning().len() as u64;
    for reply in [
        Reply::stream(TYPE, [TEXT]).cut_at(at),
        Reply::stream(TYPE, [TEXT]).piece_size(40).cut_at(at),
        Reply::stream(TYPE, [beginning()]).fin(),
        Reply::stream(TYPE, [beginning()]).pause(std::time::Duration::from_millis(100)).reset(),
        Reply::stream(TYPE, [TEXT]).content_length(1 << 20).cut_at(at),
        Reply::stream(TYPE, [beginning()]).until_close(),
    ] {
        let server = Server::start(reply).await.unwrap();
        let error = fails(client(&server.url()).stream_complete(request()).await.unwrap()).await;
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
        assert!(error.partial().unwrap().extract_text().ends_with("second line."), "{error}");
    }
}

#[tokio::test]
async fn a_line_over_its_limit_is_an_error() {
    let mut limits = Limits::default();
    limits.framing = FramingLimits::default().sse(SseLimits::default().event(4096).line(4096));
    let transport = ScriptedTransport::new(Response::sse(beginning()).piece("x".repeat(5000)).stall());
    let client = scripted(&transport).limits(limits).build().unwrap();
    let error = fails(client.stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert_eq!(transport.bodies_dropped(), 1, "the connection is closed");
}

#[tokio::test]
async fn an_answer_over_its_limit_is_an_error_with_what_came() {
    let mut limits = Limits::default();
    limits.answer = 2000;
    let line = "{\"message\":{\"content\":\"0123456789\"},\"done\":false}\n";
    let transport = ScriptedTransport::new(Response::sse(beginning()).piece(line.repeat(1000)).stall());
    let client = scripted(&transport).limits(limits).build().unwrap();
    let error = fails(client.stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let length = error.partial().unwrap().extract_text().len();
    assert!((1000..=2000).contains(&length), "{length}");
}
