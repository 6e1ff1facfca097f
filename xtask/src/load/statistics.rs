//! What is made of many measurements.

/// The value below which this share of the values lies, by the nearest rank; not a number of nothing.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// The slope of the line that lies nearest to the points by least squares; not a number where they have none.
#[must_use]
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / count;
    let (middle_x, middle_y) = (mean(|point| point.0), mean(|point| point.1));
    let over: f64 = points.iter().map(|(x, y)| (x - middle_x) * (y - middle_y)).sum();
    let under: f64 = points.iter().map(|(x, _)| (x - middle_x).powi(2)).sum();
    if under > 0.0 { over / under } else { f64::NAN }
}

/// How much more the last third of the values holds in its middle than the second; not a number of fewer than six. The first
/// third is left out, since a program grows until it has seen everything once.
#[must_use]
pub fn growth(values: &[f64]) -> f64 {
    let third = values.len() / 3;
    let of = |from: usize| {
        values.get(from..from.saturating_add(third)).map_or(f64::NAN, |values| quantile(values, 0.5))
    };
    if third < 2 {
        return f64::NAN;
    }
    of(values.len().saturating_sub(third)) - of(third)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 50.0);
        assert_eq!(quantile(&values, 0.99), 99.0);
        assert_eq!(quantile(&values, 1.0), 100.0);
        assert_eq!(quantile(&[7.0], 0.01), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn a_slope_is_that_of_the_nearest_line() {
        assert_eq!(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), 2.0);
        assert_eq!(slope(&[(0.0, 4.0), (5.0, 4.0)]), 0.0);
        assert!(slope(&[(1.0, 4.0), (1.0, 5.0)]).is_nan());
        assert!(slope(&[]).is_nan());
    }

    #[test]
    fn growth_leaves_the_warming_up_out() {
        let warming = [1.0, 5.0, 9.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0];
        assert_eq!(growth(&warming), 0.0);
        let leaking: Vec<f64> = (0..9).map(f64::from).collect();
        assert_eq!(growth(&leaking), 3.0);
        assert!(growth(&[1.0, 2.0, 3.0]).is_nan());
    }
}
