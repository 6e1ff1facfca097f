use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::ledger::Ledger;

/// `ExchangeRecord` is what the server knows about one request and its reply.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExchangeRecord {
    /// The number of the connection, as in [`RecordedRequest::connection`](super::RecordedRequest::connection).
    pub connection: usize,
    /// When the request had been read.
    pub began: Instant,
    /// How far the reply came.
    pub phase: Phase,
    /// How it ended; `None` while the reply is under way.
    pub end: Option<ExchangeEnd>,
}

/// `ExchangeEnd` says how an exchange ended, and when.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExchangeEnd {
    /// How it ended.
    pub how: Outcome,
    /// When the server noticed or did it.
    pub at: Instant,
}

/// How far a reply came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing but interim responses went out.
    Headers,
    /// The headers went out.
    Body,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The whole reply went out.
    Answered,
    /// The client closed the connection, or reset the stream, before that.
    GivenUp,
    /// The server broke it off: by its script, or because it was stopped.
    Broken,
}

/// `Exchange` is an open exchange's line in the ledger. Dropped without a word, it enters that the server broke it off.
#[derive(Debug)]
pub(super) struct Exchange {
    ledger: Arc<Ledger>,
    number: usize,
    in_body: Arc<AtomicBool>,
}

/// `Line` is what the ledger keeps of it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) connection: usize,
    began: Instant,
    in_body: Arc<AtomicBool>,
    end: Option<ExchangeEnd>,
}

impl Exchange {
    pub(super) fn new(ledger: Arc<Ledger>, number: usize, in_body: Arc<AtomicBool>) -> Self {
        Self { ledger, number, in_body }
    }

    /// Notes that the headers go out.
    pub(super) fn enter_body(&self) {
        self.in_body.store(true, Ordering::Relaxed);
    }

    pub(super) fn end(&self, how: Outcome) {
        self.ledger.end_exchange(self.number, how);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.end(Outcome::Broken);
    }
}

impl Line {
    pub(super) fn new(connection: usize, in_body: Arc<AtomicBool>) -> Self {
        Self { connection, began: Instant::now(), in_body, end: None }
    }

    /// Enters an end, unless there is one.
    pub(super) fn end(&mut self, how: Outcome) -> bool {
        let is_new = self.end.is_none();
        self.end.get_or_insert_with(|| ExchangeEnd { how, at: Instant::now() });
        is_new
    }

    pub(super) fn record(&self) -> ExchangeRecord {
        let phase = if self.in_body.load(Ordering::Relaxed) { Phase::Body } else { Phase::Headers };
        ExchangeRecord { connection: self.connection, began: self.began, phase, end: self.end }
    }
}
