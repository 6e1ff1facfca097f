//! A client of one wire format above a transport that answers from a script, with three attempts for each call.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use steer::auth::Environment;
use steer::bytes::Bytes;
use steer::http_types::{HeaderName, HeaderValue, StatusCode};
use steer::{
    ApiError, Client, ClientBuilder, ClientCall, CompletionRequest, CompletionResponse, Delivery,
    RetryPolicy, StreamChunk,
};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::time::Instant;

use crate::formats::Format;

pub(crate) const KEY: &str = "sk-CANARY-0123456789";
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// `Rig` asks one client, whose transport gives each request the next of the responses.
pub(crate) struct Rig {
    pub(crate) format: Format,
    pub(crate) client: Client,
    pub(crate) transport: ScriptedTransport,
    next: Arc<Mutex<VecDeque<Response>>>,
    requests: Arc<AtomicUsize>,
}

/// `Asked` is all that a caller saw of one call.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) result: Result<CompletionResponse, ApiError>,
    /// The texts of the chunks, joined as they came since the last start.
    pub(crate) text: String,
    /// How many items came behind the terminal one.
    pub(crate) trailing: usize,
    pub(crate) requests: usize,
    pub(crate) took: Duration,
}

impl Rig {
    pub(crate) fn new(format: Format) -> Self {
        Self::with(format, |builder| builder)
    }

    pub(crate) fn with(format: Format, more: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let next = Arc::new(Mutex::new(VecDeque::<Response>::new()));
        let requests = Arc::new(AtomicUsize::new(0));
        let (script, count) = (Arc::clone(&next), Arc::clone(&requests));
        let transport = ScriptedTransport::handler(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            script.lock().unwrap().pop_front().unwrap_or_else(Response::refuse)
        });
        let builder = builder(format, "https://forge.example/v4").transport(Arc::new(transport.clone()));
        let client = more(builder.retry(RetryPolicy::attempts(3))).build().unwrap();
        Self { format, client, transport, next, requests }
    }

    /// Reads the answer of a stream whose body is these bytes, in one piece.
    pub(crate) async fn read(&self, body: impl Into<Bytes>) -> Asked {
        self.ask([stream(self.format, body)]).await
    }

    /// Asks for a stream. A further request gets the next response, and no connection behind the last.
    pub(crate) async fn ask(&self, responses: impl IntoIterator<Item = Response>) -> Asked {
        self.asking(request(), responses).await
    }

    /// Asks for one body.
    pub(crate) async fn ask_whole(&self, responses: impl IntoIterator<Item = Response>) -> Asked {
        self.asking(request().delivery(Delivery::Whole), responses).await
    }

    pub(crate) async fn asking(
        &self,
        request: CompletionRequest,
        responses: impl IntoIterator<Item = Response>,
    ) -> Asked {
        self.asking_call(ClientCall::new(request), responses).await
    }

    /// Sets what the next requests get.
    pub(crate) fn script(&self, responses: impl IntoIterator<Item = Response>) {
        *self.next.lock().unwrap() = responses.into_iter().collect();
    }

    pub(crate) async fn asking_call(
        &self,
        call: ClientCall,
        responses: impl IntoIterator<Item = Response>,
    ) -> Asked {
        self.script(responses);
        let (before, start) = (self.requests.load(Ordering::SeqCst), Instant::now());
        let (mut text, mut trailing) = (String::new(), 0);
        let result = match self.client.stream_complete(call).await {
            Err(error) => Err(error),
            Ok(mut stream) => {
                let result = loop {
                    match stream.next().await {
                        Some(Ok(StreamChunk::MessageComplete(response))) => break Ok(*response),
                        Some(Ok(StreamChunk::TextDelta { text: more, .. })) => text.push_str(&more),
                        Some(Ok(StreamChunk::Reset { .. })) => text.clear(),
                        Some(Ok(_)) => {}
                        Some(Err(error)) => break Err(error.into()),
                        None => panic!("{:?}: a stream without a terminal item", self.format),
                    }
                };
                for _ in 0..10 {
                    trailing += usize::from(stream.next().await.is_some());
                }
                result
            }
        };
        let requests = self.requests.load(Ordering::SeqCst) - before;
        Asked { result, text, trailing, requests, took: start.elapsed() }
    }
}

impl Asked {
    /// The text of an answer that came well, in its chunks and as a whole, from one request.
    #[track_caller]
    pub(crate) fn said(&self) -> &str {
        let response = self.result.as_ref().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(response.extract_text(), self.text, "the chunks and the whole answer differ");
        assert_eq!((self.trailing, self.requests), (0, 1), "items behind the end, requests");
        &self.text
    }

    /// The error of an answer that failed after one request, the part that came being what its chunks told.
    #[track_caller]
    pub(crate) fn failed(&self) -> &ApiError {
        let Err(error) = &self.result else { panic!("a success: {}", self.text) };
        let partial = error.partial().map(|partial| partial.extract_text().into_owned()).unwrap_or_default();
        assert_eq!(partial, self.text, "{error}: the chunks and the partial answer differ");
        assert_eq!((self.trailing, self.requests), (0, 1), "{error}: items behind the end, requests");
        error
    }
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("forge/m-1").user("PROMPT-CANARY").max_output_tokens(64)
}

pub(crate) fn builder(format: Format, url: &str) -> ClientBuilder {
    let catalog = format!(
        "[[providers]]\nid = 'forge'\nname = 'The Forge'\napi_format = '{}'\nbase_url = '{url}'\n\
         env = ['FORGE_KEY']\n[[models]]\nprovider = 'forge'\nid = 'm-1'\n",
        format.name()
    );
    Client::builder().environment(Environment::of([("FORGE_KEY", KEY)])).catalog("forge.toml", catalog)
}

/// A successful stream of one piece.
pub(crate) fn stream(format: Format, body: impl Into<Bytes>) -> Response {
    headed(Response::new(StatusCode::OK), "content-type", format.content_type()).piece(body)
}

pub(crate) fn typed(status: u16, kind: &str, body: impl Into<Bytes>) -> Response {
    headed(Response::new(StatusCode::from_u16(status).unwrap()), "content-type", kind).piece(body)
}

pub(crate) fn headed(response: Response, name: &'static str, value: &str) -> Response {
    response.header(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
}
