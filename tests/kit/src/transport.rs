//! A `Transport` that answers from a script, without a socket: the borders of the pieces that a client reads are
//! exactly those of the script, and a paused clock works.

mod body;
mod pieces;
mod response;

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use steer_core::async_trait;
use steer_core::bytes::Bytes;
use steer_core::http::{Transport, TransportBody, TransportError, TransportErrorKind};
use steer_core::http_types::{HeaderMap, Method, Request, Response as HttpResponse, Uri};

pub use response::{Response, Step};

use body::Body;
use response::Opening;

/// `ScriptedTransport` gives each request the next response of its script, and remembers the requests.
///
/// Cheap to clone; clones share the script and what was remembered, so a test keeps one and gives the client another.
/// It waits only by Tokio's clock: under `tokio::time::pause` no real time passes.
///
/// ```
/// use std::sync::Arc;
/// use steer_core::http::Transport;
/// use steer_core::http_types::Request;
/// use steer_testkit::transport::{Response, ScriptedTransport};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let script = ScriptedTransport::new(Response::sse("data: one\n\ndata: two\n\n").each_event_a_piece().stall());
/// // A client takes it with `Client::builder().transport(Arc::new(script.clone()))`.
/// let transport: Arc<dyn Transport> = Arc::new(script.clone());
/// let response = transport.send(Request::post("https://a.example/v1").body("{}".into())?).await?;
///
/// drop(response);
/// assert_eq!(script.bodies_dropped(), 1);
/// assert_eq!(script.requests()[0].uri.path(), "/v1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ScriptedTransport(Arc<Shared>);

struct Shared {
    script: Script,
    requests: Mutex<Vec<SentRequest>>,
    sends_dropped: AtomicUsize,
    bodies_dropped: Arc<AtomicUsize>,
}

enum Script {
    Queue(Mutex<VecDeque<Response>>),
    Handler(Box<dyn Fn(&SentRequest) -> Response + Send + Sync>),
}

impl ScriptedTransport {
    /// Answers one request; a further one finds no connection.
    pub fn new(response: Response) -> Self {
        Self::responses([response])
    }

    /// Answers the n-th request with the n-th response; a request after the last finds no connection.
    pub fn responses(responses: impl IntoIterator<Item = Response>) -> Self {
        Self::from_script(Script::Queue(Mutex::new(responses.into_iter().collect())))
    }

    /// Answers each request with what the function makes of it.
    pub fn handler(handler: impl Fn(&SentRequest) -> Response + Send + Sync + 'static) -> Self {
        Self::from_script(Script::Handler(Box::new(handler)))
    }

    /// The requests so far, in the order in which they were sent.
    #[must_use]
    pub fn requests(&self) -> Vec<SentRequest> {
        lock(&self.0.requests).clone()
    }

    /// How many requests were given up before their response headers came.
    #[must_use]
    pub fn sends_dropped(&self) -> usize {
        self.0.sends_dropped.load(Ordering::SeqCst)
    }

    /// How many bodies were dropped while their script had a step left, such as a piece that nobody read or a stall.
    #[must_use]
    pub fn bodies_dropped(&self) -> usize {
        self.0.bodies_dropped.load(Ordering::SeqCst)
    }

    fn from_script(script: Script) -> Self {
        Self(Arc::new(Shared {
            script,
            requests: Mutex::default(),
            sends_dropped: AtomicUsize::new(0),
            bodies_dropped: Arc::default(),
        }))
    }

    fn next(&self, request: &SentRequest) -> Option<Response> {
        match &self.0.script {
            Script::Queue(responses) => lock(responses).pop_front(),
            Script::Handler(handler) => Some(handler(request)),
        }
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<HttpResponse<TransportBody>, TransportError> {
        let (head, body) = request.into_parts();
        let request = SentRequest { method: head.method, uri: head.uri, headers: head.headers, body };
        let response = self.next(&request);
        lock(&self.0.requests).push(request);
        let response = response.ok_or_else(|| {
            TransportError::new(TransportErrorKind::Connect).with_source("the script has no response left")
        })?;
        let mut sending = Sending { dropped: &self.0.sends_dropped, done: false };
        if !response.delay.is_zero() {
            tokio::time::sleep(response.delay).await;
        }
        if response.opening == Opening::Silence {
            std::future::pending::<()>().await;
        }
        sending.done = true;
        if let Opening::Failure(kind) = response.opening {
            return Err(TransportError::new(kind));
        }
        let body: TransportBody = Box::pin(Body::new(response.steps, Arc::clone(&self.0.bodies_dropped)));
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = response.status;
        *answer.headers_mut() = response.headers;
        Ok(answer)
    }
}

/// Shows how many requests came, and nothing of them.
impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptedTransport(<{} requests>)", lock(&self.0.requests).len())
    }
}

/// `SentRequest` is one request as the client gave it to its transport.
#[derive(Clone)]
#[non_exhaustive]
pub struct SentRequest {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl SentRequest {
    /// The first header of this name, in whatever case; `None` also when its value is not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text; `None` when it is not UTF-8.
    #[must_use]
    pub fn body_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// Shows names and sizes only: header values, queries and bodies hold keys and prompts.
impl fmt::Debug for SentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentRequest")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// Counts a request whose future was dropped before its headers came.
struct Sending<'a> {
    dropped: &'a AtomicUsize,
    done: bool,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
