use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::Clock;
use crate::error::ApiError;

/// `RetryPolicy` says whether a request that failed is sent again, and when. It reads no clock.
///
/// A request is sent again only while nothing of its answer has been handed out, and only where the error says that it
/// may help ([`ApiError::is_retryable`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a request is sent in all; at least 1.
    pub max_attempts: u32,
    /// The longest first wait; each further one may be twice as long. By default 500 ms.
    pub first_wait: Duration,
    /// The longest wait of our own; by default 8 s.
    pub longest_wait: Duration,
    /// The longest wait that the vendor may ask for; by default 60 s. A longer one ends the call at once, with the wait
    /// in the error.
    pub longest_asked: Duration,
}

/// `RetryDecision` is what is done after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryDecision {
    /// The request is sent again after this time.
    Wait(Duration),
    /// The error is the call's.
    Stop,
}

impl Default for RetryPolicy {
    /// One attempt.
    fn default() -> Self {
        Self::attempts(1)
    }
}

impl RetryPolicy {
    /// So many attempts in all, with the default waits.
    pub const fn attempts(max_attempts: u32) -> Self {
        Self {
            max_attempts,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            longest_asked: Duration::from_secs(60),
        }
    }

    /// Decides what is done after attempt number `made`, the first being 1. `luck`, from 0 to 1, spreads the waits, so
    /// that many callers who failed together do not come back together.
    pub fn decide(&self, made: u32, error: &ApiError, luck: f64) -> RetryDecision {
        if made >= self.max_attempts || !error.is_retryable() {
            return RetryDecision::Stop;
        }
        if let Some(asked) = error.retry_after().filter(|asked| !asked.is_zero()) {
            return if asked > self.longest_asked { RetryDecision::Stop } else { RetryDecision::Wait(asked) };
        }
        let doubled = 2_u32.checked_pow(made.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        RetryDecision::Wait(longest.mul_f64(luck.clamp(0.0, 1.0)))
    }
}

/// `Attempts` counts the attempts of one call, and waits between them.
#[derive(Debug)]
pub(crate) struct Attempts {
    policy: RetryPolicy,
    made: u32,
}

impl Attempts {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self { policy, made: 0 }
    }

    /// The next attempt begins.
    pub(super) fn begin(&mut self) {
        self.made = self.made.saturating_add(1);
    }

    /// How many have begun.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// The last one did not count.
    pub(super) fn allow_one_more(&mut self) {
        self.policy.max_attempts = self.policy.max_attempts.saturating_add(1);
    }

    /// Whether there may be one after this one.
    pub(super) fn may_repeat(&self) -> bool {
        self.made < self.policy.max_attempts
    }

    /// Returns when the next attempt is due.
    ///
    /// # Errors
    /// There is none: the error of the last one, or that the caller cancelled.
    pub(super) async fn after(&self, error: ApiError, clock: &Clock) -> Result<(), ApiError> {
        match self.policy.decide(self.made, &error, luck()) {
            // A wait that outlasts the call would end in a timeout that hides the vendor's own word.
            RetryDecision::Wait(wait) if clock.left().is_none_or(|left| wait < left) => clock
                .pause(wait)
                .await
                .map_err(|cancelled| cancelled.with_attempts(self.made).with_source(error)),
            _ => Err(error),
        }
    }
}

/// Calls `attempt` until it succeeds or the policy ends it; for providers that do not retry by themselves.
pub(crate) async fn repeat<T, F: Future<Output = Result<T, ApiError>>>(
    policy: RetryPolicy,
    clock: &Clock,
    mut attempt: impl FnMut() -> F,
) -> Result<T, ApiError> {
    let mut attempts = Attempts::new(policy);
    loop {
        attempts.begin();
        match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(error) => attempts.after(error.with_attempts(attempts.made()), clock).await?,
        }
    }
}

/// A number from 0 to 1. It need only differ between callers, which the keys of hash maps do as well as a generator of
/// random numbers.
fn luck() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn wait(policy: RetryPolicy, made: u32, error: &ApiError) -> Option<Duration> {
        match policy.decide(made, error, 1.0) {
            RetryDecision::Wait(wait) => Some(wait),
            RetryDecision::Stop => None,
        }
    }

    fn overloaded() -> ApiError {
        ApiError::new(ErrorKind::Overloaded, "later")
    }

    #[test]
    fn waits_double_up_to_the_longest_one() {
        let policy = RetryPolicy::attempts(u32::MAX);
        let waits: Vec<_> =
            (1..=6).map(|made| wait(policy, made, &overloaded()).unwrap().as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(wait(policy, 4_000_000, &overloaded()), Some(Duration::from_secs(8)), "no overflow");
    }

    #[test]
    fn luck_spreads_the_waits_down_to_nothing() {
        let policy = RetryPolicy::attempts(2);
        assert_eq!(policy.decide(1, &overloaded(), 0.0), RetryDecision::Wait(Duration::ZERO));
        assert_eq!(policy.decide(1, &overloaded(), 0.5), RetryDecision::Wait(Duration::from_millis(250)));
        assert!((0..100).all(|_| (0.0..=1.0).contains(&luck())));
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert!(wait(RetryPolicy::attempts(3), 2, &overloaded()).is_some());
        assert_eq!(wait(RetryPolicy::attempts(3), 3, &overloaded()), None);
        assert_eq!(wait(RetryPolicy::default(), 1, &overloaded()), None);
    }

    #[test]
    fn only_what_may_help_is_sent_again() {
        let policy = RetryPolicy::attempts(9);
        for (kind, again) in [
            (ErrorKind::RateLimited, true),
            (ErrorKind::Overloaded, true),
            (ErrorKind::ServerError, true),
            (ErrorKind::Network, true),
            (ErrorKind::Timeout, false),
            (ErrorKind::Cancelled, false),
            (ErrorKind::QuotaExhausted, false),
            (ErrorKind::ContextLength, false),
            (ErrorKind::InvalidRequest, false),
            (ErrorKind::AuthenticationFailed, false),
            (ErrorKind::PermissionDenied, false),
            (ErrorKind::NotFound, false),
            (ErrorKind::RequestBlocked, false),
        ] {
            assert_eq!(wait(policy, 1, &ApiError::new(kind, "")).is_some(), again, "{kind:?}");
        }
    }

    #[test]
    fn the_vendor_says_how_long_and_too_long_ends_the_call() {
        let policy = RetryPolicy::attempts(2);
        let asked = |seconds| overloaded().with_retry_after(Some(Duration::from_secs(seconds)));
        assert_eq!(wait(policy, 1, &asked(60)), Some(Duration::from_secs(60)));
        assert_eq!(wait(policy, 1, &asked(61)), None);
        assert_eq!(wait(policy, 1, &asked(0)), Some(Duration::from_millis(500)), "at once would be a storm");
    }
}
