use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{ApiError, ErrorKind};

/// `RetryBudget` keeps clients from multiplying their requests while a vendor fails: every further attempt takes tokens
/// out of a bucket, every success puts some back, and where there are too few the error is the call's.
///
/// Cheap to clone; clones share the bucket, and so do the clones of a [`Client`](crate::Client). A single failure is
/// sent again as the [`RetryPolicy`](super::RetryPolicy) says; while everything fails, a full bucket pays for 100 further
/// attempts in all.
#[derive(Clone)]
pub struct RetryBudget(Arc<Bucket>);

struct Bucket {
    size: u32,
    retry: u32,
    connection: u32,
    success: u32,
    left: AtomicU32,
}

impl Default for RetryBudget {
    /// 500 tokens; an attempt after an error of the vendor's takes 5, one after a timeout or a broken connection 10, and a
    /// success puts 1 back.
    fn default() -> Self {
        Self::new(500)
    }
}

impl RetryBudget {
    /// A bucket of so many tokens, full, with the default costs.
    pub fn new(size: u32) -> Self {
        Self::of(Bucket { size, retry: 5, connection: 10, success: 1, left: AtomicU32::new(size) })
    }

    /// The same bucket, full, with other costs: what an attempt after an error of the vendor's takes, what one after a
    /// timeout or a broken connection takes, and what a success puts back.
    #[must_use]
    pub fn costs(self, retry: u32, connection: u32, success: u32) -> Self {
        let size = self.0.size;
        Self::of(Bucket { size, retry, connection, success, left: AtomicU32::new(size) })
    }

    /// How many tokens are left.
    pub fn left(&self) -> u32 {
        self.0.left.load(Ordering::Relaxed)
    }

    fn of(bucket: Bucket) -> Self {
        Self(Arc::new(bucket))
    }

    /// Takes what an attempt after this error costs; whether there was as much.
    pub(super) fn pays_for(&self, error: &ApiError) -> bool {
        let cost = match error.kind() {
            ErrorKind::Timeout | ErrorKind::Network | ErrorKind::Truncated => self.0.connection,
            _ => self.0.retry,
        };
        let taken = |left: u32| left.checked_sub(cost);
        self.0.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// A call succeeded.
    pub(super) fn earn(&self) {
        let Bucket { size, success, left, .. } = &*self.0;
        // Most of the time it is full, and looking costs no other core anything.
        if left.load(Ordering::Relaxed) < *size {
            let filled = |left: u32| Some(left.saturating_add(*success).min(*size));
            let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
        }
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RetryBudget({} of {})", self.left(), self.0.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind) -> ApiError {
        ApiError::new(kind, "later")
    }

    #[test]
    fn a_bucket_pays_until_it_is_empty_and_is_never_more_than_full() {
        let budget = RetryBudget::new(17);
        budget.earn();
        assert_eq!(budget.left(), 17);
        assert!(budget.pays_for(&error(ErrorKind::Network)));
        assert!(budget.clone().pays_for(&error(ErrorKind::Overloaded)), "clones share it");
        assert_eq!(budget.left(), 2);
        assert!(!budget.pays_for(&error(ErrorKind::Overloaded)));
        assert_eq!(budget.left(), 2, "what does not pay is not taken");
        (0..3).for_each(|_| budget.earn());
        assert!(budget.pays_for(&error(ErrorKind::Overloaded)));
    }
}
