//! No secret is printed by whatever holds it.

use std::fmt::Debug;
use std::sync::Arc;

use steer::auth::{
    Authorization, Authorizer, Credential, CredentialStore, Environment, LoginStep, MemoryStore, OAuthToken,
    PluginContext, Secret,
};
use steer::http::Transport;
use steer::http_types::HeaderMap;
use steer::{
    ApiError, AuthDirective, Client, LlmConfigProvider, ProviderConfig, ProviderSettings, ResolvedAuth,
    async_trait,
};
use steer_testkit::transport::ScriptedTransport;

use crate::support::{CATALOG, Plugin, request, store_with_login, with_key};

const SECRET: &str = "sk-CANARY-0123456789";

#[derive(Debug)]
struct Fixed;

#[async_trait]
impl Authorizer for Fixed {
    async fn authorization(&self) -> Result<Authorization, ApiError> {
        Ok(authorization())
    }

    async fn renew(&self, _: &Authorization) -> Result<(), ApiError> {
        Ok(())
    }
}

/// What a plugin that marks nothing as sensitive gives.
fn authorization() -> Authorization {
    let mut headers = HeaderMap::new();
    headers.insert("x-session", SECRET.parse().unwrap());
    Authorization::new(headers, vec![Secret::new(SECRET)])
}

fn directive() -> AuthDirective {
    let mut directive = AuthDirective::new(Arc::new(Fixed));
    directive.query = vec![("key".to_owned(), SECRET.to_owned())];
    directive.base_url = Some(format!("https://user:{SECRET}@acme.example"));
    directive
}

fn hides(what: &str, holder: &dyn Debug) {
    for text in [format!("{holder:?}"), format!("{holder:#?}")] {
        assert!(!text.contains("CANARY"), "{what} shows the secret: {text}");
    }
}

#[test]
fn nothing_that_holds_a_secret_prints_it() {
    let credential = Credential::api_key(SECRET).unwrap();
    let mut token = OAuthToken::new(SECRET);
    token.refresh = Some(Secret::new(SECRET));
    token.id_token = Some(Secret::new(SECRET));
    let login = Credential::OAuth2(token.clone());
    let store = Arc::new(MemoryStore::new());
    store.set(&"acme".into(), &credential).unwrap();
    store.set(&"acme".into(), &login).unwrap();
    let transport: Arc<dyn Transport> = Arc::new(ScriptedTransport::responses([]));
    let config = ProviderConfig::new("acme", "Acme", "openai-chat", "https://acme.example/v1");
    let environment = Environment::of([("ACME_KEY", SECRET)]);
    let finding = LlmConfigProvider::new()
        .credential("acme", credential.clone())
        .environment(environment.clone())
        .store(store.clone());
    let mut settings =
        ProviderSettings::new(config.clone(), Arc::clone(&transport)).credential(credential.clone());
    settings.directive = Some(directive());
    hides("a secret", &Secret::new(SECRET));
    hides("a key", &credential);
    hides("a login", &login);
    hides("a token", &token);
    hides("the environment", &environment);
    hides("a store", &store);
    hides("what finds keys", &finding);
    hides("what was found", &finding.resolve(&config, &transport, false).unwrap());
    hides("what plugins work with", &PluginContext::new(config, store, transport));
    hides("an authorization", &authorization());
    hides("a directive", &directive());
    hides("a login that was found", &ResolvedAuth::Plugin { plugin: "p".to_owned(), directive: directive() });
    hides("a login that is complete", &LoginStep::Complete { credential: login });
    hides("what providers are built from", &settings);
}

#[test]
fn neither_a_client_nor_what_makes_it_nor_what_it_sends_prints_a_secret() {
    let transport = ScriptedTransport::responses([]);
    let builder = with_key(&transport, SECRET)
        .api_key("acme", SECRET)
        .base_url("acme", format!("https://user:{SECRET}@acme.example/v1?key={SECRET}"))
        .catalog("own", format!("{CATALOG}# {SECRET}"));
    hides("a builder", &builder);
    hides("the error of an address with a secret in it", &builder.build().unwrap_err());
    let client = Client::builder()
        .catalog("test", CATALOG)
        .transport(Arc::new(transport.clone()))
        .api_key("acme", SECRET)
        .build()
        .unwrap();
    hides("a client", &client);
    hides("a request", &client.preview(request()).unwrap().unwrap());
    hides("a request with headers", &request().header("x-custom", SECRET));
    let client = with_key(&transport, "key")
        .credential_store(store_with_login(SECRET))
        .auth_plugin("acme", Arc::new(Plugin::default()))
        .build()
        .unwrap();
    hides("a client with a login", &client);
    hides("its login", &client.resolve_auth(&"acme".into()).unwrap());
}
