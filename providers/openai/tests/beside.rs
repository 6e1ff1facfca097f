//! Embeddings and the list of models, in whichever format the answers come.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_core::auth::Environment;
use steer_core::{Client, CompletionRequest, EmbeddingRequest, ErrorKind};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn json(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/json")
}

#[tokio::test]
async fn texts_are_embedded_and_models_listed_in_either_format() {
    let server = MockServer::start().await;
    let vectors = json(r#"{"model":"e","data":[{"index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":1}}"#);
    Mock::given(method("POST")).and(path("/v1/embeddings")).respond_with(vectors).mount(&server).await;
    let models = json(r#"{"object":"list","data":[{"id":"m","created":1,"owned_by":"x"}]}"#);
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
        let count = client.count_tokens(CompletionRequest::new("openai/m").user("Hello")).await;
        assert_eq!(count.unwrap_err().kind(), ErrorKind::UnsupportedFeature, "{format}");
    }
}
