use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A step of the histogram, in microseconds.
const STEP: u128 = 10;
/// How many steps there are: what lies beyond two seconds counts as two seconds.
const STEPS: usize = 200_000;

/// `Histogram` counts times in steps of 10 µs. Its memory is there from the start, so that what is measured beside it does
/// not grow with the number of times.
pub(super) struct Histogram {
    counts: Vec<AtomicU32>,
}

impl Histogram {
    pub(super) fn new() -> Self {
        // Written once, so that the system has given the memory already.
        let counts: Vec<AtomicU32> = (0..STEPS).map(|_| AtomicU32::new(1)).collect();
        for count in &counts {
            count.store(0, Ordering::Relaxed);
        }
        Self { counts }
    }

    pub(super) fn add(&self, time: Duration) {
        let step = usize::try_from(time.as_micros() / STEP).unwrap_or(usize::MAX);
        if let Some(count) = self.counts.get(step.min(STEPS.saturating_sub(1))) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The milliseconds below which this share of the times lies, rounded up to the step; not a number of nothing.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let counts = || self.counts.iter().map(|count| f64::from(count.load(Ordering::Relaxed)));
        let wanted = (counts().sum::<f64>() * share).ceil().max(1.0);
        let mut seen = 0.0;
        for (step, count) in (1_u32..).zip(counts()) {
            seen += count;
            if seen >= wanted {
                return f64::from(step) * STEP as f64 / 1e3;
            }
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_right_to_the_step() {
        let histogram = Histogram::new();
        assert!(histogram.quantile(0.5).is_nan());
        for milliseconds in 1..=100 {
            histogram.add(Duration::from_millis(milliseconds));
        }
        assert!((histogram.quantile(0.5) - 50.01).abs() < 1e-6);
        assert!((histogram.quantile(0.99) - 99.01).abs() < 1e-6);
        histogram.add(Duration::from_secs(60));
        assert!((histogram.quantile(1.0) - 2000.0).abs() < 1e-6);
    }
}
