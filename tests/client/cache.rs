use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use steer::auth::{Credential, CredentialKind, CredentialStore, MemoryStore};
use steer::{ApiError, ErrorKind, RetryPolicy};

use crate::support::{Scripted, bearers, builder, hi, request, vendor, with_key};
use steer_testkit::transport::ScriptedTransport;

fn error(kind: ErrorKind, status: u16) -> ApiError {
    ApiError::new(kind, "no").with_status(status)
}

#[tokio::test]
async fn a_cached_provider_is_dropped_on_an_authentication_failure() {
    let client = with_key(&vendor(&["key"]), "key").build().unwrap();
    let provider = Scripted::new(|_| Err(ApiError::new(ErrorKind::AuthenticationFailed, "no")));
    client.insert_test_provider("acme", provider.clone());
    assert_eq!(client.complete(request()).await.unwrap_err().kind(), ErrorKind::AuthenticationFailed);
    assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Hi");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn a_cached_provider_is_dropped_on_a_401() {
    let client = with_key(&vendor(&["key"]), "key").build().unwrap();
    let provider = Scripted::new(|_| Err(error(ErrorKind::ServerError, 401)));
    client.insert_test_provider("acme", provider.clone());
    client.stream_complete(request()).await.unwrap_err();
    assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Hi");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn other_failures_keep_the_provider() {
    for (kind, status) in [
        (ErrorKind::PermissionDenied, 403),
        (ErrorKind::RateLimited, 429),
        (ErrorKind::ServerError, 500),
        (ErrorKind::InvalidRequest, 400),
        (ErrorKind::Network, 0),
    ] {
        let client = with_key(&vendor(&["key"]), "key").retry(RetryPolicy::once()).build().unwrap();
        let provider =
            Scripted::new(move |number| if number == 0 { Err(error(kind, status)) } else { Ok("Still") });
        client.insert_test_provider("acme", provider.clone());
        assert_eq!(client.complete(request()).await.unwrap_err().kind(), kind);
        assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Still", "{kind:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_refused_late_does_not_drop_a_provider_that_was_built_since() {
    let fresh_is_there = Arc::new(AtomicBool::new(false));
    let client = with_key(&ScriptedTransport::responses([]), "key").build().unwrap();
    let (flag, inserting) = (Arc::clone(&fresh_is_there), client.clone());
    let fresh = Scripted::new(|_| Ok("Fresh"));
    let provider = fresh.clone();
    let stale = Scripted::new(move |_| {
        // While this call is on its way, somebody else puts a fresh provider in its place.
        inserting.insert_test_provider("acme", provider.clone());
        flag.store(true, Ordering::SeqCst);
        Err(error(ErrorKind::AuthenticationFailed, 401))
    });
    client.insert_test_provider("acme", stale);
    client.complete(request()).await.unwrap_err();
    assert!(fresh_is_there.load(Ordering::SeqCst));
    assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Fresh");
}

#[tokio::test]
async fn a_stored_key_is_found_replaced_and_missed_as_soon_as_it_is_stored_and_removed() {
    let transport = ScriptedTransport::handler(|_| hi());
    let store = Arc::new(MemoryStore::new());
    let client = builder(&transport).credential_store(store.clone()).build().unwrap();
    let missing = client.complete(request()).await.unwrap_err();
    assert_eq!((missing.kind(), missing.code()), (ErrorKind::AuthenticationFailed, Some("no_credential")));
    for key in ["one", "two"] {
        store.set(&"acme".into(), &Credential::api_key(key).unwrap()).unwrap();
        client.complete(request()).await.unwrap();
        client.complete(request()).await.unwrap();
    }
    assert_eq!(bearers(&transport), ["one", "one", "two", "two"]);
    store.remove(&"acme".into(), CredentialKind::ApiKey).unwrap();
    client.complete(request()).await.unwrap_err();
}

#[tokio::test]
async fn many_calls_at_once_share_one_provider_and_all_succeed() {
    let transport = ScriptedTransport::handler(|_| hi());
    let store = Arc::new(MemoryStore::new());
    store.set(&"acme".into(), &Credential::api_key("key").unwrap()).unwrap();
    let client = builder(&transport).credential_store(store).build().unwrap();
    let calls = (0..64).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.complete(request()).await.unwrap().extract_text().into_owned() })
    });
    for call in calls.collect::<Vec<_>>() {
        let text = tokio::time::timeout(Duration::from_secs(20), call).await.expect("a call hangs").unwrap();
        assert_eq!(text, "Hi");
    }
    assert_eq!(transport.requests().len(), 64);
}
