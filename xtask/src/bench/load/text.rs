//! The texts that the answers are made of: the same in every process and on every machine.

/// What models write: mostly short words, some with escapes, some beyond ASCII.
const PIECES: [&str; 32] = [
    "The",
    " stream",
    " of",
    " tokens",
    " is",
    " read",
    " by",
    " the",
    " client",
    ",",
    " and",
    " each",
    " piece",
    " arrives",
    " on",
    " its",
    " own",
    ".",
    " It",
    " may",
    " be",
    " short",
    " or",
    " somewhat",
    " longer",
    " than",
    "\n\n",
    " \"quoted",
    "\"",
    " naïve",
    " 日本",
    " –",
];

/// `Words` gives piece after piece of a text that never ends.
pub(super) struct Words(u64);

impl Words {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, or 0.
    pub(super) fn number(&mut self, end: usize) -> usize {
        // Knuth's constants for a linear congruence; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }
}

impl Iterator for Words {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let place = self.number(PIECES.len());
        PIECES.get(place).copied()
    }
}

/// The text deltas of an answer.
pub(super) fn deltas(count: usize) -> Vec<&'static str> {
    Words::new(1).take(count).collect()
}

/// A conversation of about `bytes` bytes.
pub(super) fn conversation(turns: usize, bytes: usize) -> Vec<String> {
    let each = bytes.checked_div(turns).unwrap_or_default();
    let mut words = Words::new(2);
    let turn = |_| {
        let mut text = String::with_capacity(each.saturating_add(16));
        while text.len() < each {
            text.push_str(words.next().unwrap_or_default());
        }
        text
    };
    (0..turns).map(turn).collect()
}
