//! The cases that every provider passes, over the fixtures, and what is Azure OpenAI's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use steer_azure::REGISTRATION;
use steer_core::{CompletionRequest, ErrorKind};
use steer_testkit::exchange::{Exchange, KEY};

const MODEL: &str = "azure/my-deployment";

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: MODEL,
    request: |request| request.max_output_tokens(64),
    errors: [
        (
            400,
            r#"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"violence":{"filtered":true,"severity":"high"}}}}}"#,
            ErrorKind::RequestBlocked,
            false,
        ),
        (
            404,
            r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
            ErrorKind::NotFound,
            false,
        ),
    ],
}

#[tokio::test]
async fn the_key_has_a_header_of_its_own() {
    let request = CompletionRequest::new(MODEL).user("Hi");
    let answer = include_str!("fixtures/text.stream.sse");
    let exchange = Exchange::of(REGISTRATION, request, 200, answer).await.unwrap();
    assert_eq!((exchange.header("api-key"), exchange.header("authorization")), (Some(KEY), None));
}

#[tokio::test]
async fn a_deployment_in_the_address_is_asked_with_a_version() {
    let catalog = "[[providers]]\nid = 'azure'\nbase_url = '{server}/openai/deployments/mine'\n\
                   query = { api-version = '2024-10-21' }\n";
    let request = CompletionRequest::new(MODEL).user("Hi");
    let answer = include_str!("fixtures/text.stream.sse");
    let exchange = Exchange::configured(REGISTRATION, catalog, request, 200, answer).await.unwrap();
    assert_eq!(exchange.target(), "/openai/deployments/mine/chat/completions?api-version=2024-10-21");
    assert_eq!(exchange.header("api-key"), Some(KEY));
}

#[tokio::test]
async fn a_token_of_entra_goes_as_a_bearer() {
    let catalog = "[[providers]]\nid = 'azure'\nbase_url = '{server}'\nkey_in = 'bearer'\n";
    let request = CompletionRequest::new(MODEL).user("Hi");
    let answer = include_str!("fixtures/text.stream.sse");
    let exchange = Exchange::configured(REGISTRATION, catalog, request, 200, answer).await.unwrap();
    let bearer = format!("Bearer {KEY}");
    assert_eq!((exchange.header("authorization"), exchange.header("api-key")), (Some(&*bearer), None));
}
