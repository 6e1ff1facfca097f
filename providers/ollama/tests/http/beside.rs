//! Embedding texts and listing models. The bodies are written after the vendor's documentation:
//! <https://docs.ollama.com/api/embed>, <https://docs.ollama.com/api/tags>.

use serde_json::{Value, json as value};
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{EmbeddingEncoding, EmbeddingRequest, ErrorKind};
use wiremock::MockServer;

use super::setup::{KEY, client, json, request, serve};

/// The method, the path with its query, and the body of the one request.
async fn sent(server: &MockServer) -> (String, Value) {
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.headers.get("authorization").unwrap(), &format!("Bearer {KEY}"));
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let body = serde_json::from_slice(&request.body).unwrap_or_default();
    (format!("{} {}{query}", request.method, request.url.path()), body)
}

fn embedding() -> EmbeddingRequest {
    EmbeddingRequest::new("ollama/embeddinggemma").input("one").input("two")
}

#[tokio::test]
async fn texts_are_embedded_in_one_request_and_none_is_cut() {
    let body = r#"{"model":"embeddinggemma","embeddings":[[0.5,-1],[0.25,2e-3]],"total_duration":14143917,
        "load_duration":1019500,"prompt_eval_count":8}"#;
    let server = serve(json(200, body)).await;
    let answer = client(&server.uri()).embed(embedding().dimensions(2)).await.unwrap();
    assert_eq!(answer.vectors, [[0.5, -1.0], [0.25, 0.002]]);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(8), None));
    assert_eq!(answer.model.unwrap(), "embeddinggemma");
    assert_eq!(answer.extra.unwrap().get(), r#"{"load_duration":1019500,"total_duration":14143917}"#);
    assert!(answer.warnings.is_empty());
    insta::assert_json_snapshot!(sent(&server).await, @r#"
    [
      "POST /api/embed",
      {
        "dimensions": 2,
        "input": [
          "one",
          "two"
        ],
        "model": "embeddinggemma",
        "truncate": false
      }
    ]
    "#);
}

#[tokio::test]
async fn options_of_the_server_go_along_and_win() {
    let server = serve(json(200, r#"{"embeddings":[[1],[2]]}"#)).await;
    let options = value!({"truncate": true, "keep_alive": "5m", "options": {"num_ctx": 512}});
    let asked = embedding().provider_options("ollama", options.as_object().unwrap().clone());
    let answer = client(&server.uri()).embed(asked).await.unwrap();
    assert_eq!(answer.usage, None);
    let (_, body) = sent(&server).await;
    assert_eq!(body["truncate"], true);
    assert_eq!((&body["keep_alive"], &body["options"]["num_ctx"]), (&value!("5m"), &value!(512)));
}

#[tokio::test]
async fn vectors_of_another_length_than_was_asked_for_are_warned_of() {
    let server = serve(json(200, r#"{"embeddings":[[1,0,0],[0,1,0]]}"#)).await;
    let answer = client(&server.uri()).embed(embedding().dimensions(2)).await.unwrap();
    assert_eq!(answer.vectors[0].len(), 3);
    let told: Vec<_> = answer.warnings.iter().map(|told| (&*told.subject, &*told.message)).collect();
    assert_eq!(told, [("dimensions", "vectors of 3 numbers came, not of 2")]);
}

#[tokio::test]
async fn settings_that_the_api_has_not_are_refused_or_warned_of_as_the_policy_says() {
    let server = serve(json(200, r#"{"embeddings":[[1],[2]]}"#)).await;
    let mut asked = embedding().task("clustering").encoding(EmbeddingEncoding::Base64);
    asked.user = Some("someone".to_owned());
    let strict = asked.clone().policy(FeaturePolicy::all(OnUnsupported::Deny));
    let error = client(&server.uri()).embed(strict).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    let answer =
        client(&server.uri()).embed(asked.policy(FeaturePolicy::all(OnUnsupported::Warn))).await.unwrap();
    let told: Vec<&str> = answer.warnings.iter().map(|told| &*told.subject).collect();
    assert_eq!(told, ["encoding", "user", "task"]);
    let (_, body) = sent(&server).await;
    assert_eq!(body, value!({"model": "embeddinggemma", "input": ["one", "two"], "truncate": false}));
}

#[tokio::test]
async fn a_text_that_is_too_long_is_an_error_of_its_own_kind() {
    let server = serve(json(400, r#"{"error":"the input length exceeds the context length"}"#)).await;
    let error = client(&server.uri()).embed(embedding()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ContextLength, Some(400)));
}

#[tokio::test]
async fn the_models_of_the_server_are_listed() {
    let body = r#"{"models":[{"name":"gemma3:latest","model":"gemma3:latest","size":3338801804,
        "modified_at":"2025-10-03T23:34:03.409490317-07:00","digest":"a2af","details":{"family":"gemma"},
        "capabilities":["completion","vision"]},{"name":"qwen3:4b"}]}"#;
    let server = serve(json(200, body)).await;
    let list = client(&server.uri()).list_models("ollama").await.unwrap();
    assert!(list.is_complete);
    insta::assert_json_snapshot!(list.models, @r#"
    [
      {
        "id": "gemma3:latest",
        "created": "2025-10-03T23:34:03.409490317-07:00",
        "capabilities": [
          "completion",
          "vision"
        ],
        "raw": "{\"name\":\"gemma3:latest\",\"model\":\"gemma3:latest\",\"size\":3338801804,\n        \"modified_at\":\"2025-10-03T23:34:03.409490317-07:00\",\"digest\":\"a2af\",\"details\":{\"family\":\"gemma\"},\n        \"capabilities\":[\"completion\",\"vision\"]}"
      },
      {
        "id": "qwen3:4b",
        "raw": "{\"name\":\"qwen3:4b\"}"
      }
    ]
    "#);
    assert_eq!(sent(&server).await.0, "GET /api/tags");
    let none = serve(json(200, r#"{"models":[]}"#)).await;
    assert!(client(&none.uri()).list_models("ollama").await.unwrap().models.is_empty());
}

#[tokio::test]
async fn a_count_of_tokens_is_refused_before_anything_is_sent() {
    let server = serve(json(200, "{}")).await;
    let error = client(&server.uri()).count_tokens(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_answer_is_an_error_and_never_a_panic() {
    for body in [
        "",
        "null",
        "[]",
        "1",
        "{}",
        r#"{"embeddings":1,"models":1}"#,
        r#"{"embeddings":[[1]],"models":[1]}"#,
        r#"{"embeddings":[[1],[1e99]],"models":[{}]}"#,
        r#"{"embeddings":[[1],["a"]],"models":[{"name":""}]}"#,
    ] {
        let server = serve(json(200, body)).await;
        let client = client(&server.uri());
        let errors =
            [client.embed(embedding()).await.unwrap_err(), client.list_models("ollama").await.unwrap_err()];
        assert!(errors.iter().all(|error| error.kind() == ErrorKind::ResponseParsing), "{body} {errors:?}");
    }
}

#[tokio::test]
async fn a_model_that_is_not_there_is_not_found_and_the_key_stays_hidden() {
    let body = value!({"error": format!("model \"{KEY}\" not found, try pulling it first")}).to_string();
    let server = serve(json(404, &body)).await;
    let error = client(&server.uri()).embed(embedding()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
}
