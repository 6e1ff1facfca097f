//! Embeddings and the list of models, over real sockets. The bodies are written after the vendor's documentation:
//! <https://platform.openai.com/docs/api-reference/embeddings>.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use steer_core::auth::Environment;
use steer_core::{Client, CompletionRequest, EmbeddingEncoding, EmbeddingRequest, ErrorKind};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn served(status: u16, body: &str) -> (MockServer, Client) {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(status).set_body_raw(body, "application/json");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = Client::builder()
        .only_registered()
        .register(steer_openai_compatible::REGISTRATION)
        .environment(Environment::of::<&str, &str>([]))
        .base_url("openai-compatible", format!("{}/v1", server.uri()))
        .build()
        .unwrap();
    (server, client)
}

fn request() -> EmbeddingRequest {
    EmbeddingRequest::new("openai-compatible/e-1").input("one").input("two")
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_inputs_from_numbers_and_from_base64() {
    let body = r#"{"model":"e-1","data":[{"index":1,"embedding":"AACAPwAAAMA="},{"index":0,"embedding":[0.5,0.25]}],
        "usage":{"prompt_tokens":2,"total_tokens":2},"new":1}"#;
    let (server, client) = served(200, body).await;
    let asked = request().dimensions(2).encoding(EmbeddingEncoding::Base64);
    let answer = client.embed(asked).await.unwrap();
    assert_eq!(answer.vectors, [[0.5, 0.25], [1.0, -2.0]]);
    assert_eq!(answer.usage.unwrap().input_tokens, Some(2));
    assert_eq!(answer.extra.unwrap().get(), r#"{"new":1}"#);
    let sent = server.received_requests().await.unwrap().remove(0);
    assert_eq!(sent.url.path(), "/v1/embeddings");
    assert_eq!(
        String::from_utf8(sent.body).unwrap(),
        r#"{"model":"e-1","input":["one","two"],"dimensions":2,"encoding_format":"base64"}"#
    );
}

#[tokio::test]
async fn vectors_that_fit_no_inputs_are_an_error_and_never_a_panic() {
    for body in [
        "",
        "null",
        "[]",
        r#"{"data":1}"#,
        r#"{"data":[]}"#,
        r#"{"data":[{"embedding":[1]}]}"#,
        r#"{"data":[{"embedding":[1e99]},{"embedding":[1]}]}"#,
        r#"{"data":[{"embedding":"AAAA"},{"embedding":[1]}]}"#,
        r#"{"data":[{"embedding":"%"},{"embedding":[1]}]}"#,
        r#"{"data":[{"index":5,"embedding":[1]},{"index":1,"embedding":[1]}]}"#,
    ] {
        let (_server, client) = served(200, body).await;
        assert_eq!(client.embed(request()).await.unwrap_err().kind(), ErrorKind::ResponseParsing, "{body}");
    }
}

#[tokio::test]
async fn an_error_response_keeps_its_kind_and_the_vendors_words() {
    let (_server, client) =
        served(404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#).await;
    let error = client.embed(request()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message(), error.status()),
        (ErrorKind::NotFound, "no such model", Some(404))
    );
}

#[tokio::test]
async fn a_task_is_refused_since_the_format_has_none() {
    let (_server, client) = served(200, "{}").await;
    let (deny, mut policy) =
        (steer_core::request::OnUnsupported::Deny, steer_core::request::FeaturePolicy::default());
    policy.settings = deny;
    let error = client.embed(request().task("query").policy(policy)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
}

#[tokio::test]
async fn models_are_listed_with_what_each_server_calls_them() {
    let body = r#"{"data":[{"id":"a","created":5,"owned_by":"x","context_window":8},
        {"id":"b","name":"B","context_length":9,"architecture":{"input_modalities":["text","image"]},
         "top_provider":{"max_completion_tokens":7}}]}"#;
    let (_server, client) = served(200, body).await;
    let list = client.list_models("openai-compatible").await.unwrap();
    assert!(list.is_complete);
    insta::assert_json_snapshot!(list.models, @r#"
    [
      {
        "id": "a",
        "created": "5",
        "owner": "x",
        "context_window_tokens": 8,
        "raw": "{\"id\":\"a\",\"created\":5,\"owned_by\":\"x\",\"context_window\":8}"
      },
      {
        "id": "b",
        "display_name": "B",
        "context_window_tokens": 9,
        "max_output_tokens": 7,
        "input_modalities": [
          "text",
          "image"
        ],
        "raw": "{\"id\":\"b\",\"name\":\"B\",\"context_length\":9,\"architecture\":{\"input_modalities\":[\"text\",\"image\"]},\n         \"top_provider\":{\"max_completion_tokens\":7}}"
      }
    ]
    "#);
}

#[tokio::test]
async fn what_a_debugger_prints_holds_neither_texts_nor_vectors() {
    let body = r#"{"data":[{"embedding":[0.734375]},{"embedding":[0.25]}],"new":"CANARY","usage":{"total_tokens":2}}"#;
    let (_server, client) = served(200, body).await;
    let asked = request().input("CANARY");
    assert!(!format!("{asked:?}").contains("CANARY"), "{asked:?}");
    let answer = client.embed(request()).await.unwrap();
    let printed = format!("{answer:?}");
    assert!(!printed.contains("CANARY") && !printed.contains("0.734375"), "{printed}");
    assert_eq!(answer.usage.unwrap().input_tokens, Some(2));
    // One vector too few is told by number, not by text.
    let error = client.embed(asked).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
}

#[tokio::test]
async fn counting_tokens_is_not_offered_and_the_error_says_so() {
    let (server, client) = served(200, "{}").await;
    let request = CompletionRequest::new("openai-compatible/m").user("Hello");
    let error = client.count_tokens(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    assert!(error.message().contains("does not offer token counting"), "{error}");
    assert!(server.received_requests().await.unwrap().is_empty());
}
