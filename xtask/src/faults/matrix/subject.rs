use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use steer::auth::Environment;
use steer::http::{ReqwestTransport, Timeouts};
use steer::{
    ApiError, Client, CompletionRequest, CompletionResponse, Delivery, ErrorKind, RetryPolicy, StreamChunk,
};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::defect::Defect;
use super::judge::Seen;
use super::oracle::Oracle;
use super::plan::Stream;
use crate::verdict::Obstacle;

/// Longer than any call may take, by the paused clock.
const NEVER: Duration = Duration::from_secs(24 * 3600);

/// How long a real socket is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// `Subject` is the client under test, over a transport that answers from a script under a paused clock.
pub(super) struct Subject {
    runtime: Runtime,
    client: Client,
    script: Arc<Script>,
    pub(super) content_type: &'static str,
    pub(super) name: String,
    format: String,
    asked_whole: bool,
    defect: Option<Defect>,
}

#[derive(Default)]
struct Script {
    next: Mutex<VecDeque<Response>>,
    requests: AtomicUsize,
}

impl Subject {
    pub(super) fn new(
        stream: &Stream,
        oracle: &Oracle,
        asked_whole: bool,
        idle: Duration,
        defect: Option<Defect>,
    ) -> Result<Self, Obstacle> {
        let script = Arc::new(Script::default());
        let answers = Arc::clone(&script);
        let transport = ScriptedTransport::handler(move |_| {
            answers.requests.fetch_add(1, Ordering::SeqCst);
            let mut next = answers.next.lock().unwrap_or_else(PoisonError::into_inner);
            next.pop_front().unwrap_or_else(Response::refuse)
        });
        let builder = builder(&stream.format, "https://matrix.example/v1", limits(idle, defect));
        let client = builder.transport(Arc::new(transport)).build()?;
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
        Ok(Self {
            runtime,
            client,
            script,
            content_type: oracle.content_type,
            name: stream.name.clone(),
            format: stream.format.clone(),
            asked_whole,
            defect,
        })
    }

    /// What is seen of a call whose requests get these responses, and behind the last no connection.
    pub(super) fn ask(&mut self, responses: impl IntoIterator<Item = Response>) -> Seen {
        let next = responses.into_iter().collect();
        *self.script.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
        let before = self.script.requests.load(Ordering::SeqCst);
        let mut seen = Seen::default();
        let work = AssertUnwindSafe(tokio_timeout(NEVER, call(&self.client, self.asked_whole, self.defect)));
        match self.runtime.block_on(work.catch_unwind()) {
            Ok(Some(called)) => seen = called,
            Ok(None) => {}
            Err(_) => seen.panicked = true,
        }
        seen.requests = self.script.requests.load(Ordering::SeqCst).saturating_sub(before);
        seen
    }

    /// A client of the same kind for a server on a socket.
    pub(super) fn on_socket(
        &self,
        url: &str,
        idle: Duration,
        transport: ReqwestTransport,
    ) -> Result<Client, Obstacle> {
        let builder = builder(&self.format, url, limits(idle, self.defect));
        Ok(builder.transport(Arc::new(transport)).build()?)
    }

    /// What is seen of a call of such a client.
    pub(super) async fn ask_socket(&self, client: &Client) -> Seen {
        let work = AssertUnwindSafe(tokio_timeout(PATIENCE, call(client, self.asked_whole, self.defect)));
        match work.catch_unwind().await {
            Ok(called) => called.unwrap_or_default(),
            Err(_) => Seen { panicked: true, ..Seen::default() },
        }
    }
}

fn limits(idle: Duration, defect: Option<Defect>) -> Timeouts {
    let is_ignored = defect == Some(Defect::IdleIgnored);
    Timeouts::default().headers(idle).idle(if is_ignored { NEVER.saturating_mul(2) } else { idle })
}

fn builder(format: &str, url: &str, limits: Timeouts) -> steer::ClientBuilder {
    let catalog = format!(
        "[[providers]]\nid = 'matrix'\nname = 'Matrix'\napi_format = '{format}'\nbase_url = '{url}'\n\
         env = ['MATRIX_KEY']\n[[models]]\nprovider = 'matrix'\nid = 'm-1'\n"
    );
    let mut policy = RetryPolicy::attempts(3);
    policy.longest_wait = Duration::from_millis(1);
    let builder = Client::builder().environment(Environment::of([("MATRIX_KEY", "key")]));
    builder.catalog("matrix.toml", catalog).timeouts(limits).retry(policy)
}

async fn tokio_timeout(limit: Duration, work: impl Future<Output = Seen>) -> Option<Seen> {
    tokio::time::timeout(limit, work).await.ok()
}

async fn call(client: &Client, asked_whole: bool, defect: Option<Defect>) -> Seen {
    let start = Instant::now();
    let mut seen = Seen::default();
    let delivery = if asked_whole { Delivery::Whole } else { Delivery::Stream };
    let request =
        || CompletionRequest::new("matrix/m-1").user("Hello").max_output_tokens(64).delivery(delivery);
    let ended = match client.stream_complete(request()).await {
        Err(error) => Err(error),
        Ok(mut stream) => {
            let mut texts: Vec<String> = Vec::new();
            let ended = loop {
                match stream.next().await {
                    Some(Ok(StreamChunk::MessageComplete(response))) => break Some(Ok(*response)),
                    Some(Ok(StreamChunk::TextDelta { text, .. })) => {
                        if defect == Some(Defect::ChunkDoubled) && texts.len() == 1 {
                            texts.push(text.clone());
                        }
                        texts.push(text);
                    }
                    Some(Ok(StreamChunk::Reset { .. })) => texts.clear(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break Some(Err(ApiError::from(error))),
                    None => break None,
                }
            };
            for _ in 0..3 {
                seen.terminals = seen.terminals.saturating_add(usize::from(stream.next().await.is_some()));
            }
            if defect == Some(Defect::LastDropped) {
                texts.pop();
            }
            seen.text = texts.concat();
            match ended {
                Some(ended) => ended,
                None => return Seen { success: Some(false), took: start.elapsed(), ..seen },
            }
        }
    };
    if defect == Some(Defect::SecondRequest) && ended.is_err() && !seen.text.is_empty() {
        drop(client.stream_complete(request()).await);
    }
    seen.terminals = seen.terminals.saturating_add(1);
    seen.took = start.elapsed();
    seen.success = Some(match &ended {
        Ok(_) => true,
        Err(error) => defect == Some(Defect::TruncationUnchecked) && error.kind() == ErrorKind::Truncated,
    });
    let answer = match ended {
        Ok(response) => Some(response),
        Err(error) => error.into_partial(),
    };
    if let Some(answer) = answer {
        seen.answer = answer.extract_text().into_owned();
        seen.arguments = arguments(&answer);
    }
    seen
}

fn arguments(answer: &CompletionResponse) -> Option<String> {
    answer.extract_tool_calls().first().map(|call| call.raw().to_owned())
}
