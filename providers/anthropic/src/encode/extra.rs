use serde_json::value::RawValue;
use steer_core::RawJson;
use steer_core::json::Members;

/// The members of an object; `None` where the JSON is something else.
pub(super) fn members(raw: &RawJson) -> Option<Members<'_>> {
    Members::read(raw.get()).ok()
}

/// Members without a type, but for those that are written typed. Cache points are typed, and counted, so they are
/// never among them.
pub(super) fn beside<'m, 'a>(
    members: &'m Members<'a>,
    typed: &[&str],
) -> impl Iterator<Item = (&'m str, &'a RawValue)> {
    members.rest().filter(move |(name, _)| *name != "cache_control" && !typed.contains(name))
}

pub(super) fn is_empty(members: &Members<'_>) -> bool {
    members.rest().next().is_none()
}
