use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::clock::Clock;
use crate::error::{ApiError, ErrorKind, TimeoutPhase};
use crate::model::ProviderId;
use crate::protocol::Call;

/// `ConcurrencyLimit` lets so many completions of a provider run at a time; the others wait in the order in which they
/// came.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit {
    calls: usize,
    running: Mutex<BTreeMap<ProviderId, Arc<Semaphore>>>,
}

/// `Admission` is one of the places; the next call gets it when it is dropped.
pub(crate) struct Admission(
    #[allow(dead_code, reason = "it is held, and not looked at")] OwnedSemaphorePermit,
);

impl ConcurrencyLimit {
    pub(crate) fn new(calls: usize) -> Self {
        Self { calls: calls.clamp(1, Semaphore::MAX_PERMITS), running: Mutex::default() }
    }

    /// Waits for a place, within the call's whole time, from which the wait is taken.
    ///
    /// # Errors
    /// The whole time is over, or the caller cancelled.
    pub(crate) async fn admit(&self, call: &mut Call, clock: &Clock) -> Result<Admission, ApiError> {
        let places = self.places(&call.model.id.provider);
        let place = clock.within(TimeoutPhase::Total, Duration::MAX, places.acquire_owned()).await?;
        call.total = clock.left();
        // It is never closed.
        place.map(Admission).map_err(|error| {
            ApiError::new(ErrorKind::Unknown, "no call is let through any more").with_source(error)
        })
    }

    fn places(&self, provider: &ProviderId) -> Arc<Semaphore> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.get(provider) {
            Some(places) => Arc::clone(places),
            None => {
                let places = Arc::new(Semaphore::new(self.calls));
                running.insert(provider.clone(), Arc::clone(&places));
                places
            }
        }
    }
}
