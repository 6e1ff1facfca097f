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
    serde_json::json!({"type": "error", "error": {"type": code, "message": message}, "request_id": "req_body"}).to_string()
}

/// The statuses and types of <https://docs.claude.com/en/api/errors>, and others that proxies add.
const TABLE: [(u16, &str, &str); 17] = [
    (400, "invalid_request_error", "messages: at least one message is required"),
    (400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    (400, "invalid_request_error", "Your credit balance is too low to access the API."),
    (401, "authentication_error", "invalid x-api-key"),
    (402, "billing_error", "There is an issue with your billing."),
    (403, "permission_error", "Your API key may not use this model."),
    (404, "not_found_error", "model: claude-9"),
    (408, "timeout_error", "The request took too long."),
    (409, "conflict_error", "The resource is being changed."),
    (413, "request_too_large", "Request exceeds the maximum size"),
    (422, "invalid_request_error", "tools.0: Input should be an object"),
    (429, "rate_limit_error", "This request would exceed your rate limit"),
    (500, "api_error", "Internal server error"),
    (502, "api_error", "Bad gateway"),
    (503, "overloaded_error", "Overloaded"),
    (504, "timeout_error", "Gateway timeout"),
    (529, "overloaded_error", "Overloaded"),
];

#[tokio::test]
async fn every_documented_status_is_mapped_with_all_that_it_says() {
    let mut shown = String::new();
    for (status, code, message) in TABLE {
        let template = json(status, &documented(code, message)).insert_header("request-id", "req_header");
        let template = if status == 429 {
            template
                .insert_header("retry-after", "12")
                .insert_header("anthropic-ratelimit-requests-remaining", "0")
        } else {
            template
        };
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
    let remaining = error.rate_limits().and_then(|limits| limits.requests.as_ref()?.remaining);
    writeln!(
        out,
        "{} {:?} {retry} code={:?} after={:?} remaining={remaining:?} id={:?}: {}",
        error.status().unwrap(),
        error.kind(),
        error.code(),
        error.retry_after(),
        error.request_id(),
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
async fn the_request_id_of_the_body_is_taken_where_no_header_has_one() {
    assert_eq!(refused(json(500, &documented("api_error", "No."))).await.request_id(), Some("req_body"));
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
    let repeated = format!("invalid x-api-key: {KEY}");
    for template in [
        json(401, &documented("authentication_error", &repeated)),
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
    assert!(!error.to_string().contains("v1/messages"), "{error}");
}
