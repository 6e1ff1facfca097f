use std::fmt;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::json::RawJson;

/// `Replay` is the vendor's own JSON of something that was read into our types. The encoder of the same wire format
/// sends it again as it is, as long as what it was read into is unchanged; a change made since wins over it, and no
/// other wire format ever sees it.
///
/// Its `Debug` hides the JSON.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Replay<T = RawJson> {
    api: String,
    json: T,
    /// The fingerprint of what the JSON was read into.
    read: String,
}

impl<T> Replay<T> {
    /// Keeps the JSON of `read`, which came in this wire format.
    pub fn new(api: impl Into<String>, json: T, read: &impl Serialize) -> Self {
        Self { api: api.into(), json, read: fingerprint(read) }
    }

    /// The JSON, if this is the wire format that it came in and if it was read into just this.
    pub fn get(&self, api: &str, now: &impl Serialize) -> Option<&T> {
        (self.api == api && self.read == fingerprint(now)).then_some(&self.json)
    }

    /// The wire format that the JSON came in.
    pub fn api(&self) -> &str {
        &self.api
    }
}

impl<T> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("api", &self.api).finish_non_exhaustive()
    }
}

/// What tells one value from another, the same in every version and on every machine.
fn fingerprint(value: &impl Serialize) -> String {
    let mut hash = Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    // What has no JSON form has none to be told from either; our own nouns have one.
    let _ = serde_json::to_writer(&mut hash, value);
    format!("{:032x}", hash.0)
}

/// FNV-1a of 128 bits.
struct Fnv(u128);

impl Write for Fnv {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Replay;

    #[test]
    fn it_holds_for_what_was_read_and_for_nothing_else() {
        let replay = Replay::new("acme-chat", 7, &["a", "b"]);
        assert_eq!(replay.get("acme-chat", &["a", "b"]), Some(&7));
        assert_eq!(replay.get("acme-chat", &["a", "c"]), None);
        assert_eq!(replay.get("other-chat", &["a", "b"]), None);
        let stored = serde_json::to_value(&replay).unwrap();
        assert_eq!(serde_json::from_value::<Replay<i32>>(stored).unwrap(), replay);
    }

    #[test]
    fn debug_hides_the_json() {
        assert!(!format!("{:?}", Replay::new("acme-chat", "secret", &1)).contains("secret"));
    }
}
