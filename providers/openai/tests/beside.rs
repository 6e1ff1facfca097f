//! Embeddings and the list of models, in whichever format the answers come; and counting tokens.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use serde_json::{Value, json};
use steer_core::auth::Environment;
use steer_core::request::ProviderTool;
use steer_core::{
    ApiError, Client, CompletionRequest, EmbeddingRequest, ErrorKind, InputSchema, RawJson, TokenCount, Tool,
    ToolSchema, WarningKind,
};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn body(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/json")
}

#[tokio::test]
async fn texts_are_embedded_and_models_listed_in_either_format() {
    let server = MockServer::start().await;
    let vectors = body(r#"{"model":"e","data":[{"index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":1}}"#);
    Mock::given(method("POST")).and(path("/v1/embeddings")).respond_with(vectors).mount(&server).await;
    let models = body(r#"{"object":"list","data":[{"id":"m","created":1,"owned_by":"x"}]}"#);
    Mock::given(method("GET")).and(path("/v1/models")).respond_with(models).mount(&server).await;
    for format in [steer_openai::API, steer_openai::CHAT_API] {
        let catalog = format!("[[providers]]\nid = \"openai\"\napi_format = \"{format}\"\n");
        let client = Client::builder()
            .only_registered()
            .register(steer_openai::REGISTRATION)
            .environment(Environment::of::<&str, &str>([]))
            .catalog("own", &catalog)
            .api_key("openai", "sk-test")
            .base_url("openai", format!("{}/v1", server.uri()))
            .build()
            .unwrap();
        let answer = client.embed(EmbeddingRequest::new("openai/e").input("one")).await.unwrap();
        assert_eq!(answer.vectors, [[0.5]], "{format}");
        let list = client.list_models("openai").await.unwrap();
        assert_eq!(list.models.first().map(|model| model.id.as_str()), Some("m"), "{format}");
    }
}

async fn counted(
    request: CompletionRequest,
    answer: ResponseTemplate,
) -> (Result<TokenCount, ApiError>, Option<Value>) {
    let server = MockServer::start().await;
    let counting = Mock::given(method("POST")).and(path("/v1/responses/input_tokens"));
    let counting = counting.and(header("authorization", "Bearer sk-test"));
    counting.respond_with(answer).mount(&server).await;
    let client = Client::builder()
        .only_registered()
        .register(steer_openai::REGISTRATION)
        .environment(Environment::of::<&str, &str>([]))
        .api_key("openai", "sk-test")
        .base_url("openai", format!("{}/v1", server.uri()))
        .build()
        .unwrap();
    let count = client.count_tokens(request).await;
    let sent = server.received_requests().await.unwrap().pop().map(|request| request.body_json().unwrap());
    (count, sent)
}

fn eleven() -> ResponseTemplate {
    body(r#"{"object":"response.input_tokens","input_tokens":11}"#).insert_header("x-request-id", "req_1")
}

#[tokio::test]
async fn the_prompt_is_counted_with_its_tools_and_without_what_only_the_answer_needs() {
    let mut request = CompletionRequest::new("openai/gpt-4.1")
        .system("Be brief.")
        .user("Hello")
        .tool(ToolSchema::new("f", InputSchema::empty()))
        .max_output_tokens(9)
        .temperature(0.5)
        .stop_sequence("END");
    request.metadata.insert("a".to_owned(), "b".to_owned());
    let search = RawJson::new(r#"{"type":"web_search"}"#).unwrap();
    let request = request.tool(Tool::from(ProviderTool::new(steer_openai::API, search)));
    let (count, sent) = counted(request, eleven()).await;
    let count = count.unwrap();
    assert_eq!((count.input_tokens, count.is_estimate), (11, false), "{:?}", count.warnings);
    assert_eq!(count.request_id.as_deref(), Some("req_1"));
    assert!(count.warnings.is_empty(), "{:?}", count.warnings);
    let sent = sent.unwrap();
    let members: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(members, ["input", "instructions", "model", "tools"]);
    assert_eq!(sent["tools"][1], json!({"type": "web_search"}));
}

#[tokio::test]
async fn a_member_that_the_endpoint_does_not_take_makes_the_count_an_estimate() {
    let request = CompletionRequest::new("openai/gpt-4.1").user("Hello").provider_option(
        "openai",
        "prompt",
        json!({"id": "pmpt_1"}),
    );
    let (count, sent) = counted(request, eleven()).await;
    let count = count.unwrap();
    assert!(count.is_estimate && sent.unwrap().get("prompt").is_none());
    let told: Vec<_> =
        count.warnings.iter().map(|warning| (warning.subject.as_str(), warning.kind)).collect();
    assert_eq!(told, [("prompt", WarningKind::Unsupported)]);
}

#[tokio::test]
async fn what_is_no_count_is_an_error() {
    let asking = || CompletionRequest::new("openai/gpt-4.1").user("Hello");
    let (count, _) = counted(asking(), body(r#"{"object":"response.input_tokens"}"#)).await;
    assert_eq!(count.unwrap_err().kind(), ErrorKind::ResponseParsing);
    let refused = r#"{"error":{"message":"no","type":"invalid_request_error","code":"model_not_found"}}"#;
    let refused = ResponseTemplate::new(404).set_body_raw(refused, "application/json");
    let (count, _) = counted(asking(), refused).await;
    assert_eq!(count.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_model_that_is_asked_in_chat_is_not_counted() {
    let (count, sent) = counted(CompletionRequest::new("openai/gpt-audio").user("Hello"), eleven()).await;
    assert_eq!((count.unwrap_err().kind(), sent), (ErrorKind::UnsupportedFeature, None));
}
