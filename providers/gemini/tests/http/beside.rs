//! Counting tokens, embedding texts and listing models. The bodies are written after the vendor's documentation:
//! <https://ai.google.dev/api/tokens>, <https://ai.google.dev/api/embeddings>, <https://ai.google.dev/api/models>.

use serde_json::{Value, json as value};
use steer_core::usage::TokenPlace;
use steer_core::{Client, EmbeddingRequest, ErrorKind, WarningKind};
use wiremock::matchers::{any, query_param};
use wiremock::{Mock, MockServer};

use super::setup::{KEY, builder, client, json, request, serve};

/// A client whose catalog says that the provider is on Vertex AI.
fn vertex(url: &str, format: &str) -> Client {
    let catalog = format!("[[providers]]\nid = \"gemini\"\napi_format = \"{format}\"\n");
    builder().catalog("own", &catalog).base_url("gemini", url).build().unwrap()
}

/// The method, the path with its query, and the body of the one request.
async fn sent(server: &MockServer) -> (String, Value) {
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.headers.get("x-goog-api-key").unwrap(), KEY);
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let body = serde_json::from_slice(&request.body).unwrap_or_default();
    (format!("{} {}{query}", request.method, request.url.path()), body)
}

fn embedding() -> EmbeddingRequest {
    EmbeddingRequest::new("gemini/gemini-embedding-2").input("one").input("two")
}

#[tokio::test]
async fn a_count_takes_the_whole_request_along() {
    let body = r#"{"totalTokens":36,"cachedContentTokenCount":4,"promptTokensDetails":[{"modality":"TEXT","tokenCount":32}],
        "cacheTokensDetails":[{"modality":"TEXT","tokenCount":4}],"new":1}"#;
    let server = serve(json(200, body)).await;
    let count =
        client(&server.uri()).count_tokens(request().system("Be brief.").max_output_tokens(7)).await.unwrap();
    assert_eq!((count.input_tokens, count.cached_tokens, count.is_estimate), (36, Some(4), false));
    let media: Vec<_> = count.modalities.iter().map(|one| (one.place, &*one.modality, one.tokens)).collect();
    assert_eq!(media, [(TokenPlace::Input, "text", 32), (TokenPlace::Cached, "text", 4)]);
    assert_eq!(count.raw.unwrap().get(), body);
    let (target, body) = sent(&server).await;
    insta::assert_json_snapshot!(value!({"target": target, "body": body}), @r#"
    {
      "body": {
        "generateContentRequest": {
          "contents": [
            {
              "parts": [
                {
                  "text": "Hello"
                }
              ],
              "role": "user"
            }
          ],
          "generationConfig": {
            "maxOutputTokens": 7
          },
          "model": "models/gemini-3.8-flash",
          "systemInstruction": {
            "parts": [
              {
                "text": "Be brief."
              }
            ]
          }
        }
      },
      "target": "POST /models/gemini-3.8-flash:countTokens"
    }
    "#);
}

