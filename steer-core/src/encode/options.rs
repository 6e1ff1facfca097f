use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::ser::{Serialize, SerializeMap};
use serde_json::{Map, Value};

use crate::protocol::Call;

/// `BodyOptions` are the members that a request itself wants in the body; they win.
///
/// Its `Debug` hides the values.
#[derive(Default)]
pub struct BodyOptions<'a>(BTreeMap<&'a str, Vec<&'a Value>>);

impl fmt::Debug for BodyOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl<'a> BodyOptions<'a> {
    /// Those for the wire format of this name, and over them those for the provider.
    pub fn of(call: &'a Call, api: &str) -> Self {
        Self::among(&call.request.provider_options, call.model.id.provider.as_str(), api)
    }

    /// Those among a request's options that are for the wire format of this name, and over them those for the
    /// provider.
    pub fn among(given: &'a BTreeMap<String, Map<String, Value>>, provider: &str, api: &str) -> Self {
        let mut options = Self::default();
        let format = given.get(api).filter(|_| provider != api);
        for (member, value) in format.into_iter().chain(given.get(provider)).flatten() {
            options.0.entry(member).or_default().push(value);
        }
        options
    }

    /// Whether they say something of a member.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// `BodyWriter` writes the body's members, each with what the options say of it.
pub struct BodyWriter<'o, 'a, M> {
    map: M,
    options: &'o BodyOptions<'a>,
    written: BTreeSet<&'static str>,
}

impl<'o, 'a, M: SerializeMap> BodyWriter<'o, 'a, M> {
    /// Writes into a map.
    pub fn new(map: M, options: &'o BodyOptions<'a>) -> Self {
        Self { map, options, written: BTreeSet::new() }
    }

    /// Writes a member.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        let Some(patches) = self.options.0.get(name) else { return self.map.serialize_entry(name, value) };
        self.written.insert(name);
        let base = if patches.iter().all(|patch| patch.is_object()) {
            serde_json::to_value(value).map_err(serde::ser::Error::custom)?
        } else {
            Value::Null
        };
        self.patched(name, base, patches)
    }

    /// Writes a member that is not always there.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn optional<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.member(name, value))
    }

    /// Writes the options that no member took.
    ///
    /// # Errors
    /// A value cannot be written.
    pub fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, patches) in &self.options.0 {
            if !self.written.contains(name) {
                self.patched(name, Value::Null, patches)?;
            }
        }
        self.map.end()
    }

    fn patched(&mut self, name: &str, mut value: Value, patches: &[&Value]) -> Result<(), M::Error> {
        for patch in patches {
            merge(&mut value, patch);
        }
        if value.is_null() { Ok(()) } else { self.map.serialize_entry(name, &value) }
    }
}

/// Merges objects member by member; `null` removes, and anything else replaces.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.as_str()).or_insert(Value::Null), value);
            }
        }
    }
}
