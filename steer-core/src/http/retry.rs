use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::RetryBudget;
use super::clock::Clock;
use crate::error::{ApiError, FailedAttempt, NotRetried};

/// `RetryPolicy` says whether a request that failed is sent again, and when. It reads no clock.
///
/// A request is sent again only where the error says that it may help ([`ApiError::is_retryable`]): no connection could
/// be made, it broke, or the vendor answered 408, 409, 429, 529 or another status from 500 on, or said the same inside
/// a success. It is not where a quota is used up, the prompt is too long, the vendor refuses what is asked, or nothing came
/// in time; and, unless [`StartOver`] says otherwise, only while nothing of the answer's content has been handed out.
///
/// A [`Client`](crate::Client) sends up to three times by default, as the vendors' own libraries do. A request may bring
/// a policy of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a request is sent in all; at least 1. By default 3.
    pub max_attempts: u32,
    /// The longest first wait; each further one may be twice as long. A wait is drawn between nothing and the longest.
    /// By default 1 s.
    pub first_wait: Duration,
    /// The longest wait of our own; by default 8 s.
    pub longest_wait: Duration,
    /// The longest wait that the vendor may ask for; by default 60 s. A longer one ends the call at once, with the wait
    /// in the error.
    pub longest_asked: Duration,
    /// Until when an answer that has begun may start over.
    pub start_over: StartOver,
}

/// `StartOver` is until when an answer that has begun may start over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StartOver {
    /// Until its first content is handed out.
    #[default]
    BeforeContent,
    /// Until its first call of a tool begins, or its end: what was handed out by then is void when a
    /// [`Reset`](crate::StreamChunk::Reset) comes, and the vendor may charge for both answers.
    BeforeToolCalls,
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
    /// Three attempts.
    fn default() -> Self {
        Self::attempts(3)
    }
}

impl RetryPolicy {
    /// So many attempts in all, with the default waits.
    pub const fn attempts(max_attempts: u32) -> Self {
        Self {
            max_attempts,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(8),
            longest_asked: Duration::from_secs(60),
            start_over: StartOver::BeforeContent,
        }
    }

    /// One attempt.
    pub const fn once() -> Self {
        Self::attempts(1)
    }

    /// Sets until when an answer that has begun may start over.
    #[must_use]
    pub const fn start_over(mut self, until: StartOver) -> Self {
        self.start_over = until;
        self
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
        // Only a wait beyond what can be counted is no duration.
        let spread = Duration::try_from_secs_f64(longest.as_secs_f64() * luck.clamp(0.0, 1.0));
        RetryDecision::Wait(spread.unwrap_or(longest))
    }
}

/// `Attempts` counts the attempts of one call, remembers how they failed, and waits between them.
#[derive(Debug)]
pub(crate) struct Attempts {
    policy: RetryPolicy,
    made: u32,
    failed: Vec<FailedAttempt>,
}

impl Attempts {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self { policy, made: 0, failed: Vec::new() }
    }

    /// The next attempt begins.
    pub(super) fn begin(&mut self) {
        self.made = self.made.saturating_add(1);
    }

    /// How many have begun.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// How those before this one failed.
    pub(super) fn failed(&self) -> &[FailedAttempt] {
        &self.failed
    }

    /// The last one did not count.
    pub(super) fn allow_one_more(&mut self, error: &ApiError) {
        self.policy.max_attempts = self.policy.max_attempts.saturating_add(1);
        self.failed.push(FailedAttempt::of(error, Duration::ZERO));
    }

    /// Whether more than one is wanted.
    pub(super) fn repeats(&self) -> bool {
        self.policy.max_attempts > 1
    }

    /// Whether there may be one after this one.
    pub(super) fn may_repeat(&self) -> bool {
        self.made < self.policy.max_attempts
    }

    /// Until when an answer that has begun may start over.
    pub(super) fn start_over(&self) -> StartOver {
        self.policy.start_over
    }

    /// Returns when the next attempt is due.
    ///
    /// # Errors
    /// There is none: the error of the last one, or that the caller cancelled.
    pub(super) async fn after(
        &mut self,
        error: ApiError,
        clock: &Clock,
        budget: Option<&RetryBudget>,
    ) -> Result<(), ApiError> {
        let wait = match self.policy.decide(self.made, &error, luck()) {
            RetryDecision::Wait(wait) => wait,
            // Whoever wants one attempt need not be told that there is one.
            RetryDecision::Stop if !error.is_retryable() || !self.repeats() => {
                return Err(self.ended(error));
            }
            RetryDecision::Stop if !self.may_repeat() => return self.gives_up(error, NotRetried::Attempts),
            RetryDecision::Stop => return self.gives_up(error, NotRetried::LongWait),
        };
        // A wait that outlasts the call would end in a timeout that hides the vendor's own word.
        if clock.left().is_some_and(|left| wait >= left) {
            return self.gives_up(error, NotRetried::Deadline);
        }
        if budget.is_some_and(|budget| !budget.pays_for(&error)) {
            return self.gives_up(error, NotRetried::Budget);
        }
        self.failed.push(FailedAttempt::of(&error, wait));
        clock.pause(wait).await.map_err(|cancelled| {
            // The last one is the cause, and nothing was waited for it to the end.
            self.failed.pop();
            self.ended(cancelled).with_source(error)
        })
    }

    /// The error that the call ends with.
    pub(super) fn ended(&mut self, error: ApiError) -> ApiError {
        error.with_attempts(self.made).with_failed_attempts(std::mem::take(&mut self.failed))
    }

    fn gives_up(&mut self, error: ApiError, reason: NotRetried) -> Result<(), ApiError> {
        Err(self.ended(error.with_not_retried(Some(reason))))
    }
}

