use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use tokio::sync::watch;

use super::frames::Passed;

/// `Orders` is what the streams of a connection want of its socket, and what they may know of it.
#[derive(Debug)]
pub(super) struct Orders {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    /// What goes out between two frames.
    by_hand: VecDeque<Bytes>,
    end: Option<End>,
    over: bool,
    passed: HashMap<u32, Progress>,
    waker: Option<Waker>,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In good order, behind a whole reply.
    Whole,
    /// In good order, and too early.
    Fin,
    /// By a reset.
    Reset,
}

/// How much of a stream went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) heads: u32,
    pub(super) data: u64,
    pub(super) is_end: bool,
}

impl Default for Orders {
    fn default() -> Self {
        Self { state: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl Orders {
    /// Writes bytes between two frames, as they are.
    pub(super) fn write(&self, bytes: Bytes) {
        let mut state = self.state();
        state.by_hand.push_back(bytes);
        Self::wake(state);
    }

    /// Ends the connection once all is written.
    pub(super) fn end(&self, end: End) {
        let mut state = self.state();
        state.end.get_or_insert(end);
        Self::wake(state);
    }

    /// Waits until so much of a stream went out.
    pub(super) async fn passed(&self, stream: u32, least: Progress) {
        self.wait(|state| {
            let passed = state.passed.get(&stream).copied().unwrap_or_default();
            passed.heads >= least.heads && passed.data >= least.data && passed.is_end >= least.is_end
        })
        .await;
    }

    /// Waits until the connection is over.
    pub(super) async fn over(&self) {
        self.wait(|state| state.over).await;
    }

    pub(super) fn is_over(&self) -> bool {
        self.state().over
    }

    pub(super) fn is_reset(&self) -> bool {
        self.state().end == Some(End::Reset)
    }

    pub(super) fn is_whole(&self) -> bool {
        self.state().end == Some(End::Whole)
    }

    // The socket's side.

    pub(super) fn take(&self) -> Option<Bytes> {
        self.state().by_hand.pop_front()
    }

    pub(super) fn ordered_end(&self) -> Option<End> {
        self.state().end
    }

    pub(super) fn register(&self, waker: &Waker) {
        let mut state = self.state();
        if state.waker.as_ref().is_none_or(|known| !known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
    }

    pub(super) fn set_over(&self) {
        self.state().over = true;
        self.changed.send_replace(());
    }

    pub(super) fn note(&self, passed: &Passed) {
        let mut state = self.state();
        let progress = state.passed.entry(passed.stream).or_default();
        progress.heads = progress.heads.saturating_add(passed.heads);
        progress.data = progress.data.saturating_add(passed.data);
        progress.is_end |= passed.is_end;
        drop(state);
        self.changed.send_replace(());
    }

    /// Forgets a stream that is done.
    pub(super) fn forget(&self, stream: u32) {
        self.state().passed.remove(&stream);
    }

    async fn wait(&self, is_so: impl Fn(&State) -> bool) {
        let mut changes = self.changed.subscribe();
        while !is_so(&self.state()) {
            // The sender lives in `self`, so this cannot fail.
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn wake(mut state: MutexGuard<'_, State>) {
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
