//! One measurement, and what is made of several.

use serde::{Deserialize, Serialize};

/// `Sample` is what one run of one contender measured, for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Processor time of the client's process in nanoseconds.
    pub cpu_ns: f64,
    /// Allocations, where they were counted.
    pub allocations: f64,
    /// The most bytes that were held beyond those held before, where they were counted.
    pub peak: f64,
    /// The bytes of the request's body.
    pub body: f64,
}

/// The median; 0 of nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.len() / 2;
    let lower = sorted.len().saturating_sub(1) / 2;
    match (sorted.get(lower), sorted.get(upper)) {
        (Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => 0.0,
    }
}

/// The median of the rounds' own ratios: what slows a whole round down slows both sides of it.
#[must_use]
pub fn ratio(over: &[f64], under: &[f64]) -> f64 {
    let rounds = over.iter().zip(under).filter(|(_, under)| **under > 0.0);
    median(&rounds.map(|(over, under)| over / under).collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::{median, ratio};

    #[test]
    fn the_median_is_the_middle_or_between_the_two_middle_ones() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 900.0]), 3.0);
    }

    #[test]
    fn a_round_that_was_slow_for_both_sides_does_not_move_the_ratio() {
        assert_eq!(ratio(&[20.0, 2000.0, 22.0], &[10.0, 1000.0, 11.0]), 2.0);
        // The medians alone would say 3.
        assert_eq!(ratio(&[30.0, 20.0, 40.0], &[10.0, 10.0, 40.0]), 2.0);
        assert_eq!(ratio(&[1.0], &[0.0]), 0.0);
    }
}
