use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use super::exchange::{Exchange, ExchangeEnd, ExchangeRecord, Line, Outcome};
use super::request::RecordedRequest;
use super::script::Script;

/// `ConnectionRecord` is what the server knows about one connection.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConnectionRecord {
    /// When it was accepted.
    pub opened: Instant,
    /// How many requests were read from it.
    pub requests: usize,
    /// How many bytes the socket has taken from the server, heads and framing included.
    pub bytes_sent: u64,
    /// How it ended; `None` while it is open.
    pub end: Option<ConnectionEnd>,
}

/// `ConnectionEnd` says who closed a connection, and when.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConnectionEnd {
    /// Which side closed first.
    pub by: ClosedBy,
    /// When the server noticed or did it.
    pub at: Instant,
    /// Whether a request had been read that did not get its whole reply.
    pub mid_reply: bool,
}

/// Which side closed a connection first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// The client: by closing, by a reset, or by closing its sending half.
    Client,
    /// The server: by its script, or because it was stopped.
    Server,
}

/// `Ledger` remembers requests and connections, and wakes whoever waits for a change.
#[derive(Debug)]
pub(super) struct Ledger {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    records: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    requests: Vec<RecordedRequest>,
    request_count: usize,
    turn: usize,
    connections: Vec<Entry>,
    exchanges: Vec<Line>,
}

#[derive(Debug)]
struct Entry {
    opened: Instant,
    requests: usize,
    bytes_sent: Arc<AtomicU64>,
    end: Option<ConnectionEnd>,
}

impl Ledger {
    pub(super) fn new(records: bool) -> Self {
        Self { state: Mutex::default(), changed: watch::channel(()).0, records }
    }

    pub(super) fn requests(&self) -> Vec<RecordedRequest> {
        self.state().requests.clone()
    }

    pub(super) fn take_requests(&self) -> Vec<RecordedRequest> {
        std::mem::take(&mut self.state().requests)
    }

    pub(super) fn request_count(&self) -> usize {
        self.state().request_count
    }

    pub(super) fn connections(&self) -> usize {
        self.state().connections.len()
    }

    pub(super) fn open_connections(&self) -> usize {
        self.state().connections.iter().filter(|entry| entry.end.is_none()).count()
    }

    pub(super) fn connection(&self, number: usize) -> Option<ConnectionRecord> {
        let state = self.state();
        let entry = state.connections.get(number)?;
        let bytes_sent = entry.bytes_sent.load(Ordering::Relaxed);
        Some(ConnectionRecord { opened: entry.opened, requests: entry.requests, bytes_sent, end: entry.end })
    }

    /// Waits until `found` finds something.
    pub(super) async fn wait<T>(&self, found: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            let result = found(&self.state());
            if let Some(result) = result {
                return result;
            }
            // The sender lives in `self`, so this cannot fail; if it did, waiting on is the truth.
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    pub(super) fn exchange(&self, number: usize) -> Option<ExchangeRecord> {
        self.state().exchanges.get(number).map(Line::record)
    }

    /// Enters a request, and returns the turn whose reply it gets. Both happen under one lock, so that the
    /// n-th recorded request gets the n-th reply.
    pub(super) fn enter(self: &Arc<Self>, request: &RecordedRequest) -> (usize, Exchange) {
        let in_body = Arc::new(AtomicBool::new(false));
        let mut state = self.state();
        let (turn, number) = (state.turn, state.request_count);
        state.turn = turn.saturating_add(1);
        state.request_count = state.request_count.saturating_add(1);
        if let Some(entry) = state.connections.get_mut(request.connection) {
            entry.requests = entry.requests.saturating_add(1);
        }
        if self.records {
            state.requests.push(request.clone());
            state.exchanges.push(Line::new(request.connection, Arc::clone(&in_body)));
        }
        drop(state);
        self.changed.send_replace(());
        (turn, Exchange::new(Arc::clone(self), number, in_body))
    }

    pub(super) fn end_exchange(&self, number: usize, how: Outcome) {
        if !self.records {
            return;
        }
        let is_new = self.state().exchanges.get_mut(number).is_some_and(|line| line.end(how));
        if is_new {
            self.changed.send_replace(());
        }
    }

    /// Enters a connection, and says whether the script's next turn refuses it.
    pub(super) fn open(self: &Arc<Self>, script: &Script) -> (Ticket, bool) {
        let bytes_sent = Arc::new(AtomicU64::new(0));
        let mut state = self.state();
        let number = state.connections.len();
        let entry =
            Entry { opened: Instant::now(), requests: 0, bytes_sent: Arc::clone(&bytes_sent), end: None };
        state.connections.push(entry);
        let refused = script.refuses(state.turn);
        if refused {
            state.turn = state.turn.saturating_add(1);
        }
        drop(state);
        self.changed.send_replace(());
        (Ticket { ledger: Arc::clone(self), number, bytes_sent, in_reply: false }, refused)
    }

    fn close(&self, number: usize, by: ClosedBy, mid_reply: bool) {
        let mut state = self.state();
        let entry = state.connections.get_mut(number).filter(|entry| entry.end.is_none());
        if let Some(entry) = entry {
            entry.end = Some(ConnectionEnd { by, at: Instant::now(), mid_reply });
            if by == ClosedBy::Client && mid_reply {
                for line in state.exchanges.iter_mut().filter(|line| line.connection == number) {
                    line.end(Outcome::GivenUp);
                }
            }
        }
        drop(state);
        self.changed.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn request_count(&self) -> usize {
        self.request_count
    }

    pub(super) fn end_of(&self, connection: usize) -> Option<ConnectionEnd> {
        self.connections.get(connection)?.end
    }

    pub(super) fn end_of_exchange(&self, number: usize) -> Option<ExchangeEnd> {
        self.exchanges.get(number)?.record().end
    }
}

/// `Ticket` is an open connection's line in the ledger. Dropped without a word, as when the server is
/// stopped, it enters a close by the server.
#[derive(Debug)]
pub(super) struct Ticket {
    ledger: Arc<Ledger>,
    pub(super) number: usize,
    pub(super) bytes_sent: Arc<AtomicU64>,
    pub(super) in_reply: bool,
}

impl Ticket {
    pub(super) fn enter(&self, request: &RecordedRequest) -> (usize, Exchange) {
        self.ledger.enter(request)
    }

    #[cfg(feature = "faults")]
    pub(super) fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    pub(super) fn close(&self, by: ClosedBy) {
        self.ledger.close(self.number, by, self.in_reply);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.close(ClosedBy::Server);
    }
}
