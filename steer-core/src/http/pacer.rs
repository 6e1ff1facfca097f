use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::clock::Clock;
use crate::error::{ApiError, ErrorKind, NotRetried};
use crate::model::{ModelId, ProviderId};
use crate::rate_limit::{RateLimit, RateLimits};

/// How many models are remembered. A program seldom uses more.
const KEPT: usize = 256;

/// `RatePacer` waits before a request would be refused: it remembers what the vendor said last of a model's rate limits,
/// counts the requests that were sent since, and lets the next one go when there is room for it again.
///
/// A client has none unless it is given one ([`ClientBuilder::rate_pacer`](crate::ClientBuilder::rate_pacer)). Cheap to clone; clones share what they know, so that several clients
/// with the same key may share one. It knows only what the vendors' headers tell: of tokens, that none is left.
#[derive(Clone)]
pub struct RatePacer(Arc<Shared>);

struct Shared {
    longest_wait: Duration,
    known: Mutex<BTreeMap<ProviderId, BTreeMap<Arc<str>, Known>>>,
}

/// What is known of a model.
#[derive(Clone, Copy, Default)]
struct Known {
    /// How many requests may be sent before the time in `until`.
    requests: Option<Window>,
    /// When something is there again of which nothing is left.
    blocked: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Window {
    left: u64,
    limit: u64,
    until: Instant,
    /// How long it was when it was told of.
    length: Duration,
}

impl Default for RatePacer {
    /// One that waits for up to a minute.
    fn default() -> Self {
        Self::new(Duration::from_secs(60))
    }
}

impl RatePacer {
    /// One that waits for up to this time. A request that would have to wait longer is a `RateLimited` error, and is not
    /// sent.
    pub fn new(longest_wait: Duration) -> Self {
        Self(Arc::new(Shared { longest_wait, known: Mutex::default() }))
    }

    /// Returns when a request may be sent.
    ///
    /// # Errors
    /// It would wait too long, or the caller cancelled.
    pub(super) async fn admit(&self, model: &ModelId, clock: &Clock) -> Result<(), ApiError> {
        while let Some(until) = self.take(model, Instant::now()) {
            let wait = until.saturating_duration_since(Instant::now());
            let too_long = wait > self.0.longest_wait;
            if too_long || clock.left().is_some_and(|left| wait >= left) {
                let reason = if too_long { NotRetried::LongWait } else { NotRetried::Deadline };
                let message = "the vendor's rate limit is used up; the request was not sent";
                return Err(ApiError::new(ErrorKind::RateLimited, message)
                    .with_retry_after(Some(wait))
                    .with_not_retried(Some(reason)));
            }
            clock.pause(wait).await?;
        }
        Ok(())
    }

    /// Remembers what came with a response.
    pub(super) fn note(&self, model: &ModelId, limits: Option<&RateLimits>) {
        let Some(limits) = limits else { return };
        let (now, today) = (Instant::now(), SystemTime::now());
        let until = |limit: &RateLimit| now.checked_add(limit.resets_in(today)?);
        let counts = [&limits.tokens, &limits.input_tokens, &limits.output_tokens];
        let used_up = counts.into_iter().flatten().filter(|limit| limit.remaining == Some(0));
        let blocked = used_up.filter_map(until).max();
        let requests = limits.requests.as_ref().and_then(|limit| {
            let (left, until) = (limit.remaining?, until(limit)?);
            let length = until.saturating_duration_since(now);
            Some(Window { left, limit: limit.limit.unwrap_or(u64::MAX), until, length })
        });
        self.change(model, |known| *known = Known { requests, blocked });
    }

    /// Remembers that the vendor refused a request, and for how long it asks to wait.
    pub(super) fn note_refusal(&self, model: &ModelId, error: &ApiError) {
        self.note(model, error.rate_limits());
        let asked = error.retry_after().filter(|_| error.kind() == ErrorKind::RateLimited);
        if let Some(until) = asked.and_then(|asked| Instant::now().checked_add(asked)) {
            self.change(model, |known| known.blocked = known.blocked.max(Some(until)));
        }
    }

    /// Takes one request out of what may be sent; where there is none, when there will be.
    fn take(&self, model: &ModelId, now: Instant) -> Option<Instant> {
        let mut providers = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = providers.get_mut(&model.provider)?.get_mut(&model.name)?;
        known.blocked = known.blocked.filter(|until| *until > now);
        if known.blocked.is_some() {
            return known.blocked;
        }
        let window = known.requests.as_mut()?;
        if window.until <= now {
            // Whoever waited for the end of it shares the next one, which is as long for all that is known.
            window.left = window.limit;
            window.until = now.checked_add(window.length)?;
        }
        match window.left.checked_sub(1) {
            Some(left) => window.left = left,
            // A window of no length is none.
            None => return Some(window.until).filter(|until| *until > now),
        }
        None
    }

    fn change(&self, model: &ModelId, change: impl FnOnce(&mut Known)) {
        let mut providers = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let models = match providers.get_mut(&model.provider) {
            Some(models) => models,
            None => providers.entry(model.provider.clone()).or_default(),
        };
        // Names may come from outside, and there is no end of them.
        if models.len() >= KEPT && !models.contains_key(&model.name) {
            models.clear();
        }
        change(models.entry(Arc::clone(&model.name)).or_default());
    }
}

impl fmt::Debug for RatePacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RatePacer").field("longest_wait", &self.0.longest_wait).finish_non_exhaustive()
    }
}
