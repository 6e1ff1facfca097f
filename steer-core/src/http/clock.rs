use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Timeouts;
use super::watch::Timer;
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::protocol::Call;

/// `Clock` bounds the waits of one call: the limit of each wait, the call's whole time, and the caller's patience.
#[derive(Clone)]
pub(crate) struct Clock {
    pub(super) limits: Timeouts,
    pub(super) end: Option<Instant>,
    pub(super) cancel: Option<CancellationToken>,
}

impl Clock {
    /// Starts the call's whole time.
    pub(super) fn start(limits: Timeouts, cancel: Option<CancellationToken>) -> Self {
        let end = limits.total.and_then(|total| Instant::now().checked_add(total));
        Self { limits, end, cancel }
    }

    /// The same for a completion, with the client's limits where the call has none of its own.
    pub(crate) fn of(call: &Call, client: Timeouts) -> Self {
        let limits = call.request.timeouts.or(client);
        let total = call.total.or(limits.total);
        Self::start(Timeouts { total, ..limits }, call.cancel.clone())
    }

    /// Waits for a future within a limit, the call's whole time and the caller's patience.
    pub(super) async fn within<F: Future>(
        &self,
        phase: TimeoutPhase,
        limit: Duration,
        future: F,
    ) -> Result<F::Output, ApiError> {
        let limit_end = Instant::now().checked_add(limit);
        let (phase, limit, end) = match (limit_end, self.end) {
            (Some(by_limit), Some(by_total)) if by_total < by_limit => {
                (TimeoutPhase::Total, self.limits.total.unwrap_or(limit), Some(by_total))
            }
            (Some(by_limit), _) => (phase, limit, Some(by_limit)),
            (None, end) => (TimeoutPhase::Total, self.limits.total.unwrap_or(limit), end),
        };
        let waiting = pin!(async {
            match end {
                Some(end) => timeout_at(end, future).await.map_err(|_| ApiError::timeout(phase, limit)),
                None => Ok(future.await),
            }
        });
        self.patiently(waiting).await
    }

    /// Waits for the headers of a response, and returns the timer that will watch its body.
    ///
    /// # Errors
    /// They did not come in time, or the caller cancelled.
    pub(super) async fn headers<F: Future + Unpin>(
        &self,
        mut future: F,
    ) -> Result<(F::Output, Timer), ApiError> {
        let mut timer = Timer::start(self.limits, self.end);
        let waiting = poll_fn(|cx| match Pin::new(&mut future).poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => timer.poll(cx).map(Err),
        });
        let output = self.patiently(waiting).await?;
        timer.headers_came(self.limits);
        Ok((output, timer))
    }

    /// Waits between two attempts, for as long as the caller does.
    ///
    /// # Errors
    /// The caller cancelled.
    pub(super) async fn pause(&self, wait: Duration) -> Result<(), ApiError> {
        match &self.cancel {
            Some(token) => token.run_until_cancelled(sleep(wait)).await.ok_or_else(cancelled),
            None => {
                sleep(wait).await;
                Ok(())
            }
        }
    }

    /// Waits for as long as the caller does; for nothing where the caller has cancelled already.
    async fn patiently<T>(&self, waiting: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
        match &self.cancel {
            Some(token) if token.is_cancelled() => Err(cancelled()),
            Some(token) => token.run_until_cancelled(waiting).await.unwrap_or_else(|| Err(cancelled())),
            None => waiting.await,
        }
    }

    /// How much of the call's whole time is left; `None` where it has no end.
    pub(super) fn left(&self) -> Option<Duration> {
        self.end.map(|end| end.saturating_duration_since(Instant::now()))
    }
}

/// The caller ended the call.
pub(super) fn cancelled() -> ApiError {
    ApiError::new(ErrorKind::Cancelled, "the caller cancelled the call")
}
