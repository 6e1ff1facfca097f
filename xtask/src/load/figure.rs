//! One measured value, and what it may be.

use serde::{Deserialize, Deserializer, Serialize};

/// `Figure` is a value with its bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured, in words.
    pub name: String,
    /// The value. One that is not a number was not measured, and meets no bound.
    #[serde(deserialize_with = "or_not_a_number")]
    pub value: f64,
    /// Its unit; empty for counts and ratios.
    pub unit: String,
    /// What it may be.
    pub bound: Bound,
}

/// `Bound` is what a figure may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
    /// This, and nothing else.
    Exactly(f64),
    /// Anything: the figure is told, and not judged.
    Told,
}

impl Figure {
    /// A figure that is not judged.
    #[must_use]
    pub fn told(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self { name: name.into(), value, unit: unit.to_owned(), bound: Bound::Told }
    }

    /// The same, judged.
    #[must_use]
    pub fn bound(self, bound: Bound) -> Self {
        Self { bound, ..self }
    }

    /// Whether it is what it may be, exactly and not only as it is printed.
    #[must_use]
    pub fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.value <= most,
            Bound::AtLeast(least) => self.value >= least,
            Bound::Exactly(only) => (self.value - only).abs() < 1e-9,
            Bound::Told => self.value.is_finite(),
        }
    }
}

/// JSON has no word for what is not a number, and `null` is written for it.
fn or_not_a_number<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(source)?.unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_met_within_its_bound_and_not_beside_it() {
        let met = |value, bound| Figure::told("a", value, "").bound(bound).is_met();
        assert!(met(1.2, Bound::AtMost(1.2)) && !met(1.200_001, Bound::AtMost(1.2)));
        assert!(met(3.0, Bound::AtLeast(3.0)) && !met(2.9, Bound::AtLeast(3.0)));
        assert!(met(0.0, Bound::Exactly(0.0)) && !met(1.0, Bound::Exactly(0.0)));
        assert!(met(9.0, Bound::Told));
    }

    #[test]
    fn what_was_not_measured_stays_so_from_one_process_to_the_other() {
        let text = serde_json::to_string(&Figure::told("a", f64::NAN, "ms")).unwrap();
        assert!(serde_json::from_str::<Figure>(&text).unwrap().value.is_nan());
    }

    #[test]
    fn what_was_not_measured_meets_no_bound() {
        for bound in [Bound::AtMost(1.0), Bound::AtLeast(1.0), Bound::Exactly(1.0), Bound::Told] {
            assert!(!Figure::told("a", f64::NAN, "").bound(bound).is_met(), "{bound:?}");
        }
    }
}
