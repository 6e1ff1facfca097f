//! How many tests ran, and how many must.

use serde_json::Value;

/// `TestCount` is what Cargo's test programs said of themselves, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestCount {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

/// Adds up the `test result:` lines of a test run.
#[must_use]
pub fn count(output: &str) -> TestCount {
    let results = output.lines().filter_map(|line| line.trim_start().strip_prefix("test result:"));
    results.fold(TestCount::default(), |sum, line| TestCount {
        passed: sum.passed.saturating_add(number_before(line, "passed")),
        failed: sum.failed.saturating_add(number_before(line, "failed")),
    })
}

/// The fewest tests that a package must run, as its metadata says.
///
/// # Errors
/// It does not say; the error tells what to add.
pub fn floor(metadata: &Value) -> Result<u64, String> {
    let floor = metadata.pointer("/steer/test-floor").and_then(Value::as_u64).filter(|floor| *floor > 0);
    floor.ok_or_else(|| {
        "the manifest states no test floor; add `[package.metadata.steer]` with `test-floor = N`, N being how many tests \
         it runs now"
            .to_owned()
    })
}

fn number_before(line: &str, word: &str) -> u64 {
    let mut parts = line.split([' ', ';', '.']).filter(|part| !part.is_empty());
    let mut last = "";
    parts
        .find_map(|part| {
            if part == word {
                last.parse().ok()
            } else {
                last = part;
                None
            }
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_of_several_programs_add_up() {
        let output = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.01s\n";
        assert_eq!(count(output), TestCount { passed: 12, failed: 3 });
        assert_eq!(count("error: could not compile"), TestCount::default());
    }

    #[test]
    fn a_missing_floor_says_what_to_add() {
        assert_eq!(floor(&json!({"steer": {"test-floor": 40}})), Ok(40));
        for without in [json!(null), json!({"steer": {}}), json!({"steer": {"test-floor": 0}})] {
            assert!(floor(&without).unwrap_err().contains("test-floor = N"));
        }
    }
}
