use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::message::{CachePoint, CacheTtl};
use steer_core::protocol::Ledger;

/// The most cache points of a request:
/// <https://docs.claude.com/en/docs/build-with-claude/prompt-caching#when-to-use-multiple-breakpoints>.
const MAX_POINTS: usize = 4;

/// `CacheControl` writes a cache point.
pub(super) struct CacheControl(pub(super) CachePoint);

impl Serialize for CacheControl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "ephemeral")?;
        match self.0.ttl {
            Some(CacheTtl::FiveMinutes) => map.serialize_entry("ttl", "5m")?,
            Some(CacheTtl::OneHour) => map.serialize_entry("ttl", "1h")?,
            _ => {}
        }
        map.end()
    }
}

/// Takes the first cache points away until no more are left than the API takes, since the last ones cover most of
/// the prompt. `points` are those of tools, system and messages in that order; `reserved` is how many the request
/// has beside them.
pub(super) fn limit<'p>(
    points: impl Iterator<Item = &'p mut Option<CachePoint>>,
    reserved: usize,
    ledger: &mut Ledger,
) {
    let set: Vec<_> = points.filter(|point| point.is_some()).collect();
    let excess = set.len().saturating_sub(MAX_POINTS.saturating_sub(reserved));
    for point in set.into_iter().take(excess) {
        *point = None;
    }
    if excess > 0 {
        ledger.adjusted(
            "cache_control",
            format!("a request takes {MAX_POINTS} cache points; the first {excess} were left out"),
        );
    }
}
