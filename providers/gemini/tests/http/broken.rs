//! Bodies that break, and bodies that are too large.

use steer_core::ErrorKind;
use steer_core::framing::FramingLimits;
use steer_core::http::Limits;
use steer_core::http_types::StatusCode;
use steer_core::sse::SseLimits;
use steer_testkit::server::{Reply, Server};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::setup::{TEXT, beginning, client, fails, request, scripted};

#[tokio::test]
async fn a_connection_that_breaks_is_truncated_with_what_came() {
    let transport = ScriptedTransport::new(Response::sse(beginning()).break_off());
    let error = fails(scripted(&transport).build().unwrap().stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert!(error.partial().unwrap().extract_text().ends_with("\"quoted\"\n"));
    assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
}

#[tokio::test]
async fn a_socket_that_closes_or_resets_in_a_body_is_truncated() {
    let at = beginning().len() as u64;
    for reply in [
        Reply::sse([TEXT]).cut_at(at),
        Reply::sse_text(TEXT).each_event_a_piece().cut_at(at),
        Reply::sse([beginning()]).fin(),
        Reply::sse([beginning()]).pause(std::time::Duration::from_millis(100)).reset(),
        Reply::sse([TEXT]).content_length(1 << 20).cut_at(at),
        Reply::sse([beginning()]).until_close(),
    ] {
        let server = Server::start(reply).await.unwrap();
        let error = fails(client(&server.url()).stream_complete(request()).await.unwrap()).await;
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
        assert!(error.partial().unwrap().extract_text().ends_with("\"quoted\"\n"), "{error}");
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_whole_where_the_vendors_end_was_seen() {
    let server = Server::start(Reply::sse([TEXT]).until_close()).await.unwrap();
    assert!(client(&server.url()).complete(request()).await.is_ok());
}

#[tokio::test]
async fn an_event_over_its_limit_is_an_error() {
    let mut limits = Limits::default();
    limits.framing = FramingLimits::default().sse(SseLimits::default().event(4096).line(4096));
    let long = format!("data: {}", "x".repeat(5000));
    let transport = ScriptedTransport::new(Response::sse(beginning()).piece(long).stall());
    let client = scripted(&transport).limits(limits).build().unwrap();
    let error = fails(client.stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert_eq!(transport.bodies_dropped(), 1, "the connection is closed");
}

#[tokio::test]
async fn an_answer_over_its_limit_is_an_error_with_what_came() {
    let mut limits = Limits::default();
    limits.answer = 2000;
    let delta = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"0123456789\"}]}}]}\n\n";
    let transport = ScriptedTransport::new(Response::sse(beginning()).piece(delta.repeat(1000)).stall());
    let client = scripted(&transport).limits(limits).build().unwrap();
    let error = fails(client.stream_complete(request()).await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let length = error.partial().unwrap().extract_text().len();
    assert!((1000..=2000).contains(&length), "{length}");
    assert_eq!(transport.bodies_dropped(), 1);
}

#[tokio::test]
async fn an_endless_error_body_is_read_to_its_limit_only() {
    let mut limits = Limits::default();
    limits.error_body = 1000;
    let response = Response::new(StatusCode::INTERNAL_SERVER_ERROR).piece("x".repeat(4000)).stall();
    let transport = ScriptedTransport::new(response);
    let error = scripted(&transport).limits(limits).build().unwrap().complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ServerError, Some(500)));
    assert!(error.message().len() <= 1000);
    assert_eq!(transport.bodies_dropped(), 1);
}