/// Calls `attempt` until it succeeds or the policy ends it, and tells how those before failed; for providers that do
/// not retry by themselves.
pub(crate) async fn repeat<T, F: Future<Output = Result<T, ApiError>>>(
    policy: RetryPolicy,
    clock: &Clock,
    budget: Option<&RetryBudget>,
    mut attempt: impl FnMut() -> F,
) -> Result<(T, Vec<FailedAttempt>), ApiError> {
    let mut attempts = Attempts::new(policy);
    loop {
        attempts.begin();
        match attempt().await {
            Ok(answer) => {
                if let Some(budget) = budget {
                    budget.earn();
                }
                return Ok((answer, attempts.failed));
            }
            Err(error) => attempts.after(error, clock, budget).await?,
        }
    }
}

/// A number from 0 to 1.
fn luck() -> f64 {
    f64::from(u32::try_from(drawn() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

/// A number drawn at random. It need only differ between callers, which the keys of hash maps do as well as a generator
/// of random numbers.
pub(super) fn drawn() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
#[allow(clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is not as it must be")]
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
        assert_eq!(waits, [1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(wait(policy, 4_000_000, &overloaded()), Some(Duration::from_secs(8)), "no overflow");
    }

    #[test]
    fn no_number_that_a_policy_may_hold_is_too_large() {
        let endless = RetryPolicy {
            max_attempts: u32::MAX,
            first_wait: Duration::MAX,
            longest_wait: Duration::MAX,
            longest_asked: Duration::MAX,
            start_over: StartOver::BeforeContent,
        };
        for made in [1, 2, 33, u32::MAX - 1] {
            assert_eq!(wait(endless, made, &overloaded()), Some(Duration::MAX), "{made}");
            let asked = overloaded().with_retry_after(Some(Duration::MAX));
            assert_eq!(wait(endless, made, &asked), Some(Duration::MAX), "{made}");
            assert_eq!(endless.decide(made, &overloaded(), f64::NAN), RetryDecision::Wait(Duration::MAX));
        }
        assert_eq!(wait(endless, u32::MAX, &overloaded()), None);
    }

    #[test]
    fn luck_spreads_the_waits_down_to_nothing() {
        let policy = RetryPolicy::attempts(2);
        assert_eq!(policy.decide(1, &overloaded(), 0.0), RetryDecision::Wait(Duration::ZERO));
        assert_eq!(policy.decide(1, &overloaded(), 0.5), RetryDecision::Wait(Duration::from_millis(500)));
        assert!((0..100).all(|_| (0.0..=1.0).contains(&luck())));
    }

    #[test]
    fn a_thousand_callers_who_failed_together_do_not_come_back_together() {
        let policy = RetryPolicy::default();
        let mut buckets = [0_u32; 21];
        for _ in 0..1000 {
            let RetryDecision::Wait(wait) = policy.decide(1, &overloaded(), luck()) else {
                panic!("no wait")
            };
            let bucket = usize::try_from(wait.as_millis() / 50).unwrap();
            buckets[bucket] += 1;
        }
        assert!(buckets.iter().all(|callers| *callers < 100), "too many in 50 ms: {buckets:?}");
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert!(wait(RetryPolicy::attempts(3), 2, &overloaded()).is_some());
        assert_eq!(wait(RetryPolicy::attempts(3), 3, &overloaded()), None);
        assert!(wait(RetryPolicy::default(), 2, &overloaded()).is_some());
        assert_eq!(wait(RetryPolicy::default(), 3, &overloaded()), None);
        assert_eq!(wait(RetryPolicy::once(), 1, &overloaded()), None);
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
        assert_eq!(wait(policy, 1, &asked(0)), Some(Duration::from_secs(1)), "at once would be a storm");
    }
}
