use std::sync::Arc;
use std::sync::atomic::Ordering;

use steer::auth::{Credential, CredentialKind, CredentialStore, OnRefusal};
use steer::{AuthSource, Client, ErrorKind, ResolvedAuth};
use steer_testkit::transport::ScriptedTransport;

use crate::support::{
    Plugin, bearer, bearers, builder, hi, refused, request, store_with_login, vendor, with_key,
};

fn logged_in(transport: &ScriptedTransport, plugin: Plugin) -> Client {
    builder(transport)
        .credential_store(store_with_login("login"))
        .auth_plugin("acme", Arc::new(plugin))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_login_wins_over_the_environment_and_a_given_key_over_both() {
    let transport = ScriptedTransport::handler(|_| hi());
    let store = store_with_login("login");
    let with = || with_key(&transport, "env").credential_store(store.clone());
    let plugin = || Arc::new(Plugin::default());
    let client = with().auth_plugin("acme", plugin()).build().unwrap();
    assert_eq!(
        client.resolve_auth(&"acme".into()).unwrap().source(),
        AuthSource::Plugin("acme-login".to_owned())
    );
    client.complete(request()).await.unwrap();
    with().build().unwrap().complete(request()).await.unwrap();
    let given = with().auth_plugin("acme", plugin()).api_key("acme", "given").build().unwrap();
    given.complete(request()).await.unwrap();
    assert_eq!(bearers(&transport), ["login", "env", "given"]);
    for sent in transport.requests() {
        let authorizing = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
        assert_eq!(authorizing.into_iter().filter(|name| sent.header(name).is_some()).count(), 1);
        assert!(!sent.uri.to_string().contains("key"), "{}", sent.uri);
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_request_sent_again() {
    let transport = vendor(&["login+"]);
    let plugin = Plugin::default();
    let client = logged_in(&transport, plugin.clone());
    let response = client.complete(request()).await.unwrap();
    assert_eq!((response.extract_text().as_ref(), response.warnings.len()), ("Hi", 0));
    client.complete(request()).await.unwrap();
    assert_eq!(bearers(&transport), ["login", "login+", "login+"]);
    assert_eq!(plugin.renewals.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_401_renews_the_login_whatever_else_it_says() {
    let transport = ScriptedTransport::handler(|sent| match bearer(sent) {
        "login+" => hi(),
        _ => refused(401, "model not found"),
    });
    let plugin = Plugin::default();
    let response = logged_in(&transport, plugin.clone()).complete(request()).await.unwrap();
    assert_eq!((response.extract_text().as_ref(), response.warnings.len()), ("Hi", 0));
    assert_eq!(bearers(&transport), ["login", "login+"]);
    assert_eq!(plugin.renewals.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_plugin_that_renews_nothing_is_not_asked_to() {
    for (on_refusal, says) in [(OnRefusal::LogIn, true), (OnRefusal::Nothing, false)] {
        let transport = vendor(&[]);
        let plugin = Plugin { on_refusal: Some(on_refusal), ..Plugin::default() };
        let error = logged_in(&transport, plugin.clone()).complete(request()).await.unwrap_err();
        assert_eq!(error.message().contains("log in again"), says, "{error}");
        assert_eq!((bearers(&transport).len(), plugin.renewals.load(Ordering::SeqCst)), (1, 0));
    }
}

#[tokio::test]
async fn a_plugin_may_name_the_address_and_add_to_its_query() {
    let transport = ScriptedTransport::handler(|_| hi());
    let plugin = Plugin {
        base_url: Some("https://logins.acme.example/v2".to_owned()),
        query: vec![("client".to_owned(), "a b".to_owned())],
        ..Plugin::default()
    };
    logged_in(&transport, plugin).complete(request()).await.unwrap();
    let uri = transport.requests()[0].uri.to_string();
    assert_eq!(uri, "https://logins.acme.example/v2/chat/completions?client=a+b");
}

#[tokio::test]
async fn a_plugin_reads_the_environment_that_the_client_was_given() {
    let transport = ScriptedTransport::handler(|_| hi());
    let plugin = Plugin { variable: Some("ACME_KEY"), ..Plugin::default() };
    let client = with_key(&transport, "its-value")
        .credential_store(store_with_login("login"))
        .auth_plugin("acme", Arc::new(plugin))
        .build()
        .unwrap();
    client.complete(request()).await.unwrap();
    assert_eq!(transport.requests()[0].uri.query(), Some("from-environment=its-value"));
}

#[tokio::test]
async fn a_plugins_address_that_a_login_must_not_go_to_is_refused() {
    let transport = ScriptedTransport::handler(|_| hi());
    let plugin = Plugin { base_url: Some("http://acme.example".to_owned()), ..Plugin::default() };
    let error = logged_in(&transport, plugin).complete(request()).await.unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::Configuration, 0));
}

#[tokio::test]
async fn a_model_that_a_login_may_not_use_goes_with_the_key() {
    let transport = ScriptedTransport::handler(|_| hi());
    let plugin = Arc::new(Plugin { only_model: Some("small"), ..Plugin::default() });
    let store = store_with_login("login");
    let client =
        builder(&transport).credential_store(store.clone()).auth_plugin("acme", plugin).build().unwrap();
    let error = client.complete(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(error.message().contains("acme/large") && error.message().contains("API key"), "{error}");
    store.set(&"acme".into(), &Credential::api_key("key").unwrap()).unwrap();
    let small = || {
        let mut small = request();
        small.model = "acme/small".to_owned();
        small
    };
    for _ in 0..2 {
        client.complete(request()).await.unwrap();
        client.complete(small()).await.unwrap();
    }
    assert_eq!(bearers(&transport), ["key", "login", "key", "login"]);
}

#[tokio::test]
async fn a_login_that_does_not_serve_the_wire_format_leaves_the_call_to_the_key() {
    let transport = vendor(&["key"]);
    let plugin = Plugin { only_format: Some("another-format"), ..Plugin::default() };
    let client = with_key(&transport, "key")
        .credential_store(store_with_login("login"))
        .auth_plugin("acme", Arc::new(plugin))
        .build()
        .unwrap();
    assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Hi");
    assert_eq!(bearers(&transport), ["key"]);
}

#[tokio::test]
async fn a_logout_is_noticed_by_the_next_call() {
    let transport = ScriptedTransport::handler(|_| hi());
    let store = store_with_login("login");
    let client = with_key(&transport, "key")
        .credential_store(store.clone())
        .auth_plugin("acme", Arc::new(Plugin::default()))
        .build()
        .unwrap();
    client.complete(request()).await.unwrap();
    store.remove(&"acme".into(), CredentialKind::OAuth2).unwrap();
    client.complete(request()).await.unwrap();
    assert_eq!(bearers(&transport), ["login", "key"]);
    assert!(matches!(client.resolve_auth(&"acme".into()).unwrap(), ResolvedAuth::ApiKey { .. }));
}

#[tokio::test]
async fn a_token_that_the_server_repeats_stands_in_no_error() {
    let transport = ScriptedTransport::handler(|sent| refused(400, &format!("bad token {}", bearer(sent))));
    let client = builder(&transport)
        .credential_store(store_with_login("CANARY"))
        .auth_plugin("acme", Arc::new(Plugin::default()))
        .build()
        .unwrap();
    let error = client.complete(request()).await.unwrap_err();
    assert!(error.message().contains("bad token ***"), "{error}");
    assert!(!format!("{error} {error:?} {client:?}").contains("CANARY"));
}
