use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use steer_core::auth::oauth::OAuthPlugin;
use steer_core::auth::{
    AuthPlugin, Credential, CredentialKind, CredentialStore, LoginFlow, LoginStep, MemoryStore, OAuthToken,
    PluginContext,
};
use steer_core::http::{ReqwestTransport, Timeouts, Transport};
use steer_core::{ProviderConfig, ProviderId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What stands where a secret does; it must be seen nowhere.
pub(crate) const CANARY: &str = "CANARY";

pub(crate) fn acme() -> ProviderId {
    ProviderId::from("acme")
}

/// A table whose server is at an address, and further lines of it.
pub(crate) fn table(server: &str, further: &str) -> String {
    format!(
        "client_id = \"program\"\nauthorization_url = \"{server}/authorize\"\ntoken_url = \"{server}/token\"\n\
         device_authorization_url = \"{server}/device\"\nrevocation_url = \"{server}/revoke\"\n{further}"
    )
}

pub(crate) fn context_over(transport: Arc<dyn Transport>, table: &str) -> (PluginContext, MemoryStore) {
    let store = MemoryStore::new();
    let mut config = ProviderConfig::new("acme", "Acme", "acme-chat", "https://api.acme.example");
    config.oauth = Some(toml::from_str(table).unwrap());
    (PluginContext::new(config, Arc::new(store.clone()), transport), store)
}

/// A context with real sockets.
pub(crate) fn context(server: &str, further: &str) -> (PluginContext, MemoryStore) {
    let transport = ReqwestTransport::new(Timeouts::default()).unwrap();
    context_over(Arc::new(transport), &table(server, further))
}

pub(crate) async fn start(method: &str, context: &PluginContext) -> Box<dyn LoginFlow> {
    OAuthPlugin.start(method, context).await.unwrap()
}

pub(crate) fn opened(step: LoginStep) -> url::Url {
    let LoginStep::Open { url } = step else { panic!("{step:?}") };
    url::Url::parse(&url).unwrap()
}

pub(crate) fn token_of(step: LoginStep) -> OAuthToken {
    match step {
        LoginStep::Complete { credential: Credential::OAuth2(token) } => token,
        step => panic!("{step:?}"),
    }
}

/// The parameters of an address or of a form.
pub(crate) fn parameters(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// A stored token that ends in this many seconds.
pub(crate) fn store(store: &MemoryStore, access: &str, refresh: Option<&str>, seconds: u64) {
    let mut token = OAuthToken::new(access);
    token.refresh = refresh.map(Into::into);
    token.expires_at = Some(std::time::SystemTime::now() + Duration::from_secs(seconds));
    store.set(&acme(), &Credential::OAuth2(token)).unwrap();
}

pub(crate) fn stored(store: &MemoryStore) -> Option<OAuthToken> {
    match store.get(&acme(), CredentialKind::OAuth2).unwrap() {
        Some(Credential::OAuth2(token)) => Some(token),
        _ => None,
    }
}

/// What a listener answers to these bytes; `None` where nobody listens.
pub(crate) async fn raw(port: u16, request: &[u8]) -> Option<String> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    // A listener that has heard enough closes, whatever else is sent.
    let _sent = connection.write_all(request).await;
    let mut answer = Vec::new();
    let _read = connection.read_to_end(&mut answer).await;
    Some(String::from_utf8(answer).unwrap())
}

pub(crate) async fn get(port: u16, target: &str) -> Option<String> {
    raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await
}
