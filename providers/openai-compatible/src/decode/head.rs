use std::fmt;

/// `Head` is how the last chunk began, up to its choices: members that every chunk of an answer repeats, and that say
/// nothing when they are repeated. A chunk that begins so too is read from behind them.
#[derive(Default)]
pub(super) struct Head(String);

/// Members that say nothing a second time, with the same value in the chunk right behind.
const NAMES: [&str; 6] = ["id", "object", "created", "model", "service_tier", "system_fingerprint"];

/// `Heading` finds how far the head of a chunk goes, while it is read.
#[derive(Debug, Default)]
pub(super) struct Heading {
    length: usize,
    /// Which of the names have come, by their places.
    seen: [bool; NAMES.len()],
    is_over: bool,
    is_unusual: bool,
}

impl Heading {
    /// Notes a member and where it ends.
    pub(super) fn member(&mut self, name: &str, end: usize) {
        let place = NAMES.iter().position(|known| *known == name);
        match place.and_then(|place| self.seen.get_mut(place)) {
            // What stands twice, or behind the choices, might say something new to the chunk behind.
            Some(seen) => self.is_unusual |= std::mem::replace(seen, true) || self.is_over,
            None => self.is_over = true,
        }
        if !self.is_over {
            self.length = end;
        }
    }

    /// How long the head is; nothing is known of a chunk that repeats one of its members.
    fn length(&self) -> usize {
        if self.is_unusual { 0 } else { self.length }
    }
}

impl Head {
    /// Whether a member may stand in a head.
    pub(super) fn may_hold(name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// How much of a chunk is known.
    pub(super) fn known(&self, json: &str) -> Option<usize> {
        (!self.0.is_empty() && json.starts_with(&self.0)).then_some(self.0.len())
    }

    /// Learns how a chunk begins.
    pub(super) fn learn(&mut self, json: &str, heading: &Heading) {
        self.0.clear();
        self.0.push_str(json.get(..heading.length()).unwrap_or_default());
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
