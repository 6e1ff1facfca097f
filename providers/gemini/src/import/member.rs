use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::CompletionRequest;
use steer_core::json::Record;

use crate::API;

/// Takes a member under either of its names: the JSON form of protocol buffers has `camelCase`, and readers of it take
/// `snake_case` too: <https://protobuf.dev/programming-guides/json/>.
pub(super) fn take<'a>(members: &mut Record<'a>, camel: &str, snake: &str) -> Option<&'a RawValue> {
    members.take(camel).or_else(|| members.take(snake))
}

/// The same, for a string.
pub(super) fn text(members: &mut Record<'_>, camel: &str, snake: &str) -> Option<String> {
    members.text(camel).or_else(|| members.text(snake))
}

/// The same, for a number or a truth.
pub(super) fn lenient<T: serde::de::DeserializeOwned>(
    members: &mut Record<'_>,
    camel: &str,
    snake: &str,
) -> Option<T> {
    members.lenient(camel).or_else(|| members.lenient(snake))
}

/// A whole number, which may be written as `40.0`.
pub(super) fn whole(members: &mut Record<'_>, camel: &str, snake: &str) -> Option<u32> {
    lenient(members, camel, snake).or_else(|| {
        let number: f64 = lenient(members, camel, snake)?;
        format!("{number:.0}").parse().ok()
    })
}

/// An object's members; none where there is no object.
pub(super) fn object(raw: Option<&RawValue>) -> Option<Record<'_>> {
    Record::read(raw?.get()).ok()
}

/// A member that the request has no type for.
pub(super) fn option(request: CompletionRequest, name: &str, value: Value) -> CompletionRequest {
    request.provider_option(API, name, value)
}

/// What an object has that the request has no types for.
pub(super) fn keep_rest(request: &mut CompletionRequest, name: &str, members: Record<'_>) {
    if let Some(rest) = members.into_extra().and_then(|rest| rest.parse::<Value>().ok()) {
        let options = request.provider_options.entry(API.to_owned()).or_default();
        options.insert(name.to_owned(), rest);
    }
}
