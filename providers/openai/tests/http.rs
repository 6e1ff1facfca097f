//! The whole path from a request to an answer, over real sockets.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use steer_core::auth::Environment;
use steer_core::{
    ApiError, Client, CompletionRequest, Delivery, EndProof, ErrorKind, InputSchema, Message, StopReason,
    ToolResult, ToolSchema,
};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const KEY: &str = "sk-CANARY-0123456789";
const STREAM: &str = include_str!("fixtures/text.stream.sse");
const WHOLE: &str = include_str!("fixtures/text.whole.json");
const TEXT: &str = "Hello, Zürich \"quoted\"\n– 😀 and more";

fn client(server: &MockServer) -> Client {
    Client::builder()
        .only_registered()
        .register(steer_openai::REGISTRATION)
        .retry(steer_core::RetryPolicy::once())
        .environment(Environment::of::<&str, &str>([]))
        .base_url("openai", format!("{}/some/v1", server.uri()))
        .api_key("openai", KEY)
        .build()
        .unwrap()
}

fn request() -> CompletionRequest {
    CompletionRequest::new("openai/m-1").user("Hello").max_output_tokens(64)
}

fn tool(name: &str) -> ToolSchema {
    ToolSchema::new(name, InputSchema::from_json(json!({"type": "object", "properties": {}})).unwrap())
}

