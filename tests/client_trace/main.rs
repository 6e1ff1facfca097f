//! What the client tells whoever watches. An executable of its own: who watches is settled for the whole process.
#![cfg(all(feature = "test-utils", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, dead_code, reason = "only tests are here, and they share support with others")]

#[path = "../client/support.rs"]
mod support;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use steer::auth::Environment;
use steer::{Client, CompletionRequest};
use steer_testkit::server::{Reply, Script, Server};
use steer_testkit::transport::{Response, ScriptedTransport};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use support::{hi, refused, request, with_key};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

/// One test at a time watches.
static WATCHING: Mutex<()> = Mutex::new(());

impl Log {
    fn watch(&self) -> (tracing::subscriber::DefaultGuard, MutexGuard<'static, ()>) {
        let alone = WATCHING.lock().unwrap_or_else(PoisonError::into_inner);
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        (tracing::subscriber::set_default(subscriber), alone)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_a_span_with_the_attributes_of_generative_ai() {
    let log = Log::default();
    let _guard = log.watch();
    let client = with_key(&ScriptedTransport::handler(|_| hi()), "key").build().unwrap();
    client.complete(request().temperature(0.5)).await.unwrap();
    client.stream_complete(request()).await.unwrap().collect().await.unwrap();
    client.complete_with_retry(request(), 2).await.unwrap();
    let text = log.text();
    for wanted in [
        "api::client",
        "api::complete:",
        "api::stream_complete:",
        "api::complete_with_retry:",
        "otel.name=chat large",
        "gen_ai.operation.name=\"chat\"",
        "gen_ai.provider.name=acme",
        "gen_ai.request.model=large",
        "gen_ai.request.temperature=0.5",
        "gen_ai.response.id=\"c\"",
        "gen_ai.response.finish_reasons=\"stop\"",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_span_ends_with_its_call_and_tells_what_it_cost_and_how_long_it_took() {
    const COUNTED: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\
         \"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":22,\"total_tokens\":33}}\n\n\
         data: [DONE]\n\n";
    let log = Log::default();
    let _guard = log.watch();
    let counted = ScriptedTransport::handler(|_| Response::sse(COUNTED));
    let client = with_key(&counted, "key").build().unwrap();
    let stream = client.stream_complete(request()).await.unwrap();
    assert!(!log.text().contains("close"), "the call is not over: {}", log.text());
    stream.collect().await.unwrap();
    let text = log.text();
    for wanted in ["gen_ai.usage.input_tokens=11", "gen_ai.usage.output_tokens=22", "close", "time.idle="] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[tokio::test]
async fn neither_prompt_nor_answer_nor_key_is_logged_at_any_level() {
    let log = Log::default();
    let _guard = log.watch();
    let answers = ScriptedTransport::handler(|sent| match sent.header("authorization") {
        Some("Bearer KEY-CANARY-1") => hi(),
        _ => refused(401, "KEY-CANARY-2 is no key, said the PROMPT-CANARY"),
    });
    let asking = || request().system("PROMPT-CANARY").user("PROMPT-CANARY");
    let client = with_key(&answers, "KEY-CANARY-1").build().unwrap();
    client.complete(asking()).await.unwrap();
    client.stream_complete(asking()).await.unwrap().collect().await.unwrap();
    let client = with_key(&answers, "KEY-CANARY-2").build().unwrap();
    let error = client.complete(asking()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("KEY-CANARY"), "{error}");
    let text = log.text();
    assert!(text.contains("error.type=authentication failed"), "{text}");
    assert!(!text.contains("CANARY"), "{text}");
}

/// The HTTP client logs too.
#[tokio::test]
async fn the_way_over_a_socket_logs_neither_prompt_nor_answer_nor_key() {
    const ANSWER: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ANSWER-CANARY\"},\
         \"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let log = Log::default();
    let _guard = log.watch();
    let refused = Reply::json(400, "{\"error\":{\"message\":\"ANSWER-CANARY\"}}");
    let server = Server::start(Script::replies([Reply::sse_text(ANSWER), refused])).await.unwrap();
    let client = Client::builder()
        .environment(Environment::of::<String, String>([]))
        .api_key("openai-compatible", "KEY-CANARY")
        .base_url("openai-compatible", server.url())
        .build()
        .unwrap();
    let asking =
        || CompletionRequest::new("openai-compatible/m").system("PROMPT-CANARY").user("PROMPT-CANARY");
    let answer = client.complete(asking()).await.unwrap();
    assert_eq!(answer.extract_text(), "ANSWER-CANARY");
    client.complete(asking()).await.unwrap_err();
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer KEY-CANARY"));
    let text = log.text();
    assert!(text.contains("api::complete") && !text.contains("CANARY"), "{text}");
}
