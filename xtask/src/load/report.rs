//! All figures, and how they are told.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::figure::{Bound, Figure};
use super::part::Part;

/// `Report` is all that was measured, in the order in which it was.
#[derive(Debug, Default)]
pub struct Report {
    parts: Vec<(Part, Vec<Figure>, Duration)>,
}

impl Report {
    /// Adds the figures of a part, and how long it took.
    pub fn add(&mut self, part: Part, figures: Vec<Figure>, took: Duration) {
        self.parts.push((part, figures, took));
    }

    /// How many figures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.figures().count()
    }

    /// Whether nothing was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many figures are not what they may be. A part without figures counts as one.
    #[must_use]
    pub fn missed(&self) -> usize {
        let silent = self.parts.iter().filter(|(_, figures, _)| figures.is_empty()).count();
        self.figures().filter(|figure| !figure.is_met()).count().saturating_add(silent)
    }

    /// Prints the part that was added last.
    ///
    /// # Errors
    /// What is written to fails.
    pub fn print_last(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some((part, figures, took)) = self.parts.last() else { return Ok(()) };
        writeln!(out, "\n{}, {:.0} s", part.name(), took.as_secs_f64())?;
        for figure in figures {
            let mark = match (figure.is_met(), figure.bound) {
                (false, _) => "MISSED",
                (true, Bound::Told) => "",
                (true, _) => "met",
            };
            let (value, unit, bound) = (number(figure.value), &figure.unit, bound(figure.bound));
            let line = format!("  {:<64}{value:>12} {unit:<8}{bound:>14}  {mark}", figure.name);
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// All figures.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let parts = self.parts.iter().map(|(part, figures, took)| {
            let told: Vec<Value> = figures
                .iter()
                .map(|figure| {
                    json!({
                        "name": figure.name,
                        "value": figure.value,
                        "unit": figure.unit,
                        "bound": figure.bound,
                        "met": figure.is_met(),
                    })
                })
                .collect();
            json!({ "part": part.name(), "seconds": took.as_secs_f64(), "figures": told })
        });
        json!({ "parts": parts.collect::<Vec<_>>(), "missed": self.missed() })
    }

    fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.parts.iter().flat_map(|(_, figures, _)| figures)
    }
}

/// Whole numbers as they are, others so that their difference from a bound is seen.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn bound(bound: Bound) -> String {
    match bound {
        Bound::AtMost(most) => format!("<= {}", number(most)),
        Bound::AtLeast(least) => format!(">= {}", number(least)),
        Bound::Exactly(only) => format!("= {}", number(only)),
        Bound::Told => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        let figures = vec![
            Figure::told("memory a stream", 1.25, "").bound(Bound::AtMost(1.2)),
            Figure::told("streams complete", 100.0, "%").bound(Bound::Exactly(100.0)),
            Figure::told("p99", 0.31, "ms"),
        ];
        report.add(Part::Streams, figures, Duration::from_secs(3));
        report
    }

    #[test]
    fn each_figure_stands_in_a_line_with_its_bound_and_its_mark() {
        let mut out = Vec::new();
        report().print_last(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["streams,", "3", "s"]);
        assert_eq!(words[2], ["memory", "a", "stream", "1.250", "<=", "1.200", "MISSED"]);
        assert_eq!(words[3], ["streams", "complete", "100", "%", "=", "100", "met"]);
        assert_eq!(words[4], ["p99", "0.310", "ms"]);
    }

    #[test]
    fn the_json_says_what_the_table_says() {
        let value = report().to_value();
        assert_eq!(value["missed"], 1);
        assert_eq!(value["parts"][0]["part"], "streams");
        assert_eq!(value["parts"][0]["figures"][0]["bound"]["at-most"], 1.2);
        assert_eq!(value["parts"][0]["figures"][0]["met"], false);
    }

    #[test]
    fn a_part_that_says_nothing_is_missed() {
        let mut report = Report::default();
        assert!(report.is_empty());
        report.add(Part::Idle, Vec::new(), Duration::ZERO);
        assert_eq!(report.missed(), 1);
    }
}
