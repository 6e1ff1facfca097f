//! All measurements, and how they are judged.

use serde_json::{Map, Value, json};

use super::figures::Figures;
use super::parsed::Parsed;
use super::sample::ratio;
use super::subject::Api;
use super::target::{Measure, TARGETS, Target};

/// `Report` is all that was measured.
#[derive(Debug, Default)]
pub struct Report {
    /// Each wire format that a linked provider speaks.
    pub apis: Vec<(Api, Figures)>,
    /// What each round of the parser measured.
    pub parsed: Vec<Vec<Parsed>>,
}

/// `Judged` is a target with what was measured.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// The target.
    pub target: Target,
    /// The wire format; nothing for the parser.
    pub api: Option<Api>,
    /// What was measured.
    pub figure: f64,
}

impl Report {
    /// Every target with its figure.
    #[must_use]
    pub fn judged(&self) -> Vec<Judged> {
        let mut judged = Vec::new();
        for (api, figures) in &self.apis {
            for target in TARGETS.into_iter().filter(|target| target.is_for(*api)) {
                judged.push(Judged { target, api: Some(*api), figure: figures.figure(target.measure) });
            }
        }
        for target in TARGETS.into_iter().filter(|target| target.measure.is_of_parser()) {
            judged.push(Judged { target, api: None, figure: self.parser(target.measure) });
        }
        judged
    }

    /// All figures and samples.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let apis: Map<String, Value> =
            self.apis.iter().map(|(api, figures)| (api.name().to_owned(), figures.to_value())).collect();
        let targets: Vec<Value> = self.judged().into_iter().map(Judged::to_value).collect();
        json!({ "apis": apis, "parser": self.parsed, "targets": targets })
    }

    /// The median over the rounds of how many times longer than counting the parser takes.
    fn parser(&self, measure: Measure) -> f64 {
        let rounds = self.parsed.iter().flatten().filter(|parsed| parsed.cut.measure() == measure);
        let (ours, counting): (Vec<f64>, Vec<f64>) =
            rounds.map(|parsed| (parsed.times.steer, parsed.times.counting)).unzip();
        ratio(&ours, &counting)
    }
}

impl Judged {
    /// Whether we are ahead of every other client.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        Target::is_met(self.figure, self.target.ahead)
    }

    /// Whether we are where we want to be.
    #[must_use]
    pub fn is_at_limit(&self) -> bool {
        Target::is_met(self.figure, self.target.limit)
    }

    fn to_value(self) -> Value {
        json!({
            "measure": self.target.measure.name(),
            "api": self.api.map(Api::name),
            "figure": self.figure,
            "ahead": self.target.ahead,
            "limit": self.target.limit,
            "is_ahead": self.is_ahead(),
            "is_at_limit": self.is_at_limit(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::made_up;
    use crate::bench::parsed::{Cut, Times};

    #[test]
    fn a_target_is_judged_for_each_wire_format_and_for_the_parser_once() {
        let times = Times { counting: 1.0, lines: 2.0, steer: 2.5 };
        let parsed = vec![Parsed { cut: Cut::Blocks, bytes: 1000, times }];
        let report = Report { apis: vec![(Api::OpenaiChat, made_up())], parsed: vec![parsed] };
        let judged = report.judged();
        assert_eq!(judged.len(), 10);
        let find = |measure| judged.iter().find(|one| one.target.measure == measure).unwrap();
        assert!(!find(Measure::Batch).is_ahead());
        assert!(find(Measure::ParseBlocks).is_ahead() && !find(Measure::ParseBlocks).is_at_limit());
        assert!(!find(Measure::ParseLarge).is_ahead(), "it was not measured");
        assert_eq!(report.to_value()["targets"].as_array().unwrap().len(), 10);
        assert_eq!(report.to_value()["apis"]["openai-chat"]["batch"]["steer"]["times_floor"], 3.0);
    }
}
