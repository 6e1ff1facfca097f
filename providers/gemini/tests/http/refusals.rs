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

fn documented(code: &str, message: &str) -> String {
    serde_json::json!({"error": {"code": 400, "status": code, "message": message}}).to_string()
}

/// The statuses of <https://ai.google.dev/gemini-api/docs/troubleshooting>, and others that proxies add.
const TABLE: [(u16, &str, &str); 10] = [
    (400, "INVALID_ARGUMENT", "contents is not specified"),
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    (
        400,
        "INVALID_ARGUMENT",
        "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).",
    ),
    (400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    (403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
    (404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta."),
    (429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please retry in 12.5s."),
    (500, "INTERNAL", "An internal error has occurred."),
    (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    (504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
];

#[tokio::test]
async fn every_documented_status_is_mapped_with_all_that_it_says() {
    let mut shown = String::new();
    for (status, code, message) in TABLE {
        let template = json(status, &documented(code, message));
        row(&mut shown, &refused(template).await);
    }
    for status in [400, 401, 403, 404, 413, 429, 500, 502, 503, 529] {
        for (body, kind) in [("<html><title>nginx</title></html>", "text/html"), ("", "application/json")] {
            row(&mut shown, &refused(ResponseTemplate::new(status).set_body_raw(body, kind)).await);
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("refusals", shown);
    });
}

fn row(out: &mut String, error: &ApiError) {
    assert_eq!(error.attempts(), 1);
    let retry = if error.is_retryable() { "retryable" } else { "final" };
    writeln!(
        out,
        "{} {:?} {retry} code={:?} after={:?}: {}",
        error.status().unwrap(),
        error.kind(),
        error.code(),
        error.retry_after(),
        error.message()
    )
    .unwrap();
}

#[tokio::test]
async fn the_vendors_word_on_sending_again_wins() {
    for (status, word, expected) in [(500, "false", false), (400, "true", true), (500, "maybe", true)] {
        let body = documented("zz_new_error", "No.");
        let error = refused(json(status, &body).insert_header("x-should-retry", word)).await;
        assert_eq!(error.is_retryable(), expected, "{status} {word}");
    }
}

#[tokio::test]
async fn redirects_are_refused_and_only_the_host_is_told() {
    for status in [301, 302, 303, 307, 308] {
        let target = "https://elsewhere.example:8443/steal?token=CANARY";
        let error = refused(ResponseTemplate::new(status).insert_header("location", target)).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Configuration, Some(status)));
        assert!(error.message().contains("`elsewhere.example`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
    }
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_scrubbed() {
    let repeated = format!("API key not valid: {KEY}");
    for template in [
        json(401, &documented("INVALID_ARGUMENT", &repeated)),
        json(401, &documented(KEY, "no")),
        ResponseTemplate::new(401).set_body_raw(repeated.as_str(), "text/plain"),
    ] {
        let error = refused(template).await;
        assert_eq!(error.status(), Some(401));
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        assert!(format!("{error}").contains("***"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_retryable_network_error_without_an_address() {
    // A port on which nothing listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = client(&format!("http://127.0.0.1:{port}")).complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.status()), (ErrorKind::Network, true, None));
    assert!(!error.to_string().contains("generateContent"), "{error}");
}
