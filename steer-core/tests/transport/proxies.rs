//! Which way it goes.

use steer_core::http::ReqwestTransport;
use steer_testkit::server::{Reply, Script, Server};

use crate::{ask, child};

fn answering(text: &'static str) -> Server {
    Server::start_blocking(Script::always(Reply::text(200, text))).unwrap()
}

const FAR: &str = "http://vendor.example/v1";

#[tokio::test]
async fn the_environments_proxy_is_used_for_other_machines() {
    let proxy = answering("proxied");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let answer = child::asks(FAR, &[(name, proxy.url())]).await;
        // Programs that answer requests as scripts of a server get `HTTP_PROXY` from whoever asks them.
        assert_eq!(answer.as_deref(), Ok("proxied"), "{name}");
    }
    let first = &proxy.requests()[0];
    assert_eq!(first.target, FAR);
}

#[tokio::test]
async fn a_secure_address_is_reached_through_a_tunnel_that_the_proxy_may_refuse() {
    for (status, why) in [(407, "407"), (502, "502")] {
        let proxy = Server::start_blocking(Script::always(Reply::new(status))).unwrap();
        let error =
            child::asks("https://vendor.example/v1", &[("HTTPS_PROXY", proxy.url())]).await.unwrap_err();
        assert_eq!(proxy.requests()[0].method, "CONNECT");
        assert_eq!(proxy.requests()[0].target, "vendor.example:443");
        assert!(error.contains("no connection could be made"), "{why}: {error}");
    }
}

#[tokio::test]
async fn what_the_environment_leaves_out_and_what_stays_here_goes_through_no_proxy() {
    let (proxy, near) = (answering("proxied"), answering("near"));
    let variables = |out: &str| [("HTTP_PROXY", proxy.url()), ("NO_PROXY", out.to_owned())];
    assert_eq!(child::asks(FAR, &variables("other.example")).await.as_deref(), Ok("proxied"));
    child::asks(FAR, &variables("vendor.example")).await.unwrap_err();
    assert_eq!(child::asks(&near.url(), &variables("")).await.as_deref(), Ok("near"));
    assert_eq!(proxy.request_count(), 1);
}

#[tokio::test]
async fn a_proxy_of_the_programs_own_wins_and_may_ask_for_a_password() {
    let (proxy, near) = (answering("proxied"), answering("near"));
    let with_password = proxy.url().replace("http://", "http://me:secret@");
    let builder = ReqwestTransport::builder().proxy(with_password);
    assert!(!format!("{builder:?}").contains("secret"));
    let transport = builder.build().unwrap();
    assert!(!format!("{transport:?}").contains("secret"));
    assert_eq!(ask(&transport, FAR).await.unwrap(), "proxied");
    assert_eq!(proxy.requests()[0].header("proxy-authorization"), Some("Basic bWU6c2VjcmV0"));
    assert_eq!(ask(&transport, &near.url()).await.unwrap(), "near");
    assert_eq!(near.requests()[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_proxy_can_be_left_out() {
    let transport = ReqwestTransport::builder().no_proxy().build().unwrap();
    ask(&transport, "http://vendor.invalid/v1").await.unwrap_err();
}
