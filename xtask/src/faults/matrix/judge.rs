use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::oracle::{Arrival, Oracle};

/// `Seen` is all that a caller saw of one call.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the chunks told, joined.
    pub(super) text: String,
    /// What the final answer, or the partial one of the error, says.
    pub(super) answer: String,
    /// The arguments of the final answer's call.
    pub(super) arguments: Option<String>,
    /// How the call ended, where it did.
    pub(super) success: Option<bool>,
    /// How many terminal items came, and what came behind the first.
    pub(super) terminals: usize,
    pub(super) requests: usize,
    pub(super) took: Duration,
    pub(super) panicked: bool,
}

/// `Wrong` is what a run may get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wrong {
    Panic,
    Hang,
    Lost,
    Doubled,
    FalseSuccess,
    SecondRequest,
    NotOneTerminal,
}

const ALL: [Wrong; 7] = [
    Wrong::Panic,
    Wrong::Hang,
    Wrong::Lost,
    Wrong::Doubled,
    Wrong::FalseSuccess,
    Wrong::SecondRequest,
    Wrong::NotOneTerminal,
];

/// `Tally` counts runs and what they got wrong, and keeps the first few of each.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) runs: u64,
    wrong: BTreeMap<Wrong, (u64, Vec<String>)>,
}

/// How many runs of each sort are told of.
const EXAMPLES: usize = 3;

impl Tally {
    /// Enters a run. Without an arrival the bytes themselves were wrong, so that only the form is judged.
    pub(super) fn enter(
        &mut self,
        what: &dyn fmt::Display,
        oracle: &Oracle,
        arrival: Option<Arrival>,
        limit: Duration,
        seen: &Seen,
    ) {
        self.runs = self.runs.saturating_add(1);
        for wrong in judge(oracle, arrival, limit, seen) {
            let (count, examples) = self.wrong.entry(wrong).or_default();
            *count = count.saturating_add(1);
            if examples.len() < EXAMPLES {
                examples.push(format!("{wrong}: {what}: {seen:?}"));
            }
        }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.wrong.is_empty() && self.runs > 0
    }

    pub(super) fn examples(&self) -> impl Iterator<Item = &String> {
        self.wrong.values().flat_map(|(_, examples)| examples)
    }
}

fn judge(oracle: &Oracle, arrival: Option<Arrival>, limit: Duration, seen: &Seen) -> Vec<Wrong> {
    if seen.panicked {
        return vec![Wrong::Panic];
    }
    let mut found = Vec::new();
    let Some(success) = seen.success else { return vec![Wrong::Hang] };
    if seen.took > limit {
        found.push(Wrong::Hang);
    }
    if seen.terminals != 1 {
        found.push(Wrong::NotOneTerminal);
    }
    if seen.requests > 1 && !seen.text.is_empty() {
        found.push(Wrong::SecondRequest);
    }
    let Some(arrival) = arrival else { return found };
    let told = oracle.told(arrival);
    if !told.contains(&seen.text) {
        let is_beginning = told.last().is_some_and(|most| most.starts_with(&seen.text));
        found.push(if is_beginning { Wrong::Lost } else { Wrong::Doubled });
    } else if seen.answer != seen.text {
        found.push(if seen.text.starts_with(&seen.answer) { Wrong::Lost } else { Wrong::Doubled });
    }
    if success {
        if !oracle.may_have_ended(arrival) {
            found.push(Wrong::FalseSuccess);
        }
        if oracle.arguments != seen.arguments || oracle.whole_text() != seen.answer {
            found.push(Wrong::Lost);
        }
    } else if oracle.must_have_ended(arrival) {
        found.push(Wrong::Lost);
    }
    found
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panic => "panic",
            Self::Hang => "hang past the deadline",
            Self::Lost => "something was lost",
            Self::Doubled => "something was doubled",
            Self::FalseSuccess => "false success",
            Self::SecondRequest => "second request after content",
            Self::NotOneTerminal => "not exactly one terminal item",
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs", self.runs)?;
        for wrong in ALL {
            let count = self.wrong.get(&wrong).map_or(0, |(count, _)| *count);
            write!(f, "; {wrong}: {count}")?;
        }
        Ok(())
    }
}
