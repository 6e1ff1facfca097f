use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::Timeouts;
use crate::error::{ApiError, TimeoutPhase};

/// Notices that nothing came for too long. One timer for the whole call: bytes only note that they came, the clock is
/// read when there are no more of them, and the timer is moved when it fires, not before.
pub(super) struct Timer {
    phase: TimeoutPhase,
    limit: Duration,
    last: Instant,
    /// Bytes came since the clock was read.
    touched: bool,
    end: Option<(Instant, Duration)>,
    /// Made when there is something to wait for.
    sleep: Option<Pin<Box<Sleep>>>,
}

/// How long the timer sleeps at most. So it need not be moved when what is waited for has another limit, which costs more
/// than to look at the clock once a minute; and a limit may lie beyond what the clock can count.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

impl Timer {
    /// Starts to wait for the headers.
    pub(super) fn start(limits: Timeouts, end: Option<Instant>) -> Self {
        Self {
            phase: TimeoutPhase::Headers,
            limit: limits.headers.unwrap_or(Timeouts::HEADERS),
            last: Instant::now(),
            touched: false,
            end: end.zip(limits.total),
            sleep: None,
        }
    }

    /// The headers came; starts to wait for bytes.
    pub(super) fn headers_came(&mut self, limits: Timeouts) {
        self.phase = TimeoutPhase::Idle;
        self.limit = limits.idle.unwrap_or(Timeouts::IDLE);
        self.last = Instant::now();
        let due = self.due(self.last);
        if let Some(sleep) = &mut self.sleep
            && due < sleep.deadline()
        {
            sleep.as_mut().reset(due);
        }
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
            if self.sleep.is_none() {
                self.sleep = Some(Box::pin(sleep_until(self.due(self.last))));
            }
            if let Some(sleep) = &mut self.sleep {
                ready!(sleep.as_mut().poll(cx));
            }
            let now = Instant::now();
            if let Some((end, total)) = self.end
                && now >= end
            {
                return Poll::Ready(ApiError::timeout(TimeoutPhase::Total, total));
            }
            if now.saturating_duration_since(self.last) >= self.limit {
                return Poll::Ready(ApiError::timeout(self.phase, self.limit));
            }
            let due = self.due(now);
            if let Some(sleep) = &mut self.sleep {
                sleep.as_mut().reset(due);
            }
        }
    }

    /// When to look again.
    fn due(&self, now: Instant) -> Instant {
        let left = self.limit.saturating_sub(now.saturating_duration_since(self.last)).min(LONGEST_SLEEP);
        let limit = now.checked_add(left).unwrap_or(now);
        self.end.map_or(limit, |(end, _)| end.min(limit))
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
