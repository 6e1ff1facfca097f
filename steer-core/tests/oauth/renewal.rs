use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use steer_core::auth::oauth::OAuthPlugin;
use steer_core::auth::{
    AuthDirective, AuthPlugin, Authorizer, Credential, CredentialKind, CredentialStore, MemoryStore,
    OAuthToken, StoreLock,
};
use steer_core::http::{Transport, TransportErrorKind};
use steer_core::http_types::StatusCode;
use steer_core::{ApiError, ErrorKind, ProviderId};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::sync::Notify;

use super::kit::{CANARY, acme, context_over, parameters, store, stored, table};

const SERVER: &str = "https://login.acme.example";

fn json(status: u16, body: &str) -> Response {
    Response::json(StatusCode::from_u16(status).unwrap(), body.to_owned())
}

fn directive(transport: &ScriptedTransport, kept: &MemoryStore) -> AuthDirective {
    directive_over(transport, Arc::new(kept.clone()))
}

fn directive_over(transport: &ScriptedTransport, store: Arc<dyn CredentialStore>) -> AuthDirective {
    let transport: Arc<dyn Transport> = Arc::new(transport.clone());
    let (mut context, _) = context_over(transport, &table(SERVER, ""));
    context.store = store;
    OAuthPlugin.directive(&context).unwrap().unwrap()
}

async fn bearer(authorizer: &Arc<dyn Authorizer>) -> Result<String, ApiError> {
    let authorization = authorizer.authorization().await?;
    Ok(authorization.headers["authorization"].to_str().unwrap().to_owned())
}

/// A server that rotates: each refresh token is good once, and its successor follows from it by number.
fn rotating() -> ScriptedTransport {
    let next = AtomicUsize::new(1);
    ScriptedTransport::handler(move |request| {
        let sent = parameters(request.body_text().unwrap());
        let number = next.load(Ordering::SeqCst);
        if sent["grant_type"] != "refresh_token" || sent["refresh_token"] != format!("refresh-{number}") {
            return json(400, r#"{"error":"invalid_grant","error_description":"CANARY"}"#);
        }
        let number = next.fetch_add(1, Ordering::SeqCst) + 1;
        let body = json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"),
            "expires_in": 3600, "token_type": "Bearer"});
        json(200, &body.to_string()).delay_headers(Duration::from_millis(1))
    })
}

