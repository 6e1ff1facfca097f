//! The catalogue: one line for each failure, with the tests that show it.

use std::fmt;
use std::str::FromStr;

/// `Catalogue` is the list of failures, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The failures.
    pub entries: Vec<Entry>,
}

/// `Entry` is one failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, counted from 1.
    pub number: usize,
    /// What the server sends.
    pub sent: String,
    /// What the client must do.
    pub must: String,
    /// The tests that show it; at least one.
    pub tests: Vec<TestName>,
}

/// `TestName` is a test as the catalogue names it: `package::target::path`, where the target is `lib`, `bins`, or the
/// name of a file or folder of tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestName {
    /// The package.
    pub package: String,
    /// The target.
    pub target: String,
    /// The test's path within it.
    pub path: String,
}

impl Catalogue {
    /// Reads the rows of the tables in a text.
    ///
    /// # Errors
    /// A row is incomplete or names no test, the numbers do not count on, or there is no row; the error says which.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut entries: Vec<Entry> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let place = || format!("line {}", at.saturating_add(1));
            let Some(row) = row(line) else { continue };
            let [number, sent, must, tests] = row[..] else {
                return Err(format!("{}: a row has four cells, not {}", place(), row.len()));
            };
            let next = entries.len().saturating_add(1);
            if number.parse() != Ok(next) {
                return Err(format!("{}: the number {next} comes next, not {number}", place()));
            }
            let tests: Vec<TestName> = named(tests).map_err(|wrong| format!("{}: {wrong}", place()))?;
            if sent.is_empty() || must.is_empty() || tests.is_empty() {
                return Err(format!(
                    "{}: entry {number} does not say what is sent, what must be, or which test shows it",
                    place()
                ));
            }
            entries.push(Entry { number: next, sent: sent.to_owned(), must: must.to_owned(), tests });
        }
        if entries.is_empty() { Err("there is no entry".to_owned()) } else { Ok(Self { entries }) }
    }

    /// All tests that are named, as often as they are.
    pub fn tests(&self) -> impl Iterator<Item = &TestName> {
        self.entries.iter().flat_map(|entry| &entry.tests)
    }
}

/// The cells of a table's row that begins with a number.
fn row(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<&str> =
        line.trim().strip_prefix('|')?.trim_end_matches('|').split('|').map(str::trim).collect();
    let is_number = cells.first().is_some_and(|cell| cell.starts_with(|first: char| first.is_ascii_digit()));
    is_number.then_some(cells)
}

/// The tests between back quotes.
fn named(cell: &str) -> Result<Vec<TestName>, String> {
    cell.split('`').skip(1).step_by(2).map(str::parse).collect()
}

impl FromStr for TestName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, "::").filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some(package), Some(target), Some(path)) => {
                Ok(Self { package: package.to_owned(), target: target.to_owned(), path: path.to_owned() })
            }
            _ => Err(format!("`{text}` is no `package::target::test`")),
        }
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}::{}", self.package, self.target, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_number_two_sentences_and_tests() {
        let read = Catalogue::read(
            "# Head\n\n| | a | b | c |\n|-|-|-|-|\n| 1 | x | y | `p::lib::a::b`, `p::t::c` |\n",
        );
        let entry = &read.unwrap().entries[0];
        assert_eq!((entry.number, entry.sent.as_str(), entry.must.as_str()), (1, "x", "y"));
        let shown: Vec<String> = entry.tests.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["p::lib::a::b", "p::t::c"]);
        assert_eq!((entry.tests[0].target.as_str(), entry.tests[0].path.as_str()), ("lib", "a::b"));
    }

    #[test]
    fn what_is_missing_or_out_of_order_is_told_with_its_line() {
        for (text, told) in [
            ("| 1 | x | y | |", "line 1: entry 1 does not say"),
            ("| 1 | x | `p::t::a` |", "line 1: a row has four cells, not 3"),
            ("| 2 | x | y | `p::t::a` |", "line 1: the number 1 comes next, not 2"),
            ("| 1 | x | y | `p::a` |", "line 1: `p::a` is no `package::target::test`"),
            ("no table", "there is no entry"),
        ] {
            let error = Catalogue::read(text).unwrap_err();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
