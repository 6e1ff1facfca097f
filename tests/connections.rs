//! Connections are used again.
#![cfg(all(feature = "anthropic", feature = "openai", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "only tests are here")]

use std::time::Duration;

use futures::StreamExt;
use steer::auth::Environment;
use steer::{Client, CompletionRequest, StreamChunk};
use steer_testkit::server::{Reply, Script, Server, prerender};

const CHAT: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n\
     data: [DONE]\n\n";
const RESPONSES: &str = "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"Hi\"}\n\n\
     data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":[]}}\n\n";
const MESSAGES: &str = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}\n\n\
     event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n\
     event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

fn client(provider: &str, server: &Server) -> Client {
    Client::builder()
        .environment(Environment::of::<String, String>([]))
        .api_key(provider, "key")
        .base_url(provider, server.url())
        .build()
        .unwrap()
}

/// A reply whose body is written at once, its end in it: what is left unread has arrived already.
fn at_once(events: &str) -> Script {
    Script::always(Reply::prerendered(prerender([events.to_owned()])).content_type("text/event-stream"))
}

#[tokio::test]
async fn streams_one_after_another_share_a_connection() {
    for (provider, events) in [("openai-compatible", CHAT), ("openai", RESPONSES), ("anthropic", MESSAGES)] {
        let server = Server::start_blocking(at_once(events)).unwrap();
        let client = client(provider, &server);
        for _ in 0..10 {
            let request = CompletionRequest::new(format!("{provider}/m")).user("Hello");
            let mut stream = client.stream_complete(request).await.unwrap();
            let mut ended = false;
            while let Some(chunk) = stream.next().await {
                ended = matches!(chunk.unwrap(), StreamChunk::MessageComplete(_));
            }
            assert!(ended);
        }
        assert_eq!((server.request_count(), server.connections()), (10, 1), "{provider}");
    }
}

#[tokio::test]
async fn an_answer_does_not_wait_for_a_connection_that_stays_open_after_the_vendors_end() {
    for (provider, events) in [("openai-compatible", CHAT), ("openai", RESPONSES)] {
        let stays = Reply::sse([events.to_owned()]).stall();
        let server = Server::start_blocking(Script::always(stays)).unwrap();
        let request = CompletionRequest::new(format!("{provider}/m")).user("Hello");
        let client = client(provider, &server);
        let answer = tokio::time::timeout(Duration::from_secs(20), client.complete(request)).await;
        assert_eq!(answer.expect("it waits for the server").unwrap().extract_text(), "Hi", "{provider}");
    }
}
