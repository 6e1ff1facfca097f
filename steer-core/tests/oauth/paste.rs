use serde_json::json;
use std::sync::Arc;
use steer_core::auth::{LoginStep, Secret};
use steer_core::{ApiError, ErrorKind};
use steer_testkit::transport::{Response, ScriptedTransport};

use super::kit::{context_over, opened, parameters, start, table, token_of};

const SERVER: &str = "https://login.acme.example";

fn token() -> Response {
    let body = json!({"access_token": "a", "token_type": "bearer"}).to_string();
    Response::json(steer_core::http_types::StatusCode::OK, body)
}

/// What a login ends with whose person pastes these texts; `STATE` stands for its state.
async fn paste(texts: &[&str], further: &str) -> (Result<LoginStep, ApiError>, ScriptedTransport, String) {
    let script = ScriptedTransport::new(token());
    let (context, _) = context_over(Arc::new(script.clone()), &table(SERVER, further));
    let mut flow = start("paste", &context).await;
    let asked = parameters(opened(flow.next(None).await.unwrap()).query().unwrap());
    let mut step = flow.next(None).await;
    for text in texts {
        assert!(matches!(step, Ok(LoginStep::Input { .. })), "{step:?}");
        step = flow.next(Some(Secret::new(text.replace("STATE", &asked["state"])))).await;
    }
    (step, script, asked["redirect_uri"].clone())
}

#[tokio::test]
async fn a_pasted_code_or_address_is_redeemed() {
    for text in ["the-code\n", "the-code#STATE", "http://127.0.0.1/callback?code=the-code&state=STATE"] {
        let (step, script, redirect) = paste(&[text], "").await;
        assert_eq!(token_of(step.unwrap()).access.expose(), "a");
        let sent = parameters(script.requests()[0].body_text().unwrap());
        assert_eq!((&*sent["code"], &sent["redirect_uri"]), ("the-code", &redirect), "{text}");
        assert_eq!(redirect, "http://127.0.0.1/callback");
    }
}

#[tokio::test]
async fn an_address_of_another_login_is_asked_for_again_and_not_for_ever() {
    let wrong = "http://127.0.0.1/callback?code=c&state=another";
    let (step, script, _) = paste(&[wrong, "two words", "the-code"], "").await;
    step.unwrap();
    assert_eq!(script.requests().len(), 1);
    let (step, script, _) = paste(&[wrong, wrong, wrong], "").await;
    let error = step.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
    assert!(error.to_string().contains("another login"), "{error}");
    assert_eq!(script.requests().len(), 0, "nothing of another login is redeemed");
}

#[tokio::test]
async fn a_pasted_refusal_ends_the_login() {
    let (step, script, _) = paste(&["http://127.0.0.1/callback?error=access_denied&state=STATE"], "").await;
    assert_eq!(step.unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(script.requests().len(), 0);
}

#[tokio::test]
async fn a_page_of_the_vendors_that_shows_codes_is_where_the_browser_goes() {
    let further = "redirect = { paste_url = \"https://login.acme.example/code\", port = 7 }";
    let (step, _, redirect) = paste(&["the-code#STATE"], further).await;
    step.unwrap();
    assert_eq!(redirect, "https://login.acme.example/code");
}
