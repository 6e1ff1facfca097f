//! Many streams over few connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use steer_core::bytes::Bytes;
use steer_core::http::{ReqwestTransport, ReqwestTransportBuilder};
use steer_core::http_types::{Response, Version};
use tokio::time::timeout;

use crate::server::{Authority, TlsServer};
use crate::{ask, send};

/// What a server does with the n-th request.
#[derive(Clone, Copy)]
enum Does {
    /// Answers it.
    Answers,
    /// Sends the headers, and nothing for ever.
    Stalls,
    /// Refuses to work on it.
    Refuses,
}

/// A server that lets 100 streams run at a time over a connection, and reads no more of one after so many requests.
struct Served {
    server: TlsServer,
    authority: Authority,
    requests: Arc<AtomicUsize>,
}

impl Served {
    async fn start(does: Does, deaf_after: usize) -> Self {
        let authority = Authority::new();
        let config = authority.sign(|_| ()).config(&["h2"], None);
        let requests = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&requests);
        let server = TlsServer::start(config, move |stream| {
            let counting = Arc::clone(&counting);
            async move {
                let mut builder = h2::server::Builder::new();
                let mut connection =
                    builder.max_concurrent_streams(100).handshake::<_, Bytes>(stream).await.unwrap();
                let mut kept = Vec::new();
                while let Some(Ok((_, mut answer))) = connection.accept().await {
                    let number = counting.fetch_add(1, Ordering::SeqCst) + 1;
                    if number == deaf_after {
                        // The connection stands, and nobody reads it.
                        std::future::pending::<()>().await;
                    }
                    match does {
                        Does::Refuses => answer.send_reset(h2::Reason::REFUSED_STREAM),
                        Does::Answers => {
                            let mut body = answer.send_response(Response::new(()), false).unwrap();
                            body.send_data(Bytes::from_static(b"Hi"), true).unwrap();
                        }
                        Does::Stalls => kept.push(answer.send_response(Response::new(()), false).unwrap()),
                    }
                }
            }
        })
        .await;
        Self { server, authority, requests }
    }

    fn builder(&self) -> ReqwestTransportBuilder {
        ReqwestTransport::builder().root_certificates(self.authority.pem())
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn more_streams_than_a_server_allows_go_over_further_connections() {
    let served = Served::start(Does::Stalls, 0).await;
    let transport = served.builder().build().unwrap();
    let url = served.server.url();
    // What a server speaks is known once it has answered.
    drop(send(&transport, &url).await.unwrap());
    let mut bodies = Vec::new();
    for _ in 0..350 {
        // One that waits for room never gets its headers.
        let response = timeout(Duration::from_secs(20), send(&transport, &url)).await;
        let response = response.expect("it waits for another stream to end").unwrap();
        assert_eq!(response.version(), Version::HTTP_11, "our response says nothing of the connection");
        bodies.push(response.into_body());
    }
    assert_eq!(served.server.connections(), 4);
    bodies.truncate(50);
    for _ in 0..200 {
        bodies.push(send(&transport, &url).await.unwrap().into_body());
    }
    assert_eq!(served.server.connections(), 4, "whoever comes when others are gone takes their place");
}

#[tokio::test]
async fn a_burst_before_anything_was_answered_is_spread_too() {
    let served = Served::start(Does::Stalls, 0).await;
    let transport = served.builder().build().unwrap();
    let url = served.server.url();
    let all = join_all((0..350).map(|_| send(&transport, &url)));
    let all = timeout(Duration::from_secs(60), all).await.expect("some wait for others to end");
    assert!(all.iter().all(Result::is_ok));
}

#[tokio::test]
async fn fewer_streams_share_one_connection() {
    let served = Served::start(Does::Stalls, 0).await;
    let transport = served.builder().build().unwrap();
    let url = served.server.url();
    let mut bodies = Vec::new();
    for _ in 0..100 {
        bodies.push(send(&transport, &url).await.unwrap().into_body());
    }
    assert_eq!(served.server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_gives_no_sign_of_life_is_let_go_of() {
    let served = Served::start(Does::Answers, 2).await;
    let pinging = Duration::from_millis(200);
    let transport = served.builder().ping(pinging, pinging).build().unwrap();
    let url = served.server.url();
    assert_eq!(ask(&transport, &url).await.unwrap(), "Hi");
    let start = Instant::now();
    timeout(Duration::from_secs(20), ask(&transport, &url)).await.expect("it waits for ever").unwrap_err();
    assert!(start.elapsed() >= pinging, "the ping was waited for");
    assert_eq!(ask(&transport, &url).await.unwrap(), "Hi");
    assert_eq!(served.server.connections(), 2, "the dead one is not used again");
}

#[tokio::test]
async fn a_refused_stream_is_told_and_not_sent_again() {
    let served = Served::start(Does::Refuses, 0).await;
    let transport = served.builder().build().unwrap();
    ask(&transport, &served.server.url()).await.unwrap_err();
    assert_eq!(served.requests(), 1, "there is one place that sends again, and this is not it");
}