/// The answer's settings do not change the count; what else the host refuses to count makes it an estimate.
#[tokio::test]
async fn a_count_of_the_other_host_is_an_estimate_where_something_is_left_out() {
    let server = serve(json(200, r#"{"totalTokens":36}"#)).await;
    let vertex = vertex(&server.uri(), "gemini-vertex");
    let count = vertex.count_tokens(request().system("Be brief.")).await.unwrap();
    assert!(!count.is_estimate && count.warnings.is_empty());
    let (_, body) = sent(&server).await;
    assert!(
        body.get("systemInstruction").is_some() && body.get("generateContentRequest").is_none(),
        "{body}"
    );
    let cached = request().provider_option("gemini", "cachedContent", "cachedContents/a");
    let count = vertex.count_tokens(cached).await.unwrap();
    assert!(count.is_estimate);
    assert_eq!(
        (count.warnings[0].kind, count.warnings[0].subject.as_str()),
        (WarningKind::Unsupported, "cachedContent")
    );
}

#[tokio::test]
async fn texts_are_embedded_in_one_batch() {
    let body = r#"{"embeddings":[{"values":[0.5,-1]},{"values":[0.25,2e-3]}],"usageMetadata":{"promptTokenCount":14,
        "promptTokenDetails":[{"modality":"TEXT","tokenCount":14}]},"new":1}"#;
    let server = serve(json(200, body)).await;
    let asked = embedding().task("RETRIEVAL_QUERY").dimensions(2);
    let answer = client(&server.uri()).embed(asked).await.unwrap();
    assert_eq!(answer.vectors, [[0.5, -1.0], [0.25, 0.002]]);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.modalities.len()), (Some(14), None, 1));
    assert_eq!((answer.extra.unwrap().get(), answer.raw.unwrap().get()), (r#"{"new":1}"#, body));
    let (target, body) = sent(&server).await;
    insta::assert_json_snapshot!(value!({"target": target, "body": body}), @r#"
    {
      "body": {
        "requests": [
          {
            "content": {
              "parts": [
                {
                  "text": "one"
                }
              ]
            },
            "model": "models/gemini-embedding-2",
            "outputDimensionality": 2,
            "taskType": "RETRIEVAL_QUERY"
          },
          {
            "content": {
              "parts": [
                {
                  "text": "two"
                }
              ]
            },
            "model": "models/gemini-embedding-2",
            "outputDimensionality": 2,
            "taskType": "RETRIEVAL_QUERY"
          }
        ]
      },
      "target": "POST /models/gemini-embedding-2:batchEmbedContents"
    }
    "#);
}

#[tokio::test]
async fn one_text_is_embedded_alone_and_several_in_a_batch_on_the_other_host() {
    let one = serve(json(200, r#"{"embedding":{"values":[0.5]},"truncated":true}"#)).await;
    let asked = EmbeddingRequest::new("gemini/gemini-embedding-2").input("one").dimensions(1);
    let answer = vertex(&one.uri(), "gemini-vertex").embed(asked).await.unwrap();
    assert_eq!((answer.vectors, answer.usage), (vec![vec![0.5]], None));
    assert_eq!(answer.warnings[0].kind, WarningKind::Adjusted);
    let two = serve(json(200, r#"{"embeddings":[{"values":[0.5]},{"values":[1]}]}"#)).await;
    let answer = vertex(&two.uri(), "gemini-vertex").embed(embedding()).await.unwrap();
    assert_eq!(answer.vectors, [[0.5], [1.0]]);
    insta::assert_json_snapshot!([sent(&one).await, sent(&two).await], @r#"
    [
      [
        "POST /models/gemini-embedding-2:embedContent",
        {
          "content": {
            "parts": [
              {
                "text": "one"
              }
            ]
          },
          "embedContentConfig": {
            "outputDimensionality": 1
          }
        }
      ],
      [
        "POST /models/gemini-embedding-2:batchEmbedContents",
        {
          "requests": [
            {
              "content": {
                "parts": [
                  {
                    "text": "one"
                  }
                ]
              }
            },
            {
              "content": {
                "parts": [
                  {
                    "text": "two"
                  }
                ]
              }
            }
          ]
        }
      ]
    ]
    "#);
}

#[tokio::test]
async fn older_models_of_the_other_host_predict_vectors() {
    let told = |tokens: u32, cut: bool| value!({"token_count": tokens, "truncated": cut});
    let body = value!({"predictions": [
        {"embeddings": {"values": [0.5], "statistics": told(3, false)}},
        {"embeddings": {"values": [1], "statistics": told(4, true)}},
    ], "metadata": {"billableCharacterCount": 6}});
    let server = serve(json(200, &body.to_string())).await;
    let asked = embedding().task("CLUSTERING").dimensions(1);
    let answer = vertex(&server.uri(), "gemini-vertex-predict").embed(asked).await.unwrap();
    assert_eq!((answer.vectors, answer.usage.unwrap().input_tokens), (vec![vec![0.5], vec![1.0]], Some(7)));
    assert_eq!(answer.warnings.len(), 1);
    insta::assert_json_snapshot!(sent(&server).await, @r#"
    [
      "POST /models/gemini-embedding-2:predict",
      {
        "instances": [
          {
            "content": "one",
            "task_type": "CLUSTERING"
          },
          {
            "content": "two",
            "task_type": "CLUSTERING"
          }
        ],
        "parameters": {
          "outputDimensionality": 1
        }
      }
    ]
    "#);
}

#[tokio::test]
async fn models_are_listed_page_after_page() {
    let server = MockServer::start().await;
    let second =
        json(200, r#"{"publisherModels":[{"name":"publishers/google/models/b"},{"name":"tunedModels/c"}]}"#);
    Mock::given(query_param("pageToken", "next/1")).respond_with(second).mount(&server).await;
    let first = r#"{"models":[{"name":"models/a","displayName":"A","inputTokenLimit":8,"outputTokenLimit":4,
        "supportedGenerationMethods":["embedContent"],"new":1}],"nextPageToken":"next/1"}"#;
    Mock::given(any()).respond_with(json(200, first)).mount(&server).await;
    let list = client(&server.uri()).list_models("gemini").await.unwrap();
    assert!(list.is_complete);
    insta::assert_json_snapshot!(list.models, @r#"
    [
      {
        "id": "a",
        "display_name": "A",
        "context_window_tokens": 8,
        "max_output_tokens": 4,
        "capabilities": [
          "embedContent"
        ],
        "raw": "{\"name\":\"models/a\",\"displayName\":\"A\",\"inputTokenLimit\":8,\"outputTokenLimit\":4,\n        \"supportedGenerationMethods\":[\"embedContent\"],\"new\":1}"
      },
      {
        "id": "b",
        "raw": "{\"name\":\"publishers/google/models/b\"}"
      },
      {
        "id": "tunedModels/c",
        "raw": "{\"name\":\"tunedModels/c\"}"
      }
    ]
    "#);
    assert_eq!(sent(&server).await.0, "GET /models?pageSize=1000");
}

#[tokio::test]
async fn a_format_that_leaves_out_what_is_empty_has_an_empty_list_and_no_count() {
    let server = serve(json(200, "{}")).await;
    assert!(client(&server.uri()).list_models("gemini").await.unwrap().models.is_empty());
    let error = client(&server.uri()).count_tokens(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseParsing);
}

#[tokio::test]
async fn what_is_no_answer_is_an_error_and_never_a_panic() {
    for body in ["", "null", "[]", "1", r#"{"embeddings":1,"models":1,"totalTokens":"x"}"#, r#"{"other":1}"#]
    {
        let server = serve(json(200, body)).await;
        let client = client(&server.uri());
        let errors = [
            client.embed(embedding()).await.unwrap_err(),
            client.count_tokens(request()).await.unwrap_err(),
            client.list_models("gemini").await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.kind() == ErrorKind::ResponseParsing), "{body} {errors:?}");
    }
}

#[tokio::test]
async fn fewer_vectors_than_texts_and_vectors_without_end_are_errors() {
    for body in [
        r#"{"embeddings":[{"values":[1]}]}"#,
        r#"{"embeddings":[{"values":[1]},{"values":[1e99]}]}"#,
        r#"{"embeddings":[{"values":[1]},{}]}"#,
        r#"{"predictions":[]}"#,
    ] {
        let server = serve(json(200, body)).await;
        let error = client(&server.uri()).embed(embedding()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseParsing, "{body}");
    }
}

#[tokio::test]
async fn an_error_response_keeps_its_kind_and_hides_the_key() {
    let body = value!({"error": {"code": 400, "message": format!("API key not valid: {KEY}"), "status": "INVALID_ARGUMENT",
        "details": [{"reason": "API_KEY_INVALID"}]}});
    let server = serve(json(400, &body.to_string())).await;
    let client = client(&server.uri());
    let errors = [
        client.embed(embedding()).await.unwrap_err(),
        client.count_tokens(request()).await.unwrap_err(),
        client.list_models("gemini").await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.status()), (ErrorKind::AuthenticationFailed, Some(400)));
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
    }
}
