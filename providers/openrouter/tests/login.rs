//! The login in the browser that ends in a key, against a server that answers as OpenRouter's documentation says.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use steer_core::auth::{AuthPlugin, Credential, LoginStep, MemoryStore, PluginContext};
use steer_core::http::{ReqwestTransport, Timeouts};
use steer_core::{ErrorKind, ProviderConfig};
use steer_openrouter::{LOGIN, OpenRouterLogin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/api/v1/auth/keys")).respond_with(template).mount(&server).await;
    server
}

fn key() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"key": "sk-or-v1-CANARY", "user_id": "user_1"}))
}

fn context(server: &str) -> PluginContext {
    let config = ProviderConfig::new("openrouter", "OpenRouter", "openai-chat", format!("{server}/api/v1"));
    let transport = ReqwestTransport::new(Timeouts::default()).unwrap();
    PluginContext::new(config, Arc::new(MemoryStore::new()), Arc::new(transport))
}

/// The address that is opened, and the parameters in it.
fn opened(step: LoginStep) -> (Url, BTreeMap<String, String>) {
    let LoginStep::Open { url } = step else { panic!("{step:?}") };
    let url = Url::parse(&url).unwrap();
    let parameters = url.query_pairs().into_owned().collect();
    (url, parameters)
}

/// Does what a browser does that was sent back.
async fn come_back(callback: &Url, query: &str) -> String {
    let (port, path) = (callback.port().unwrap(), callback.path());
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_login_ends_with_a_key_and_proves_itself_with_pkce() {
    let server = server(key()).await;
    let mut flow = OpenRouterLogin.start("browser", &context(&server.uri())).await.unwrap();
    let (url, asked) = opened(flow.next(None).await.unwrap());
    assert!(url.as_str().starts_with(&format!("{}/auth?", server.uri())), "{url}");
    assert_eq!(asked["code_challenge_method"], "S256");
    let callback = Url::parse(&asked["callback_url"]).unwrap();
    let elsewhere = callback.join("another-login").unwrap();
    let coming = async {
        let wrong = come_back(&elsewhere, "code=stolen").await;
        assert!(wrong.starts_with("HTTP/1.1 400 "), "{wrong}");
        come_back(&callback, "code=auth_code_1").await
    };
    let (answer, step) = tokio::join!(coming, flow.next(None));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let LoginStep::Complete { credential } = step.unwrap() else { panic!("it is not complete") };
    assert!(matches!(credential, Credential::ApiKey(_)));
    assert_eq!(credential.header_value().unwrap(), "sk-or-v1-CANARY");
    assert!(!format!("{credential:?} {flow:?}").contains("CANARY"));
    let requests = server.received_requests().await.unwrap();
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!((&sent["code"], &sent["code_challenge_method"]), (&json!("auth_code_1"), &json!("S256")));
    assert_eq!(sent["code_verifier"].as_str().unwrap().len(), 43);
    assert!(!url.as_str().contains(sent["code_verifier"].as_str().unwrap()));
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn a_pasted_code_or_address_is_redeemed() {
    let server = server(key()).await;
    for whole in [false, true] {
        let mut flow = OpenRouterLogin.start("paste", &context(&server.uri())).await.unwrap();
        let (_, asked) = opened(flow.next(None).await.unwrap());
        assert!(matches!(flow.next(None).await.unwrap(), LoginStep::Input { .. }));
        let pasted = if whole { format!("{}?code=c1", asked["callback_url"]) } else { "c1".to_owned() };
        let step = flow.next(Some(pasted.into())).await.unwrap();
        assert!(matches!(step, LoginStep::Complete { .. }), "{step:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_error_without_what_was_sent() {
    for (template, kind) in [
        (
            ResponseTemplate::new(403)
                .set_body_json(json!({"error": {"code": 403, "message": "Invalid code CANARY"}})),
            ErrorKind::Unknown,
        ),
        (ResponseTemplate::new(500).set_body_string("CANARY"), ErrorKind::ServerError),
        (
            ResponseTemplate::new(200).set_body_string("{\"key\":7,\"x\":\"CANARY\"}"),
            ErrorKind::ResponseParsing,
        ),
        (ResponseTemplate::new(200).set_body_json(json!({"key": "sk CANARY\n1"})), ErrorKind::Configuration),
    ] {
        let server = server(template).await;
        let mut flow = OpenRouterLogin.start("paste", &context(&server.uri())).await.unwrap();
        flow.next(None).await.unwrap();
        flow.next(None).await.unwrap();
        let error = flow.next(Some("CANARY".into())).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
    }
}

#[tokio::test]
async fn secrets_are_not_sent_to_another_machine_in_the_clear() {
    let mut context = context("http://elsewhere.example");
    context.allow_http = true;
    let error = OpenRouterLogin.start("paste", &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn the_login_is_openrouters_alone_and_its_key_is_found_as_any_key_is() {
    assert_eq!(LOGIN.provider, Some("openrouter"));
    let context = context("https://openrouter.ai");
    let ids: Vec<&str> = OpenRouterLogin.methods(&context).iter().map(|method| method.id).collect();
    assert_eq!(ids, ["browser", "paste"]);
    assert!(OpenRouterLogin.directive(&context).unwrap().is_none());
    let error = OpenRouterLogin.start("device", &context).await.unwrap_err();
    assert!(error.to_string().contains("there are: browser, paste"), "{error}");
}