/// Makes what is stored end now.
fn expire(kept: &MemoryStore) {
    let mut token = stored(kept).unwrap();
    token.expires_at = Some(std::time::SystemTime::now());
    kept.set(&acme(), &Credential::OAuth2(token)).unwrap();
}

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_on_a_cold_start_and_written_before_it_is_used() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 0);
    let authorizer = directive(&script, &kept).authorizer;
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    let token = stored(&kept).unwrap();
    assert_eq!((token.access.expose(), token.refresh.unwrap().expose()), ("access-2", "refresh-2"));
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_tasks_at_a_thousand_expiries_make_one_request_each() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 3600);
    // Two directives, as two clients of one program have.
    let directives = [directive(&script, &kept).authorizer, directive(&script, &kept).authorizer];
    for expiry in 1..=1000 {
        expire(&kept);
        let tasks: Vec<_> = (0..64)
            .map(|task| {
                let authorizer = Arc::clone(&directives[task % 2]);
                tokio::spawn(async move { bearer(&authorizer).await.unwrap() })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), format!("Bearer access-{}", expiry + 1));
        }
        assert_eq!(script.requests().len(), expiry, "one request per token");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_passes_is_shared_and_does_not_log_out() {
    for (answer, kind) in [
        (Response::refuse(), ErrorKind::Network),
        (Response::failure(TransportErrorKind::Broken), ErrorKind::Network),
        (Response::silence(), ErrorKind::Timeout),
        (json(200, r#"{"access_token":"#).stall(), ErrorKind::Timeout),
        (json(500, r#"{"error":"invalid_grant"}"#), ErrorKind::ServerError),
        (json(503, "CANARY"), ErrorKind::ServerError),
        (json(429, r#"{"error":"invalid_grant"}"#), ErrorKind::RateLimited),
        (json(302, ""), ErrorKind::Configuration),
        (json(401, r#"{"error":"invalid_client"}"#), ErrorKind::Configuration),
        (json(403, "<html>CANARY</html>"), ErrorKind::Unknown),
        (json(200, "<html>CANARY</html>"), ErrorKind::ResponseParsing),
        (json(200, &"x".repeat((1 << 20) + 1)), ErrorKind::LimitExceeded),
    ] {
        let healthy = Arc::new(AtomicBool::new(false));
        let is_healthy = Arc::clone(&healthy);
        let script = ScriptedTransport::handler(move |_| match is_healthy.load(Ordering::SeqCst) {
            true => json(200, r#"{"access_token":"access-2","expires_in":3600}"#),
            false => answer.clone().delay_headers(Duration::from_millis(10)),
        });
        let kept = MemoryStore::new();
        store(&kept, "access-1", Some("refresh-CANARY"), 0);
        let authorizer = directive(&script, &kept).authorizer;
        let both = tokio::join!(bearer(&authorizer), bearer(&authorizer), bearer(&authorizer));
        for result in [both.0, both.1, both.2] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.provider(), Some(&acme()));
            assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
        }
        assert_eq!(script.requests().len(), 1, "{kind:?}: who waited shares the failure");
        assert_eq!(stored(&kept).unwrap().refresh.unwrap().expose(), "refresh-CANARY", "{kind:?}");
        healthy.store(true, Ordering::SeqCst);
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2", "{kind:?}");
        assert_eq!(
            stored(&kept).unwrap().refresh.unwrap().expose(),
            "refresh-CANARY",
            "none came, so the old one stays"
        );
    }
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again_by_anyone_and_a_new_one_is() {
    for status in [400, 401, 403] {
        let script = ScriptedTransport::handler(move |request| {
            match parameters(request.body_text().unwrap())["refresh_token"].as_str() {
                "refresh-new" => json(200, r#"{"access_token":"access-new","expires_in":3600}"#),
                _ => json(status, r#"{"error":"invalid_grant","error_description":"CANARY"}"#),
            }
        });
        let kept = MemoryStore::new();
        store(&kept, "access-1", Some("refresh-CANARY"), 0);
        let authorizer = directive(&script, &kept).authorizer;
        for _ in 0..3 {
            let error = bearer(&authorizer).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
            assert!(error.to_string().contains("log in again") && !error.is_retryable(), "{error}");
            assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
        }
        // Another process, which has only the store to know it from.
        let other = directive(&script, &kept).authorizer;
        assert_eq!(bearer(&other).await.unwrap_err().kind(), ErrorKind::AuthenticationFailed);
        assert_eq!(script.requests().len(), 1, "{status}");
        assert!(kept.get(&acme(), CredentialKind::OAuth2).unwrap().is_some(), "the entry is not deleted");
        store(&kept, "access-old", Some("refresh-new"), 0);
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-new");
        assert_eq!(bearer(&other).await.unwrap(), "Bearer access-new");
    }
}

#[tokio::test]
async fn a_loser_never_touches_the_winners_login() {
    // Someone who does not ask for the lock logs in while the renewal is on its way.
    for (status, answer) in
        [(400, r#"{"error":"invalid_grant"}"#), (200, r#"{"access_token":"access-late","expires_in":3600}"#)]
    {
        let kept = MemoryStore::new();
        store(&kept, "access-1", Some("refresh-1"), 0);
        let winner = kept.clone();
        let script = ScriptedTransport::handler(move |_| {
            store(&winner, "access-winner", Some("refresh-winner"), 3600);
            json(status, answer)
        });
        let authorizer = directive(&script, &kept).authorizer;
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-winner", "{status}");
        let token = stored(&kept).unwrap();
        assert_eq!(token.refresh.unwrap().expose(), "refresh-winner", "{status}");
    }
}

#[tokio::test]
async fn a_logout_during_a_renewal_stays_one() {
    let kept = MemoryStore::new();
    store(&kept, "access-1", Some("refresh-1"), 0);
    let leaving = kept.clone();
    let script = ScriptedTransport::handler(move |_| {
        leaving.remove(&acme(), CredentialKind::OAuth2).unwrap();
        json(200, r#"{"access_token":"access-late","expires_in":3600}"#)
    });
    let error = bearer(&directive(&script, &kept).authorizer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
    assert!(stored(&kept).is_none());
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_no_token() {
    let asked = Arc::new(Notify::new());
    let server = Arc::clone(&asked);
    let script = ScriptedTransport::handler(move |_| {
        server.notify_one();
        json(200, r#"{"access_token":"access-2","refresh_token":"refresh-2","expires_in":3600}"#)
            .delay_headers(Duration::from_millis(20))
    });
    let kept = MemoryStore::new();
    store(&kept, "access-1", Some("refresh-1"), 0);
    let authorizer = directive(&script, &kept).authorizer;
    tokio::select! {
        () = asked.notified() => {}
        result = bearer(&authorizer) => panic!("too early: {result:?}"),
    }
    let written = async {
        while stored(&kept).unwrap().refresh.unwrap().expose() != "refresh-2" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("the server's new token is lost");
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_renewed_now_is_used_until_it_ends_and_the_server_is_left_alone() {
    let script = ScriptedTransport::handler(|_| Response::refuse());
    let kept = MemoryStore::new();
    store(&kept, "access-1", Some("refresh-1"), 50);
    let authorizer = directive(&script, &kept).authorizer;
    for _ in 0..10 {
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-1");
    }
    assert_eq!(script.requests().len(), 1);
    tokio::time::advance(Duration::from_secs(6)).await;
    bearer(&authorizer).await.unwrap();
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_token_that_the_vendor_refused_is_renewed_once_for_all_who_held_it() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 3600);
    let authorizer = directive(&script, &kept).authorizer;
    let refused = authorizer.authorization().await.unwrap();
    let renewals = (0..8).map(|_| authorizer.renew(&refused));
    for result in futures::future::join_all(renewals).await {
        result.unwrap();
    }
    authorizer.renew(&refused).await.unwrap();
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_login_without_a_refresh_token_ends_with_its_token() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", None, 0);
    let error = bearer(&directive(&script, &kept).authorizer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
    assert!(error.to_string().contains("log in again"), "{error}");
    assert_eq!(script.requests().len(), 0);
}

#[tokio::test]
async fn a_login_of_someone_else_is_used_from_the_next_request_on() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 3600);
    let authorizer = directive(&script, &kept).authorizer;
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-1");
    store(&kept, "access-other", Some("refresh-other"), 3600);
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-other");
    kept.remove(&acme(), CredentialKind::OAuth2).unwrap();
    assert_eq!(bearer(&authorizer).await.unwrap_err().kind(), ErrorKind::AuthenticationFailed);
}

/// A store that cannot be written for a while.
#[derive(Debug)]
struct Full(MemoryStore, AtomicBool);

impl CredentialStore for Full {
    fn name(&self) -> String {
        "a full disk".to_owned()
    }

    fn get(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Option<Credential>, ApiError> {
        self.0.get(provider, kind)
    }

    fn set(&self, provider: &ProviderId, credential: &Credential) -> Result<(), ApiError> {
        match self.1.load(Ordering::SeqCst) {
            true => Err(ApiError::configuration("no space is left")),
            false => self.0.set(provider, credential),
        }
    }

    fn remove(&self, provider: &ProviderId, kind: CredentialKind) -> Result<bool, ApiError> {
        self.0.remove(provider, kind)
    }

    fn list(&self) -> Result<Vec<(ProviderId, CredentialKind)>, ApiError> {
        self.0.list()
    }

    fn lock(&self, provider: &ProviderId, kind: CredentialKind) -> Result<Box<dyn StoreLock>, ApiError> {
        self.0.lock(provider, kind)
    }

    fn version(&self) -> u64 {
        self.0.version()
    }
}

#[tokio::test]
async fn a_token_that_could_not_be_written_is_kept_and_not_asked_for_again() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 0);
    let full = Arc::new(Full(kept.clone(), AtomicBool::new(true)));
    let authorizer = directive_over(&script, Arc::clone(&full) as Arc<dyn CredentialStore>).authorizer;
    assert_eq!(bearer(&authorizer).await.unwrap_err().kind(), ErrorKind::Configuration);
    full.1.store(false, Ordering::SeqCst);
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    assert_eq!(stored(&kept).unwrap().refresh.unwrap().expose(), "refresh-2");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_hundred_uses_of_a_login_ask_its_server_once() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 0);
    let authorizer = directive(&script, &kept).authorizer;
    for _ in 0..100 {
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    }
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_renewal_sends_the_token_and_who_asks_and_nothing_of_the_login() {
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 0);
    bearer(&directive(&script, &kept).authorizer).await.unwrap();
    let sent = parameters(script.requests()[0].body_text().unwrap());
    let names: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(names, ["client_id", "grant_type", "refresh_token"]);
}

/// The clock of this machine is an hour behind the server's, or ahead of it.
#[tokio::test]
async fn a_clock_that_is_an_hour_off_costs_one_renewal_and_no_login() {
    // Behind: what the server refuses seems to live for an hour.
    let (script, kept) = (rotating(), MemoryStore::new());
    store(&kept, "access-1", Some("refresh-1"), 3600);
    let authorizer = directive(&script, &kept).authorizer;
    let refused = authorizer.authorization().await.unwrap();
    assert_eq!(refused.headers["authorization"], "Bearer access-1");
    authorizer.renew(&refused).await.unwrap();
    assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    assert_eq!(script.requests().len(), 1);

    // Ahead: every token that was stored before the clock moved seems to have ended, and the new one does not.
    let (script, kept) = (rotating(), MemoryStore::new());
    let mut token = OAuthToken::new("access-1");
    token.refresh = Some("refresh-1".into());
    token.obtained_at = Some(std::time::SystemTime::now() - Duration::from_secs(3600));
    token.expires_at = Some(std::time::SystemTime::now() - Duration::from_secs(1));
    kept.set(&acme(), &Credential::OAuth2(token)).unwrap();
    let authorizer = directive(&script, &kept).authorizer;
    for _ in 0..3 {
        assert_eq!(bearer(&authorizer).await.unwrap(), "Bearer access-2");
    }
    assert_eq!(script.requests().len(), 1);
}
