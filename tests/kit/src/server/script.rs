use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::reply::Reply;
use super::request::RecordedRequest;

type Handler = dyn Fn(&RecordedRequest) -> Reply + Send + Sync;

/// `Script` decides which [`Reply`] each request gets.
pub struct Script {
    source: Source,
    records: bool,
    reading: Reading,
}

/// `Reading` is how much of a request the server reads before it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// All of it.
    #[default]
    Whole,
    /// Its head. The body is left where it is, so that a large one fills the buffers between, and a small one is
    /// answered early. Over HTTP/1.1 the connection ends with the reply, and a client that goes away meanwhile is not
    /// noticed; over HTTP/2 a stream whose reply is whole is reset with `NO_ERROR`.
    Head,
    /// Nothing. Connections are accepted, TLS and all, and never read from; nor is it noticed that one was closed.
    Nothing,
}

enum Source {
    Queue { replies: Vec<Arc<Reply>>, repeat_last: bool },
    Handler(Box<Handler>),
    Routes(Vec<Route>),
}

impl Script {
    /// The n-th request gets the n-th reply; after the last, each gets a 500 that says so.
    pub fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = replies.into_iter().map(Arc::new).collect();
        Self::from_source(Source::Queue { replies, repeat_last: false })
    }

    /// Every request gets the same reply.
    #[must_use]
    pub fn always(reply: Reply) -> Self {
        Self::replies([reply]).repeat_last()
    }

    /// Each request gets what the function says. It runs on the server's runtime and must not block; where
    /// it panics, the client sees its connection closed.
    pub fn handler(handler: impl Fn(&RecordedRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self::from_source(Source::Handler(Box::new(handler)))
    }

    /// Begins a script that answers by method and path.
    #[must_use]
    pub fn routes() -> Routes {
        Routes::default()
    }

    /// Answers with the last reply again and again once all were given. Changes nothing for a handler or
    /// for routes.
    #[must_use]
    pub fn repeat_last(mut self) -> Self {
        if let Source::Queue { repeat_last, .. } = &mut self.source {
            *repeat_last = true;
        }
        self
    }

    /// Keeps no requests, so that memory stays flat however many come.
    #[must_use]
    pub fn without_recording(mut self) -> Self {
        self.records = false;
        self
    }

    /// Reads so much of each request before it is answered; what is not read is not recorded either.
    #[must_use]
    pub fn reading(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    pub(super) fn reads(&self) -> Reading {
        self.reading
    }

    pub(super) fn records(&self) -> bool {
        self.records
    }

    /// Whether the reply of this turn is [`Reply::refuse`], which needs no request to be read.
    pub(super) fn refuses(&self, turn: usize) -> bool {
        match &self.source {
            Source::Queue { replies, repeat_last } => {
                in_turn(replies, turn, *repeat_last).is_some_and(|reply| reply.is_refusal())
            }
            Source::Handler(_) | Source::Routes(_) => false,
        }
    }

    pub(super) fn reply(&self, turn: usize, request: &RecordedRequest) -> Arc<Reply> {
        match &self.source {
            Source::Queue { replies, repeat_last } => in_turn(replies, turn, *repeat_last)
                .cloned()
                .unwrap_or_else(|| Arc::new(Reply::text(500, "script exhausted"))),
            Source::Handler(handler) => Arc::new(handler(request)),
            Source::Routes(routes) => routes
                .iter()
                .find(|route| route.method == request.method && route.path == request.path())
                .and_then(Route::next)
                .unwrap_or_else(|| Arc::new(Reply::text(404, "no such route in the script"))),
        }
    }

    fn from_source(source: Source) -> Self {
        Self { source, records: true, reading: Reading::Whole }
    }
}

impl From<Reply> for Script {
    fn from(reply: Reply) -> Self {
        Self::always(reply)
    }
}

impl From<Routes> for Script {
    fn from(routes: Routes) -> Self {
        Self::from_source(Source::Routes(routes.routes))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Queue { replies, .. } => write!(f, "Script(<{} replies>)", replies.len()),
            Source::Handler(_) => f.write_str("Script(<handler>)"),
            Source::Routes(routes) => write!(f, "Script(<{} routes>)", routes.len()),
        }
    }
}

/// `Routes` is a script that answers by method and path; what no route takes gets 404.
#[derive(Debug, Default)]
pub struct Routes {
    routes: Vec<Route>,
}

impl Routes {
    /// Adds a reply for a method and a path without its query, both compared exactly. Several replies for
    /// the same route are given in order, the last one again and again.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str, reply: Reply) -> Self {
        let reply = Arc::new(reply);
        let known = self.routes.iter_mut().find(|route| route.method == method && route.path == path);
        if let Some(route) = known {
            route.replies.push(reply);
        } else {
            let (method, path) = (method.to_owned(), path.to_owned());
            self.routes.push(Route { method, path, replies: vec![reply], given: AtomicUsize::new(0) });
        }
        self
    }
}

#[derive(Debug)]
struct Route {
    method: String,
    path: String,
    replies: Vec<Arc<Reply>>,
    given: AtomicUsize,
}

impl Route {
    fn next(&self) -> Option<Arc<Reply>> {
        let turn = self.given.fetch_add(1, Ordering::Relaxed);
        in_turn(&self.replies, turn, true).cloned()
    }
}

fn in_turn(replies: &[Arc<Reply>], turn: usize, repeat_last: bool) -> Option<&Arc<Reply>> {
    replies.get(turn).or_else(|| replies.last().filter(|_| repeat_last))
}
