use std::borrow::Cow;
use std::collections::HashSet;

use super::names::{is_plain, plain};

/// How many candidates of one length are tried before a longer one.
const TRIES: u64 = 4096;
/// The separator and 16 hexadecimal digits.
const TAIL: usize = 17;

/// `IdRule` is which ids of tool calls a target takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdRule {
    /// Every text that is not empty.
    Any,
    /// At most this many letters, digits, `_` and `-`; 32 at least.
    Plain(usize),
    /// Exactly this many letters and digits.
    Alphanumeric(usize),
}

/// `CallIds` gives each tool call of a request an id that the target takes and that no other call has.
///
/// An id that fits stays; another one gets an id that follows from it alone, so that it stays the same while a
/// conversation grows and the prompt before it stays cached.
#[derive(Debug)]
pub struct CallIds<'a> {
    rule: IdRule,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> CallIds<'a> {
    /// Starts a request.
    pub fn new(rule: IdRule) -> Self {
        Self { rule, taken: HashSet::new() }
    }

    /// The id of one more call.
    pub fn take(&mut self, id: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let id = id.into();
        if self.rule.takes(&id) && self.taken.insert(Cow::clone(&id)) {
            return id;
        }
        let (mut salt, mut tries) = (0, 0_u64);
        loop {
            let candidate = Cow::Owned(self.rule.candidate(&id, hash(&id, salt), tries / TRIES));
            if self.taken.insert(Cow::clone(&candidate)) {
                return candidate;
            }
            // Where every call has the same id, counting up from one each time would take long.
            salt = if salt == 0 { self.taken.len() as u64 } else { salt.wrapping_add(1) };
            tries = tries.saturating_add(1);
        }
    }
}

impl IdRule {
    fn takes(self, id: &str) -> bool {
        match self {
            Self::Any => !id.is_empty(),
            Self::Plain(max) => is_plain(id, max),
            Self::Alphanumeric(length) => {
                id.len() == length && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
        }
    }

    /// `more` lengthens an id of a fixed length once none of them is free.
    fn candidate(self, id: &str, hash: u64, more: u64) -> String {
        match self {
            Self::Any => format!("{id}_{hash:016x}"),
            Self::Plain(max) => format!("{}_{hash:016x}", plain(id, max.saturating_sub(TAIL).max(1))),
            Self::Alphanumeric(length) => {
                let length = length.saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
                digits(hash).chain(digits(!hash)).cycle().take(length.max(1)).collect()
            }
        }
    }
}

/// Digits of base 62, the last one first.
fn digits(number: u64) -> impl Iterator<Item = char> + Clone {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::iter::successors(Some(number), |rest| Some(rest / 62).filter(|rest| *rest > 0))
        .filter_map(|rest| DIGITS.get(usize::try_from(rest % 62).ok()?).copied().map(char::from))
}

/// FNV-1a; the same everywhere and in every version.
pub(super) fn hash(text: &str, salt: u64) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().chain(salt.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{CallIds, IdRule};

    #[test]
    fn an_id_that_fits_stays_and_no_two_calls_share_one() {
        for rule in [IdRule::Any, IdRule::Plain(40), IdRule::Alphanumeric(9)] {
            let mut ids = CallIds::new(rule);
            assert_eq!(ids.take("abcDEF123"), "abcDEF123");
            let others: HashSet<_> = (0..500).map(|_| ids.take("abcDEF123")).collect();
            assert_eq!(others.len(), 500, "{rule:?}");
            assert!(others.iter().all(|id| rule.takes(id)), "{rule:?}");
        }
    }

    #[test]
    fn an_id_that_does_not_fit_always_becomes_the_same_one() {
        let id = "toolu_with/odd characters that are far too many for the target to take them";
        for rule in [IdRule::Plain(40), IdRule::Alphanumeric(9)] {
            let first = CallIds::new(rule).take(id);
            assert!(rule.takes(&first), "{rule:?}: {first}");
            let mut later = CallIds::new(rule);
            later.take("other");
            assert_eq!(later.take(id), first);
        }
    }

    #[test]
    fn a_rule_with_few_ids_still_gives_each_call_its_own() {
        let mut ids = CallIds::new(IdRule::Alphanumeric(1));
        let all: HashSet<_> = (0..200).map(|_| ids.take("")).collect();
        assert_eq!(all.len(), 200);
    }
}
