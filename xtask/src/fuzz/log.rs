use std::collections::BTreeMap;
use std::fmt;

use super::session::Ended;

/// `Log` is the sum of all sessions that were recorded: a table of Markdown, and the text before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    before: String,
    sums: BTreeMap<String, Sum>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    runs: u64,
    seconds: u64,
    /// Those of the last session: the code changes, so that a sum or a maximum would mean nothing.
    edges: u64,
    findings: u64,
}

const HEAD: &str = "| Target | Runs | Seconds | Edges | Findings |\n|-|-:|-:|-:|-:|\n";

impl Log {
    /// Reads a log.
    ///
    /// # Errors
    /// There is no table, or a row of it is none; the error says which.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (before, rows) = text.split_once(HEAD).ok_or("it has no table")?;
        let sums = rows.lines().map(|row| Sum::read(row).ok_or_else(|| format!("`{row}` is no row")));
        Ok(Self { before: before.to_owned(), sums: sums.collect::<Result<_, _>>()? })
    }

    /// Adds a session.
    pub(super) fn add(&mut self, ended: &Ended) {
        let sum = self.sums.entry(ended.target.clone()).or_default();
        sum.runs = sum.runs.saturating_add(ended.runs);
        sum.seconds = sum.seconds.saturating_add(ended.seconds);
        sum.edges = ended.edges;
        sum.findings = sum.findings.saturating_add(u64::from(ended.finding.is_some()));
    }
}

impl Sum {
    fn read(row: &str) -> Option<(String, Self)> {
        let cells: Vec<&str> = row.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let [target, runs, seconds, edges, findings] = cells[..] else { return None };
        let number = |cell: &str| cell.replace(',', "").parse().ok();
        let sum = Self {
            runs: number(runs)?,
            seconds: number(seconds)?,
            edges: number(edges)?,
            findings: number(findings)?,
        };
        Some((target.to_owned(), sum))
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{HEAD}", self.before)?;
        for (target, sum) in &self.sums {
            let [runs, seconds, edges, findings] =
                [sum.runs, sum.seconds, sum.edges, sum.findings].map(grouped);
            writeln!(f, "| {target} | {runs} | {seconds} | {edges} | {findings} |")?;
        }
        Ok(())
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{Ended, HEAD, Log};

    #[test]
    fn a_session_is_added_to_the_sums_and_the_rest_stays() {
        let text = format!("# Words\n\n{HEAD}| b | 1,234,567 | 301 | 90 | 1 |\n");
        let mut log = Log::read(&text).unwrap();
        assert_eq!(log.to_string(), text);
        let ended = |target: &str, finding: Option<&str>| Ended {
            target: target.to_owned(),
            runs: 1_000_000,
            seconds: 30,
            edges: 95,
            finding: finding.map(str::to_owned),
        };
        log.add(&ended("b", Some("it panicked")));
        log.add(&ended("a", None));
        let sums = "| a | 1,000,000 | 30 | 95 | 0 |\n| b | 2,234,567 | 331 | 95 | 2 |\n";
        assert_eq!(log.to_string(), format!("# Words\n\n{HEAD}{sums}"));
    }

    #[test]
    fn what_is_no_log_is_not_written_over() {
        assert!(Log::read("words").is_err());
        assert!(Log::read(&format!("{HEAD}| a | many | 1 | 1 | 0 |\n")).unwrap_err().contains("many"));
        assert!(Log::read(&format!("{HEAD}| a | 1 | 1 |\n")).is_err());
    }
}
