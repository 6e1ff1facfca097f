//! The table at the end.

use std::io::{self, Write};

use super::step::Ended;

/// A provider's line.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) build: Ended,
    pub(super) clippy: Ended,
    pub(super) tests: Ended,
    pub(super) registered: Ended,
}

pub(super) fn print(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let word = |ended: Ended| if ended.ok { "ok" } else { "FAILED" };
    writeln!(
        out,
        "{:<24} {:>9} {:>8} {:>12} {:>11}",
        "provider", "build s", "clippy", "tests", "registered"
    )?;
    for row in rows {
        let build = match row.build.ok {
            true => format!("{:.1}", row.build.took.as_secs_f64()),
            false => "FAILED".to_owned(),
        };
        let tests = format!("{} {}", row.tests.tests, word(row.tests));
        let (clippy, registered) = (word(row.clippy), word(row.registered));
        writeln!(out, "{:<24} {build:>9} {clippy:>8} {tests:>12} {registered:>11}", row.name)?;
    }
    Ok(())
}
