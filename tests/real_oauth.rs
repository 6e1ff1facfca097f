//! Logins against an authorization server that nobody here wrote, whose tokens live for two seconds:
//! `cargo xtask real-servers oauth`.
#![cfg(feature = "oauth")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use steer::auth::oauth::{OAuthConfig, OAuthPlugin};
use steer::auth::{
    AuthPlugin, Authorization, Credential, CredentialKind, CredentialStore, LoginStep, MemoryStore,
    OAuthToken, PluginContext,
};
use steer::bytes::Bytes;
use steer::http::{ReqwestTransport, Timeouts, Transport};
use steer::http_types::{HeaderMap, Request};
use steer::{ErrorKind, ProviderConfig, ProviderId};

struct Server {
    url: String,
    transport: Arc<dyn Transport>,
    store: MemoryStore,
}

impl Server {
    fn new() -> Self {
        let url = std::env::var("STEER_REAL_OAUTH_URL");
        Self {
            url: url.unwrap_or_else(|_| panic!("run `cargo xtask real-servers oauth`")),
            transport: Arc::new(ReqwestTransport::new(Timeouts::default()).unwrap()),
            store: MemoryStore::new(),
        }
    }

    fn context(&self) -> PluginContext {
        let mut config = ProviderConfig::new("acme", "Acme", "acme-chat", "https://api.acme.example");
        let table = serde_json::json!({"client_id": "program", "scopes": ["read"],
            "authorization_url": format!("{}/authorize", self.url), "token_url": format!("{}/token", self.url),
            "revocation_url": format!("{}/revoke", self.url)});
        config.oauth = Some(serde_json::from_value::<OAuthConfig>(table).unwrap());
        PluginContext::new(config, Arc::new(self.store.clone()), Arc::clone(&self.transport))
    }

    /// The status and the place that a page sends to, and its body.
    async fn get(&self, url: &str, headers: &HeaderMap) -> (u16, Option<String>, Vec<u8>) {
        let mut request = Request::get(url).body(Bytes::new()).unwrap();
        request.headers_mut().extend(headers.clone());
        let response = self.transport.send(request).await.unwrap();
        let place = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body: Vec<Bytes> = response.into_body().map(|piece| piece.unwrap()).collect().await;
        (status, place, body.concat())
    }

    async fn counted(&self, name: &str) -> u64 {
        let (_, _, body) = self.get(&format!("{}/counted", self.url), &HeaderMap::new()).await;
        serde_json::from_slice::<serde_json::Value>(&body).unwrap()[name].as_u64().unwrap()
    }

    async fn takes(&self, authorization: &Authorization) -> bool {
        self.get(&format!("{}/resource", self.url), &authorization.headers).await.0 == 200
    }

    /// Logs in as a browser does that agrees at once, and keeps the login.
    async fn log_in(&self) -> OAuthToken {
        let mut flow = OAuthPlugin.start("browser", &self.context()).await.unwrap();
        let LoginStep::Open { url } = flow.next(None).await.unwrap() else { panic!("no address") };
        let (status, back, _) = self.get(&url, &HeaderMap::new()).await;
        assert_eq!(status, 302);
        let (back, none) = (back.unwrap(), HeaderMap::new());
        let (page, step) = tokio::join!(self.get(&back, &none), flow.next(None));
        assert_eq!(page.0, 200);
        let LoginStep::Complete { credential } = step.unwrap() else { panic!("not complete") };
        self.store.set(&ProviderId::from("acme"), &credential).unwrap();
        let Credential::OAuth2(token) = credential else { panic!("no token") };
        token
    }
}

#[tokio::test]
#[ignore = "needs the server of cargo xtask real-servers oauth"]
async fn a_login_is_proved_with_pkce_and_its_token_is_taken() {
    let server = Server::new();
    let redeemed = server.counted("redeemed").await;
    let token = server.log_in().await;
    assert_eq!(server.counted("redeemed").await, redeemed + 1);
    assert!(token.refresh.is_some() && token.id_token.is_some());
    assert_eq!(token.scope.as_deref(), Some("dummy"), "what the server says of it");
    let directive = OAuthPlugin.directive(&server.context()).unwrap().unwrap();
    let authorization = directive.authorizer.authorization().await.unwrap();
    assert!(server.takes(&authorization).await);
}

#[tokio::test]
#[ignore = "needs the server of cargo xtask real-servers oauth"]
async fn a_code_is_worth_nothing_without_its_verifier() {
    let server = Server::new();
    let mut flow = OAuthPlugin.start("paste", &server.context()).await.unwrap();
    let LoginStep::Open { url } = flow.next(None).await.unwrap() else { panic!("no address") };
    let (_, stolen, _) = server.get(&url, &HeaderMap::new()).await;
    let stolen = stolen.unwrap();
    let code = stolen.split("code=").nth(1).unwrap().split('&').next().unwrap();
    // The thief has a login of their own, with another verifier.
    let mut thief = OAuthPlugin.start("paste", &server.context()).await.unwrap();
    thief.next(None).await.unwrap();
    thief.next(None).await.unwrap();
    let error = thief.next(Some(code.into())).await.unwrap_err();
    assert!(error.status().is_some_and(|status| status >= 400), "{error}");
    assert!(!format!("{error} {error:?}").contains(code), "{error}");
}

#[tokio::test]
#[ignore = "needs the server of cargo xtask real-servers oauth"]
async fn tokens_that_end_are_renewed_once_for_all_tasks_and_each_is_taken() {
    let server = Arc::new(Server::new());
    server.log_in().await;
    let (renewals, refused) = (server.counted("renewals").await, server.counted("refused").await);
    let authorizer = OAuthPlugin.directive(&server.context()).unwrap().unwrap().authorizer;
    for expiry in 1..=5 {
        // A token of two seconds is renewed when the first is over.
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let authorizer = Arc::clone(&authorizer);
                tokio::spawn(async move { authorizer.authorization().await.unwrap() })
            })
            .collect();
        let mut last = None;
        for task in tasks {
            last = Some(task.await.unwrap());
        }
        assert!(server.takes(&last.unwrap()).await, "expiry {expiry}");
        assert_eq!(server.counted("renewals").await, renewals + expiry);
    }
    assert_eq!(server.counted("refused").await, refused);
}

#[tokio::test]
#[ignore = "needs the server of cargo xtask real-servers oauth"]
async fn a_refresh_token_that_is_spent_ends_the_login_and_is_not_tried_again() {
    let server = Server::new();
    let mut token = server.log_in().await;
    token.refresh = Some("spent".into());
    token.expires_at = Some(std::time::SystemTime::now());
    let acme = ProviderId::from("acme");
    server.store.set(&acme, &Credential::OAuth2(token)).unwrap();
    let refused = server.counted("refused").await;
    let authorizer = OAuthPlugin.directive(&server.context()).unwrap().unwrap().authorizer;
    for _ in 0..3 {
        let error = authorizer.authorization().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error}");
    }
    assert_eq!(server.counted("refused").await, refused + 1);
    assert!(server.store.get(&acme, CredentialKind::OAuth2).unwrap().is_some());
}

#[tokio::test]
#[ignore = "needs the server of cargo xtask real-servers oauth"]
async fn a_logout_tells_the_server() {
    let server = Server::new();
    server.log_in().await;
    let revoked = server.counted("revoked").await;
    OAuthPlugin.logout(&server.context()).await.unwrap();
    assert_eq!(server.counted("revoked").await, revoked + 2, "the refresh token and the access token");
}
