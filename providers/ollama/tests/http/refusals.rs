//! Statuses that are no success.

use std::fmt::Write;

use steer_core::{ApiError, ErrorKind};
use wiremock::ResponseTemplate;

use crate::setup::{KEY, client, json, request, serve};

async fn refused(template: ResponseTemplate) -> ApiError {
    let server = serve(template).await;
    let error = client(&server.uri()).stream_complete(request()).await.err().unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    error
}

fn documented(message: &str) -> String {
    serde_json::json!({"error": message}).to_string()
}

/// The statuses of <https://docs.ollama.com/api/errors>, with words of the server's.
const TABLE: [(u16, &str); 8] = [
    (400, "model is required"),
    (400, "\"gemma3\" does not support thinking"),
    (401, "unauthorized"),
    (404, "model 'gemma9' not found"),
    (429, "you have reached your hourly usage limit"),
    (500, "llama runner process has terminated: exit status 2"),
    (502, "upstream unavailable"),
    (503, "server busy, please try again.  maximum pending requests exceeded"),
];

#[tokio::test]
async fn every_documented_status_is_mapped_with_all_that_it_says() {
    let mut shown = String::new();
    for (status, message) in TABLE {
        row(&mut shown, &refused(json(status, &documented(message))).await);
    }
    for status in [400, 404, 500, 503] {
        for (body, kind) in [("<html><title>nginx</title></html>", "text/html"), ("", "application/json")] {
            row(&mut shown, &refused(ResponseTemplate::new(status).set_body_raw(body, kind)).await);
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("refusals", shown);
    });
}

fn row(out: &mut String, error: &ApiError) {
    let retry = if error.is_retryable() { "retryable" } else { "final" };
    writeln!(out, "{} {:?} {retry}: {}", error.status().unwrap(), error.kind(), error.message()).unwrap();
}

#[tokio::test]
async fn the_servers_word_on_sending_again_wins() {
    for (status, word, expected) in [(500, "false", false), (400, "true", true), (500, "maybe", true)] {
        let template = json(status, &documented("No.")).insert_header("x-should-retry", word);
        assert_eq!(refused(template).await.is_retryable(), expected, "{status} {word}");
    }
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_scrubbed() {
    let error = refused(json(401, &documented(&format!("bad key {KEY}")))).await;
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_run_is_a_network_error() {
    // A port on which nothing listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = client(&format!("http://127.0.0.1:{port}")).complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.status()), (ErrorKind::Network, true, None));
}
