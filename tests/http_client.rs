//! The built-in transport over HTTP clients that the program sets up.
#![cfg(all(feature = "reqwest-0-13", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "only tests are here")]

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Proxy};
use steer::auth::Environment;
use steer::http::{ReqwestTransport, Timeouts};
use steer::{ApiError, Client, CompletionRequest, ErrorKind};
use steer_testkit::server::{Reply, Script, Server};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

const HI: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n\
     data: [DONE]\n\n";
const PROVIDER: &str = "openai-compatible";

fn server() -> Server {
    Server::start_blocking(Script::always(Reply::sse_text(HI))).unwrap()
}

fn redirecting(to: &Server) -> Server {
    let location = format!("{}/v1/chat/completions", to.url());
    Server::start_blocking(Script::always(Reply::new(307).header("location", location))).unwrap()
}

async fn ask(transport: ReqwestTransport, url: &str) -> Result<String, ApiError> {
    let client = Client::builder()
        .environment(Environment::of::<String, String>([]))
        .transport(Arc::new(transport))
        .api_key(PROVIDER, "key")
        .base_url(PROVIDER, url)
        .allow_http()
        .build()?;
    let response = client.complete(CompletionRequest::new(format!("{PROVIDER}/m")).user("Hello")).await?;
    Ok(response.extract_text().into_owned())
}

fn configured(
    configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
) -> ReqwestTransport {
    ReqwestTransport::configured(Timeouts::default(), configure).unwrap()
}

#[tokio::test]
async fn a_proxy_that_the_program_sets_up_is_used_for_other_machines_and_never_for_this_one() {
    let (proxy, near) = (server(), server());
    let url = proxy.url();
    let transport = configured(move |client| client.proxy(Proxy::all(&url).unwrap()));
    assert_eq!(ask(transport.clone(), "http://vendor.example/v1").await.unwrap(), "Hi");
    assert_eq!(proxy.requests()[0].target, "http://vendor.example/v1/chat/completions");
    assert_eq!(ask(transport, &near.url()).await.unwrap(), "Hi");
    assert_eq!((proxy.request_count(), near.request_count()), (1, 1));
}

#[tokio::test]
async fn no_setting_carries_a_key_along_a_redirect() {
    let elsewhere = server();
    let first = redirecting(&elsewhere);
    let error =
        ask(configured(|client| client.redirect(Policy::limited(9))), &first.url()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Configuration, Some(307)));
    assert_eq!((first.request_count(), elsewhere.request_count()), (1, 0));
}

#[tokio::test]
async fn a_setting_that_cannot_be_is_told_when_the_transport_is_made() {
    let error =
        ReqwestTransport::configured(Timeouts::default(), |client| client.user_agent("\n")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_client_of_the_programs_own_is_used_as_it_is() {
    let near = server();
    let mut headers = steer::http_types::HeaderMap::new();
    headers.insert("x-own", "yes".parse().unwrap());
    let own = reqwest::Client::builder().redirect(Policy::none()).default_headers(headers).build().unwrap();
    assert_eq!(ask(ReqwestTransport::from_client(own), &near.url()).await.unwrap(), "Hi");
    assert_eq!(near.requests()[0].header("x-own"), Some("yes"));
}

#[tokio::test]
async fn a_client_of_the_programs_own_that_follows_redirects_is_an_error_that_says_what_to_do() {
    let elsewhere = server();
    let first = redirecting(&elsewhere);
    let own = ReqwestTransport::from_client(reqwest::Client::new());
    let error = ask(own, &first.url()).await.unwrap_err();
    assert!(error.message().contains("Policy::none()"), "{error}");
    assert!(!error.is_retryable(), "it would be sent there again");
}

#[tokio::test]
async fn an_address_that_does_not_answer_holds_nobody_up_where_there_is_another() {
    let near = server();
    let port = near.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let Some(_full) = silent(port).await else { return };
    let (silent, answering) = ((Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into());
    let transport = configured(move |client| client.resolve_to_addrs("vendor.example", &[silent, answering]));
    let start = Instant::now();
    let url = format!("http://vendor.example:{port}/v1");
    assert_eq!(ask(transport, &url).await.unwrap(), "Hi");
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(250), "the silent address was not tried: {took:?}");
    assert!(took < Duration::from_secs(5), "it waited for the silent address: {took:?}");
}

/// A port of IPv6 whose queue is full, so that whoever asks there gets no answer; what keeps it so. `None` where this
/// machine has no IPv6, or the port is taken there.
async fn silent(port: u16) -> Option<(TcpListener, Vec<TcpStream>)> {
    let socket = TcpSocket::new_v6().ok()?;
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    socket.bind(address).ok()?;
    let listener = socket.listen(0).ok()?;
    let mut waiting = Vec::new();
    // The queue holds one or two.
    while let Ok(stream) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        waiting.push(stream.ok()?);
    }
    Some((listener, waiting))
}
