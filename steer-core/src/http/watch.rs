use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::error::{ApiError, TimeoutPhase};

/// Notices that nothing came for too long. One timer for the whole stream: bytes only note that they came, the clock is
/// read when there are no more of them, and the timer is moved when it fires, not before.
pub(super) struct Timer {
    idle: Duration,
    last: Instant,
    /// Bytes came since the clock was read.
    touched: bool,
    end: Option<(Instant, Duration)>,
    /// Made when there is something to wait for.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    pub(super) fn start(idle: Duration, end: Option<Instant>, total: Option<Duration>) -> Self {
        Self { idle, last: Instant::now(), touched: false, end: end.zip(total), sleep: None }
    }

    /// Bytes came; too late, if the whole time is over.
    pub(super) fn touch(&mut self) -> Result<(), ApiError> {
        self.touched = true;
        match self.end {
            Some((end, total)) if Instant::now() >= end => Err(ApiError::timeout(TimeoutPhase::Total, total)),
            _ => Ok(()),
        }
    }

    /// Ready when a limit is reached.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ApiError> {
        if std::mem::take(&mut self.touched) {
            self.last = Instant::now();
        }
        loop {
            let first = self.due(self.last);
            ready!(self.sleep.get_or_insert_with(|| Box::pin(sleep_until(first))).as_mut().poll(cx));
            let now = Instant::now();
            if let Some((end, total)) = self.end
                && now >= end
            {
                return Poll::Ready(ApiError::timeout(TimeoutPhase::Total, total));
            }
            if now.saturating_duration_since(self.last) >= self.idle {
                return Poll::Ready(ApiError::timeout(TimeoutPhase::Idle, self.idle));
            }
            let due = self.due(now);
            if let Some(sleep) = &mut self.sleep {
                sleep.as_mut().reset(due);
            }
        }
    }

    /// When to look again.
    fn due(&self, now: Instant) -> Instant {
        // A limit may lie beyond what the clock can count; a day from now is soon enough to look again.
        const FAR: Duration = Duration::from_secs(24 * 60 * 60);
        let left = self.idle.saturating_sub(now.saturating_duration_since(self.last)).min(FAR);
        let idle = now.checked_add(left).unwrap_or(now);
        self.end.map_or(idle, |(end, _)| end.min(idle))
    }
}

/// Notices that the caller cancelled.
pub(super) struct CancelWatch {
    token: CancellationToken,
    waiting: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl CancelWatch {
    pub(super) fn new(token: CancellationToken) -> Self {
        Self { waiting: Box::pin(token.clone().cancelled_owned()), token }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.waiting.as_mut().poll(cx)
    }
}
