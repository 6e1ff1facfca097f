//! What the replay found, for people and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use super::compare::Difference;
use super::deliver::{Delivered, seed};
use super::recording::Recording;
use super::semantics::Outcome;

/// `Report` gathers what was found.
#[derive(Default)]
pub(super) struct Report {
    rows: BTreeMap<(String, String), Row>,
    lines: Vec<String>,
    outcomes: Vec<Outcome>,
    unreadable: usize,
}

/// `Finding` is one difference, and between whom.
pub(super) struct Finding {
    pub(super) between: String,
    pub(super) difference: Difference,
}

#[derive(Clone, Copy, Default)]
struct Row {
    passed: usize,
    failed: usize,
    unspoken: usize,
}

impl Report {
    pub(super) fn replayed(&mut self, recording: &Recording, findings: Vec<Finding>, delivered: Delivered) {
        self.outcomes.extend(delivered.first);
        let row = self.row(recording);
        if findings.is_empty() {
            row.passed = row.passed.saturating_add(1);
            return;
        }
        row.failed = row.failed.saturating_add(1);
        self.lines.push(named(recording));
        for Finding { between, difference: Difference { field, left, right } } in findings {
            self.lines.push(format!("  {field} ({between}): {left} / {right}"));
            if between.contains("random") {
                self.lines.push(format!("    the random pieces have the seed {:#018x}", seed(&recording.id)));
            }
        }
    }

    pub(super) fn panicked(&mut self, recording: &Recording, error: &str) {
        let row = self.row(recording);
        row.failed = row.failed.saturating_add(1);
        self.lines.push(named(recording));
        self.lines.push(format!("  the client panicked: {error}"));
    }

    pub(super) fn unspoken(&mut self, recording: &Recording) {
        let row = self.row(recording);
        row.unspoken = row.unspoken.saturating_add(1);
    }

    pub(super) fn unreadable(&mut self, file: PathBuf, why: String) {
        self.unreadable = self.unreadable.saturating_add(1);
        self.lines.push(format!("{}: no recording: {why}", file.display()));
    }

    /// Whether something was replayed and nothing was found.
    pub(super) fn passed(&self) -> bool {
        let total = self.total();
        total.passed > 0 && total.failed == 0 && self.unreadable == 0
    }

    /// Whether there are recordings of a wire format and no provider speaks it, or there are none of it at all.
    pub(super) fn is_unspoken(&self, api: &str) -> bool {
        let mut rows = self.rows.iter().filter(|((row_api, _), _)| row_api == api);
        !rows.any(|(_, row)| row.passed > 0 || row.failed > 0)
    }

    /// What was reported over a socket, one line of JSON for each recording, in the order of their ids.
    pub(super) fn json_lines(&self) -> serde_json::Result<String> {
        let mut lines = String::new();
        for outcome in &self.outcomes {
            lines.push_str(&serde_json::to_string(outcome)?);
            lines.push('\n');
        }
        Ok(lines)
    }

    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        if !self.rows.is_empty() {
            writeln!(out, "{:<24} {:<24} {:>7} {:>7}", "api", "vendor", "passed", "failed")?;
        }
        for ((api, vendor), row) in &self.rows {
            let note = if row.unspoken > 0 {
                format!("  {} not replayed: no linked provider speaks {api}", row.unspoken)
            } else {
                String::new()
            };
            writeln!(out, "{api:<24} {vendor:<24} {:>7} {:>7}{note}", row.passed, row.failed)?;
        }
        let total = self.total();
        if total.passed == 0 && total.failed == 0 {
            writeln!(out, "no recording was replayed; is the folder right, and do the filters leave any?")?;
        }
        let failed = total.failed.saturating_add(self.unreadable);
        writeln!(out, "{} passed, {failed} failed, {} not replayed", total.passed, total.unspoken)
    }

    fn row(&mut self, recording: &Recording) -> &mut Row {
        self.rows.entry((recording.api.clone(), recording.vendor.clone())).or_default()
    }

    fn total(&self) -> Row {
        self.rows.values().fold(Row::default(), |sum, row| Row {
            passed: sum.passed.saturating_add(row.passed),
            failed: sum.failed.saturating_add(row.failed),
            unspoken: sum.unspoken.saturating_add(row.unspoken),
        })
    }
}

fn named(recording: &Recording) -> String {
    format!("{}/{}.json", recording.folder.display(), recording.id)
}
