use std::fmt;

/// `Head` is how the last chunk began, up to its choices: members that every chunk of an answer repeats, and that say
/// nothing when they are repeated. A chunk that begins so too is read from behind them.
#[derive(Default)]
pub(super) struct Head(String);

impl Head {
    /// Whether a member says nothing a second time, with the same value in the chunk right behind.
    pub(super) fn may_hold(name: &str) -> bool {
        matches!(name, "id" | "object" | "created" | "model" | "service_tier" | "system_fingerprint")
    }

    /// How much of a chunk is known.
    pub(super) fn known(&self, json: &str) -> Option<usize> {
        (!self.0.is_empty() && json.starts_with(&self.0)).then_some(self.0.len())
    }

    pub(super) fn learn(&mut self, head: &str) {
        self.0.clear();
        self.0.push_str(head);
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head").field("length", &self.0.len()).finish()
    }
}
