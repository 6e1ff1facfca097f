use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use futures::Stream;
use steer_core::bytes::Bytes;
use steer_core::http::{TransportError, TransportErrorKind};
use tokio::time::{Sleep, sleep};

use super::Step;

/// A body that follows its script, and counts itself where it is dropped before the script's end.
pub(super) struct Body {
    steps: VecDeque<Step>,
    wait: Option<Pin<Box<Sleep>>>,
    dropped: Arc<AtomicUsize>,
}

impl Body {
    pub(super) fn new(steps: Vec<Step>, dropped: Arc<AtomicUsize>) -> Self {
        Self { steps: steps.into(), wait: None, dropped }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(wait) = &mut self.wait {
                ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            match self.steps.pop_front() {
                Some(Step::Piece(bytes)) => return Poll::Ready(Some(Ok(bytes))),
                Some(Step::Wait(time)) => self.wait = Some(Box::pin(sleep(time))),
                Some(Step::Stall) => {
                    // It stays the next step for ever. Nobody wakes the reader.
                    self.steps.push_front(Step::Stall);
                    return Poll::Pending;
                }
                Some(Step::Break) => {
                    self.steps.clear();
                    return Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Broken))));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if !self.steps.is_empty() || self.wait.is_some() {
            self.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}
