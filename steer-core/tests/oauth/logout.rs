use std::sync::Arc;

use steer_core::auth::AuthPlugin;
use steer_core::auth::oauth::OAuthPlugin;
use steer_core::http_types::StatusCode;
use steer_testkit::transport::{Response, ScriptedTransport};

use super::kit::{CANARY, context_over, parameters, store, table};

const SERVER: &str = "https://login.acme.example";

#[tokio::test]
async fn a_logout_gives_both_tokens_back() {
    let script = ScriptedTransport::handler(|_| Response::new(StatusCode::OK));
    let (context, kept) = context_over(Arc::new(script.clone()), &table(SERVER, ""));
    OAuthPlugin.logout(&context).await.unwrap();
    assert_eq!(script.requests().len(), 0, "nobody is logged in");
    store(&kept, "access", Some("refresh"), 3600);
    OAuthPlugin.logout(&context).await.unwrap();
    let sent: Vec<_> = script.requests().iter().map(|one| parameters(one.body_text().unwrap())).collect();
    let told: Vec<(&str, &str)> =
        sent.iter().map(|form| (form["token_type_hint"].as_str(), form["token"].as_str())).collect();
    assert_eq!(told, [("refresh_token", "refresh"), ("access_token", "access")]);
    assert!(script.requests().iter().all(|request| request.uri.path() == "/revoke"));
}

#[tokio::test]
async fn a_server_that_could_not_be_told_is_an_error_without_the_token() {
    for answer in
        [Response::json(StatusCode::SERVICE_UNAVAILABLE, r#"{"error":"CANARY"}"#), Response::refuse()]
    {
        let script = ScriptedTransport::handler(move |_| answer.clone());
        let (context, kept) = context_over(Arc::new(script), &table(SERVER, ""));
        store(&kept, "CANARY", Some("CANARY"), 3600);
        let error = OAuthPlugin.logout(&context).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_takes_one_kind_of_token_alone_is_told_of_that_one() {
    let script = ScriptedTransport::responses([
        Response::new(StatusCode::OK),
        Response::json(StatusCode::BAD_REQUEST, r#"{"error":"unsupported_token_type"}"#),
    ]);
    let (context, kept) = context_over(Arc::new(script), &table(SERVER, ""));
    store(&kept, "access", Some("refresh"), 3600);
    OAuthPlugin.logout(&context).await.unwrap();
}
