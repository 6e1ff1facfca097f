use std::sync::Arc;

use steer_core::auth::oauth::{OAUTH_PLUGIN, OAuthPlugin};
use steer_core::auth::{AuthPlugin, PluginContext};
use steer_core::{Catalog, ErrorKind};
use steer_testkit::transport::{Response, ScriptedTransport};

use super::kit::{CANARY, context_over, store, table};

const SERVER: &str = "https://login.acme.example";

fn methods(table: &str) -> Vec<&'static str> {
    let script = ScriptedTransport::new(Response::refuse());
    let (context, _) = context_over(Arc::new(script), table);
    OAuthPlugin.methods(&context).iter().map(|method| method.id).collect()
}

#[tokio::test]
async fn what_the_catalog_says_decides_how_one_can_log_in() {
    assert_eq!(methods(&table(SERVER, "")), ["browser", "device", "paste"]);
    let ends = "client_id = \"program\"\ntoken_url = \"https://login.acme.example/token\"\n";
    assert_eq!(methods(ends), [""; 0]);
    assert_eq!(methods(&format!("{ends}device_authorization_url = \"https://a.example\"")), ["device"]);
    assert_eq!(methods("authorization_url = \"https://a.example\""), [""; 0], "there is no client's id");
    assert!(OAUTH_PLUGIN.provider.is_none());
}

#[tokio::test]
async fn a_method_that_is_not_there_names_those_that_are() {
    let script = ScriptedTransport::new(Response::refuse());
    let (context, _) = context_over(Arc::new(script), &table(SERVER, ""));
    let error = OAuthPlugin.start("sms\u{1b}", &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("`sms\\u{1b}` here; there are: browser, device, paste"), "{error}");
}

#[tokio::test]
async fn a_table_cannot_say_what_each_login_says_itself() {
    let script = ScriptedTransport::new(Response::refuse());
    let further = "authorize_parameters = { code_challenge_method = \"plain\" }";
    let (context, _) = context_over(Arc::new(script), &table(SERVER, further));
    let error = OAuthPlugin.start("paste", &context).await.unwrap_err();
    assert!(error.to_string().contains("cannot say `code_challenge_method`"), "{error}");
}

#[tokio::test]
async fn there_is_a_directive_for_who_is_logged_in_and_it_asks_nobody() {
    let script = ScriptedTransport::new(Response::refuse());
    let (context, kept) = context_over(Arc::new(script.clone()), &table(SERVER, ""));
    assert!(OAuthPlugin.directive(&context).unwrap().is_none());
    store(&kept, "CANARY", Some("CANARY"), 3600);
    let directive = OAuthPlugin.directive(&context).unwrap().unwrap();
    let authorization = directive.authorizer.authorization().await.unwrap();
    assert_eq!(authorization.headers["authorization"], "Bearer CANARY");
    assert!(authorization.headers["authorization"].is_sensitive());
    assert!(!format!("{directive:?} {authorization:?} {context:?}").contains(CANARY));
    assert_eq!(script.requests().len(), 0);
    let bare = PluginContext::new(
        steer_core::ProviderConfig::new("acme", "Acme", "acme-chat", "https://api.acme.example"),
        Arc::clone(&context.store),
        Arc::clone(&context.transport),
    );
    assert!(OAuthPlugin.directive(&bare).unwrap().is_none(), "no table, no plugin");
}

#[test]
fn a_catalog_with_a_misspelt_or_leaking_table_is_refused() {
    let entry = |line: &str| format!("[[providers]]\nid = \"acme\"\n[providers.oauth]\n{line}\n");
    for line in [
        "token = \"https://a.example\"",
        "token_url = \"http://a.example\"",
        "redirect = { host = \"0.0.0.0\" }",
    ] {
        assert!(Catalog::parse(&entry(line), "acme").is_err(), "{line}");
    }
    assert!(Catalog::parse(&entry("client_id = \"mine\""), "acme").is_ok());
}
