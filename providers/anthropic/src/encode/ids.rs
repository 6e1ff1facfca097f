use std::borrow::Cow;
use std::collections::HashSet;

use super::names::{is_plain, plain};

const MAX_ID: usize = 64;
/// What is left of an id before the separator and 16 hexadecimal digits.
const MAX_STEM: usize = 47;

/// `Ids` gives each tool call of a request an id that the API takes and that no other call has.
///
/// An id that fits stays; another one gets an id that follows from it alone, so that it stays the same while a
/// conversation grows and the prompt before it stays cached.
#[derive(Debug, Default)]
pub(super) struct Ids<'a>(HashSet<Cow<'a, str>>);

impl<'a> Ids<'a> {
    /// The id of one more call.
    pub(super) fn take(&mut self, id: &'a str) -> Cow<'a, str> {
        if is_plain(id, MAX_ID) && self.0.insert(Cow::Borrowed(id)) {
            return Cow::Borrowed(id);
        }
        let stem = plain(id, MAX_STEM);
        let mut salt = 0;
        loop {
            let candidate = Cow::Owned(format!("{stem}_{:016x}", hash(id, salt)));
            if self.0.insert(Cow::clone(&candidate)) {
                return candidate;
            }
            // Where every call has the same id, counting up from one each time would take long.
            salt = if salt == 0 { self.0.len() as u64 } else { salt.wrapping_add(1) };
        }
    }
}

/// FNV-1a; the same everywhere and in every version.
fn hash(text: &str, salt: u64) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().chain(salt.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, step)
}