async fn serve(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

fn json_body(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn sent(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().remove(0)
}

#[tokio::test]
async fn a_stream_is_asked_for_behind_the_base_url_with_the_key_as_bearer() {
    let server = serve(sse(STREAM)).await;
    let answer = client(&server).complete(request()).await.unwrap();
    assert_eq!((&*answer.extract_text(), answer.proof), (TEXT, Some(EndProof::Confirmed)));
    let request = sent(&server).await;
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/some/v1/responses"));
    assert_eq!(request.headers["authorization"].to_str().unwrap(), format!("Bearer {KEY}"));
    let body: Value = request.body_json().unwrap();
    assert_eq!((&body["model"], &body["stream"]), (&json!("m-1"), &json!(true)));
    assert_eq!(body["max_output_tokens"], 64);
    // Quirk 123: an empty list of tools is refused.
    assert!(body.get("tools").is_none());
    assert!(!body.to_string().contains("CANARY"));
}

#[tokio::test]
async fn a_whole_answer_is_the_same_as_its_stream() {
    let server = serve(json_body(200, WHOLE)).await;
    let answer = client(&server).complete(request().delivery(Delivery::Whole)).await.unwrap();
    assert_eq!(answer.extract_text(), TEXT);
    let body: Value = sent(&server).await.body_json().unwrap();
    assert_ne!(body["stream"], true);
}

#[tokio::test]
async fn a_server_that_answers_a_request_for_a_stream_with_one_body_is_read() {
    let server = serve(json_body(200, WHOLE)).await;
    assert_eq!(client(&server).complete(request()).await.unwrap().extract_text(), TEXT);
}

#[tokio::test]
async fn what_the_model_thought_and_called_goes_back_as_it_came() {
    let server = serve(sse(include_str!("fixtures/calls.stream.sse"))).await;
    let client = client(&server);
    let request = request().tool(tool("get_weather")).tool(tool("get_time"));
    let answer = client.complete(request.clone()).await.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
    let calls = answer.extract_tool_calls();
    let mut next = request.message(answer.into_message());
    for call in calls {
        next = next.message(Message::tool(ToolResult::text(call.id, "4").for_tool(call.name)));
    }
    client.complete(next).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let text = String::from_utf8(requests[1].body.clone()).unwrap();
    // Encrypted items go back byte for byte.
    let reasoning = r#"{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"**Plan**\n\nLook it up."},{"type":"summary_text","text":"Then answer."}],"encrypted_content":"gAAAAABsecretBlob=="}"#;
    assert!(text.contains(reasoning), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    let input = body["input"].as_array().unwrap();
    let kinds: Vec<&str> = input.iter().filter_map(|item| item["type"].as_str()).collect();
    let expected =
        ["reasoning", "function_call", "function_call", "function_call_output", "function_call_output"];
    assert!(kinds.ends_with(&expected), "{kinds:?}");
    let call = input.iter().find(|item| item["call_id"] == "call_a").unwrap();
    assert_eq!((&call["id"], &call["name"]), (&json!("fc_1"), &json!("get_weather")));
    assert_eq!(call["arguments"], "{\"city\":\"Zürich\",\"unit\":\"c\"}");
}

const WRAPPED: &str = r#"{"tool_uses":[{"recipient_name":"functions.get_weather","parameters":{"city":"Bern"}},{"recipient_name":"functions.get_time","parameters":{}}]}"#;

fn wrapped() -> String {
    let call = |arguments: &str| json!({"id": "fc_1", "type": "function_call", "call_id": "call_a", "name": "multi_tool_use.parallel", "arguments": arguments});
    let events = [
        json!({"type": "response.output_item.added", "output_index": 0, "item": call("")}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": WRAPPED}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": call(WRAPPED)}),
        json!({"type": "response.completed", "response": {"id": "r", "status": "completed", "output": [call(WRAPPED)]}}),
    ];
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

/// Quirk 59: a call of several functions at once is these calls, where the request offers them.
#[tokio::test]
async fn a_call_that_wraps_calls_of_the_requests_tools_is_these_calls() {
    let server = serve(sse(&wrapped())).await;
    let client = client(&server);
    let offered = request().tool(tool("get_weather")).tool(tool("get_time"));
    let answer = client.complete(offered.clone()).await.unwrap();
    let calls = answer.extract_tool_calls();
    let told: Vec<_> = calls.iter().map(|call| (&*call.id, &*call.name, call.raw())).collect();
    assert_eq!(told, [("call_a_1", "get_weather", "{\"city\":\"Bern\"}"), ("call_a_2", "get_time", "{}")]);
    // Each is answered by a result of its own, and goes back as a call of its own.
    let mut next = offered.message(answer.into_message());
    for call in calls {
        next = next.message(Message::tool(ToolResult::text(call.id, "4").for_tool(call.name)));
    }
    client.complete(next).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[1].body_json().unwrap();
    let ids: Vec<_> =
        body["input"].as_array().unwrap().iter().filter_map(|item| item["call_id"].as_str()).collect();
    assert_eq!(ids, ["call_a_1", "call_a_2", "call_a_1", "call_a_2"]);
    // Of what the request does not offer, nothing is made up.
    let other = client.complete(request().tool(tool("other"))).await.unwrap();
    assert_eq!(other.extract_tool_calls()[0].name, "multi_tool_use.parallel");
}

/// Quirk 122: half a character is written as an escape that no text can hold.
#[tokio::test]
async fn half_a_character_does_not_break_an_answer() {
    let events = concat!(
        r#"data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a\ud83d"}"#,
        "\n\n",
        r#"data: {"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}"#,
        "\n\n",
    );
    let server = serve(sse(events)).await;
    assert_eq!(client(&server).complete(request()).await.unwrap().extract_text(), "a\u{fffd}");
}

#[tokio::test]
async fn rate_limits_come_with_an_answer() {
    let limits = sse(STREAM)
        .insert_header("x-ratelimit-limit-requests", "60")
        .insert_header("x-ratelimit-remaining-requests", "59")
        .insert_header("x-ratelimit-reset-requests", "1s")
        .insert_header("x-ratelimit-remaining-tokens", "149984")
        .insert_header("x-request-id", "req_1");
    let server = serve(limits).await;
    let answer = client(&server).complete(request()).await.unwrap();
    assert_eq!(answer.request_id.as_deref(), Some("req_1"));
    let limits = answer.rate_limits.unwrap();
    let requests = limits.requests.unwrap();
    assert_eq!((requests.limit, requests.remaining), (Some(60), Some(59)));
    assert_eq!(limits.tokens.unwrap().remaining, Some(149_984));
}

async fn refused(template: ResponseTemplate) -> ApiError {
    let server = serve(template).await;
    let error = client(&server).stream_complete(request()).await.err().unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    error
}

/// Status, type, code and message of errors as <https://platform.openai.com/docs/guides/error-codes> gives them.
const TABLE: [(u16, &str, &str, &str); 10] = [
    (400, "invalid_request_error", "unsupported_parameter", "Unsupported parameter: 'temperature'."),
    (400, "invalid_request_error", "context_length_exceeded", "Your input exceeds the context window."),
    (
        400,
        "invalid_request_error",
        "invalid_encrypted_content",
        "The encrypted content could not be verified.",
    ),
    (400, "invalid_request_error", "previous_response_not_found", "Previous response not found."),
    (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    (403, "invalid_request_error", "unsupported_country", "Country, region, or territory not supported."),
    (404, "invalid_request_error", "model_not_found", "The model does not exist."),
    (429, "requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    (500, "server_error", "server_error", "The server had an error."),
];

#[tokio::test]
async fn every_refusal_is_mapped_with_all_that_it_says() {
    let mut shown = String::new();
    for (status, kind, code, message) in TABLE {
        let error = json!({"message": message, "type": kind, "param": null, "code": code});
        let error = refused(json_body(status, &json!({"error": error}).to_string())).await;
        let retryable = if error.is_retryable() { "again" } else { "never" };
        writeln!(shown, "{status} {code}: {:?}, {retryable}: {}", error.kind(), error.message()).unwrap();
    }
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("refusals", shown);
    });
}

/// Quirk 124: a refusal with an empty body, or with a web page for one.
#[tokio::test]
async fn a_refusal_without_a_readable_body_is_known_by_its_status() {
    let empty = refused(ResponseTemplate::new(503)).await;
    assert_eq!((empty.kind(), empty.status()), (ErrorKind::Overloaded, Some(503)));
    let page = refused(ResponseTemplate::new(502).set_body_raw("<html>Bad</html>", "text/html")).await;
    assert_eq!(page.kind(), ErrorKind::ServerError);
    assert!(!page.message().contains('<') && !page.message().is_empty(), "{}", page.message());
}

/// Quirk 125: how long to wait is the vendor's word, however long; whether to wait so long is the program's.
#[tokio::test]
async fn a_long_wait_is_told_as_it_was_asked_for() {
    let body = r#"{"error":{"message":"Later.","type":"requests","code":"rate_limit_exceeded"}}"#;
    let error = refused(json_body(429, body).insert_header("retry-after", "3600")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(error.kind(), ErrorKind::RateLimited);
}
