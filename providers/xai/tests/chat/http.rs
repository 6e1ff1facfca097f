//! The whole path from a request to an answer, over real sockets.

use serde_json::json;
use steer_core::{Client, CompletionRequest, ErrorKind, Message};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::builder;

async fn client(template: ResponseTemplate) -> (Client, MockServer) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer xai-test"))
        .respond_with(template)
        .mount(&server)
        .await;
    let url = format!("{}/v1", server.uri());
    (builder().base_url("xai", url).build().unwrap(), server)
}

fn sse(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

fn asking() -> CompletionRequest {
    CompletionRequest::new("xai/grok-4.7").user("Hi")
}

#[tokio::test]
async fn a_stream_is_answered_and_its_cost_is_that_of_the_catalog() {
    let (client, _server) = client(sse(include_str!("../fixtures/chat/thinking.stream.sse"))).await;
    let answer = client.complete(asking()).await.unwrap();
    assert_eq!(
        (&*answer.extract_text(), answer.extract_thinking().as_str()),
        ("It rains.", "Rain, I think.")
    );
    // 15 tokens at $2, five from the cache at $0.5 and 41 at $6 a million.
    let cost = answer.cost().unwrap();
    assert_eq!(cost.to_string(), "0.0002785");
    assert!(cost.version.as_deref().unwrap().starts_with("genai-prices "), "{cost:?}");
}

#[tokio::test]
async fn an_answer_that_used_sources_has_no_cost_since_none_is_known_of_them() {
    let (client, _server) = client(sse(include_str!("../fixtures/chat/citations.stream.sse"))).await;
    assert_eq!(client.complete(asking()).await.unwrap().cost(), None);
}

#[tokio::test]
async fn an_error_as_json_with_the_status_200_is_an_error_that_can_be_tried_again() {
    let body =
        json!({"code": "The service is currently unavailable", "error": "Service temporarily unavailable."});
    let (client, _server) = client(ResponseTemplate::new(200).set_body_json(body)).await;
    let error = client.complete(asking()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overloaded, "{error}");
    assert!(error.is_retryable() && error.to_string().contains("temporarily unavailable"), "{error}");
}

#[tokio::test]
async fn a_text_that_repeats_the_models_own_last_words_of_the_request_is_left_out() {
    let chunk = |text: &str, end: &str| {
        format!(
            "data: {{\"id\":\"1\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}{end}}}]}}\n\n"
        )
    };
    let done = ",\"finish_reason\":\"stop\"";
    let body = [chunk("Once upon", ""), chunk(" a time", ""), chunk("Once upon", done)].concat();
    let (client, _server) = client(sse(&body)).await;
    let answer = client.complete(asking().message(Message::assistant("Once upon"))).await.unwrap();
    assert_eq!(answer.extract_text(), " a timeOnce upon", "only the first piece can be an echo");
    let subjects: Vec<&str> = answer.warnings.iter().map(|warning| warning.subject.as_str()).collect();
    assert_eq!(subjects, ["content"]);
    assert_eq!(client.complete(asking()).await.unwrap().extract_text(), "Once upon a timeOnce upon");
}
