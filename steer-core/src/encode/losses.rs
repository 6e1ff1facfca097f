use std::collections::BTreeMap;

use crate::protocol::Ledger;

/// `Losses` counts what a long conversation loses, so that each kind of loss becomes one warning.
#[derive(Debug, Default)]
pub struct Losses(BTreeMap<(&'static str, &'static str), u64>);

impl Losses {
    /// One more `subject` was converted with a loss.
    pub fn count(&mut self, subject: &'static str, how: &'static str) {
        let count = self.0.entry((subject, how)).or_default();
        *count = count.saturating_add(1);
    }

    /// Writes the warnings.
    pub fn report(self, ledger: &mut Ledger) {
        for ((subject, how), count) in self.0 {
            match count {
                1 => ledger.converted(subject, how),
                _ => ledger.converted(subject, format!("{how} ({count} times)")),
            }
        }
    }
}
