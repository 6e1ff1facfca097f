//! What was found, for people.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use super::recorded::Recorded;
use super::round::{Pieces, Round};

/// `Report` gathers what was found.
#[derive(Default)]
pub(super) struct Report {
    rows: BTreeMap<String, Row>,
    lines: Vec<String>,
    unreadable: usize,
}

/// What came of one wire format's bodies.
#[derive(Clone, Copy, Default)]
struct Row {
    equal: usize,
    different: usize,
    pieces: Pieces,
    kept_settings: usize,
    bodiless: usize,
    unread: usize,
}

impl Report {
    pub(super) fn add(&mut self, recording: &Recorded, round: Round) {
        let row = self.row(&recording.api);
        row.pieces.all = row.pieces.all.saturating_add(round.pieces.all);
        row.pieces.kept = row.pieces.kept.saturating_add(round.pieces.kept);
        row.kept_settings = row.kept_settings.saturating_add(usize::from(round.has_kept_settings));
        if round.faults.is_empty() {
            row.equal = row.equal.saturating_add(1);
            return;
        }
        row.different = row.different.saturating_add(1);
        self.lines.push(recording.file.display().to_string());
        self.lines.extend(round.faults.into_iter().map(|fault| format!("  {fault}")));
    }

    /// A recording without a request.
    pub(super) fn bodiless(&mut self, api: &str) {
        let row = self.row(api);
        row.bodiless = row.bodiless.saturating_add(1);
    }

    /// A body of a wire format that nothing reads.
    pub(super) fn unread(&mut self, api: &str) {
        let row = self.row(api);
        row.unread = row.unread.saturating_add(1);
    }

    pub(super) fn unreadable(&mut self, file: &Path, why: &str) {
        self.unreadable = self.unreadable.saturating_add(1);
        self.lines.push(format!("{}: no recording: {why}", file.display()));
    }

    /// Whether bodies were read, of each wire format that was asked for, and all came out equal.
    pub(super) fn passed(&self, apis: &[String]) -> bool {
        let was_read = |row: &Row| row.equal > 0;
        let each = apis.iter().all(|api| self.rows.get(api).is_some_and(was_read));
        let none_differs = self.rows.values().all(|row| row.different == 0);
        each && none_differs && self.unreadable == 0 && self.rows.values().any(was_read)
    }

    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        if !self.rows.is_empty() {
            writeln!(out, "{:<24} {:>7} {:>9}  as they stood", "api", "equal", "different")?;
        }
        for (api, row) in &self.rows {
            write!(out, "{api:<24} {:>7} {:>9}", row.equal, row.different)?;
            let Pieces { all, kept } = row.pieces;
            write!(out, "  {kept} of {all} messages and tools, settings of {}", row.kept_settings)?;
            if row.bodiless > 0 {
                write!(out, "; {} recordings have no request", row.bodiless)?;
            }
            if row.unread > 0 {
                write!(out, "; {} bodies not read: no linked crate reads {api}", row.unread)?;
            }
            writeln!(out)?;
        }
        let sum = |field: fn(&Row) -> usize| self.rows.values().map(field).sum::<usize>();
        let (equal, different) = (sum(|row| row.equal), sum(|row| row.different));
        if equal == 0 && different == 0 {
            writeln!(out, "no body was read; is the folder right, and do the filters leave any?")?;
        }
        let unread = sum(|row| row.unread);
        writeln!(out, "{equal} bodies equal, {different} different, {unread} of formats that nothing reads")
    }

    fn row(&mut self, api: &str) -> &mut Row {
        self.rows.entry(api.to_owned()).or_default()
    }
}
