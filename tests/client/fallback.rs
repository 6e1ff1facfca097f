use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use steer::auth::{CredentialKind, CredentialStore};
use steer::{Client, ErrorKind, StreamChunk, WarningKind};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::support::{
    Plugin, bearer, bearers, builder, hi, refused, request, store_with_login, vendor, with_key,
};

fn logged_in(transport: &ScriptedTransport, plugin: Plugin) -> Client {
    with_key(transport, "key")
        .credential_store(store_with_login("login"))
        .auth_plugin("acme", Arc::new(plugin))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_refused_login_is_followed_by_the_key_whose_answer_is_the_calls_answer() {
    let transport = vendor(&["key"]);
    let client = logged_in(&transport, Plugin::default());
    let response = client.complete(request()).await.unwrap();
    assert_eq!(response.extract_text(), "Hi");
    assert_eq!(bearers(&transport), ["login", "login+", "key"]);
    let [warning] = response.warnings.as_slice() else { panic!("{:?}", response.warnings) };
    assert_eq!(warning.kind, WarningKind::Fallback);
    assert_eq!(
        warning.message,
        "the vendor refused the login; the environment variable ACME_KEY was used instead"
    );
    client.complete(request()).await.unwrap();
    assert_eq!(bearers(&transport)[3..], ["key"], "the next call goes with the key at once");
}

#[tokio::test]
async fn a_stream_falls_back_before_it_begins_and_says_so() {
    let transport = vendor(&["key"]);
    let client = logged_in(&transport, Plugin::default());
    let mut stream = client.stream_complete(request()).await.unwrap();
    assert_eq!(stream.head().warnings[0].kind, WarningKind::Fallback);
    let mut last = None;
    while let Some(chunk) = stream.next().await {
        last = Some(chunk.unwrap());
    }
    let Some(StreamChunk::MessageComplete(response)) = last else { panic!("no answer") };
    assert_eq!((response.extract_text().as_ref(), response.warnings.len()), ("Hi", 1));
}

#[tokio::test]
async fn trouble_of_the_network_never_changes_who_pays() {
    let plugin = Plugin { renewal_fails: Some(ErrorKind::Network), ..Plugin::default() };
    let store = store_with_login("login");
    for (respond, kind) in [
        (Response::refuse as fn() -> Response, ErrorKind::Network),
        (|| refused(401, "expired"), ErrorKind::Network),
        (|| refused(500, "later"), ErrorKind::ServerError),
    ] {
        let transport = ScriptedTransport::handler(move |sent| match bearer(sent) {
            "key" => hi(),
            _ => respond(),
        });
        let client = with_key(&transport, "key")
            .credential_store(store.clone())
            .auth_plugin("acme", Arc::new(plugin.clone()))
            .build()
            .unwrap();
        for _ in 0..2 {
            assert_eq!(client.complete(request()).await.unwrap_err().kind(), kind);
        }
        assert!(bearers(&transport).iter().all(|bearer| bearer == "login"), "{kind:?}");
        assert!(store.get(&"acme".into(), CredentialKind::OAuth2).unwrap().is_some(), "the login is kept");
    }
    assert_eq!(plugin.renewals.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_403_is_no_refusal_of_the_login() {
    let transport = ScriptedTransport::handler(|_| refused(403, "not in your region"));
    let plugin = Plugin::default();
    let error = logged_in(&transport, plugin.clone()).complete(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(
        (bearers(&transport).as_slice(), plugin.renewals.load(Ordering::SeqCst)),
        (&["login".to_owned()][..], 0)
    );
}

#[tokio::test]
async fn without_a_key_the_refusal_of_the_login_is_the_error() {
    let transport = vendor(&[]);
    let client = builder(&transport)
        .credential_store(store_with_login("login"))
        .auth_plugin("acme", Arc::new(Plugin::default()))
        .build()
        .unwrap();
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::AuthenticationFailed, 2));
    assert!(error.message().contains("log in again"), "{error}");
}

#[tokio::test]
async fn when_the_key_is_refused_too_the_error_tells_of_both() {
    let transport = vendor(&[]);
    let error = logged_in(&transport, Plugin::default()).complete(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
    assert!(error.message().contains("the login was refused as well"), "{error}");
    assert_eq!(bearers(&transport), ["login", "login+", "key"]);
}
