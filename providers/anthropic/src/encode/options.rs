use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{Serialize, SerializeMap};
use serde_json::{Map, Value};
use steer_core::Call;

use crate::API;

/// `Options` are the members that the request itself wants in the body; they win.
#[derive(Debug, Default)]
pub(super) struct Options<'a>(BTreeMap<&'a str, Vec<&'a Value>>);

impl<'a> Options<'a> {
    /// Those for the wire format, and over them those for the provider.
    pub(super) fn of(call: &'a Call) -> Self {
        let mut options = Self::default();
        let provider = call.model.id.provider.as_str();
        let given = &call.request.provider_options;
        let format = given.get(API).filter(|_| provider != API);
        for (member, value) in format.into_iter().chain(given.get(provider)).flatten() {
            options.0.entry(member).or_default().push(value);
        }
        options
    }

    /// Whether they say something of a member.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// `Merging` writes the body's members, each with what the options say of it.
pub(super) struct Merging<'o, 'a, M> {
    map: M,
    options: &'o Options<'a>,
    written: BTreeSet<&'static str>,
}

impl<'o, 'a, M: SerializeMap> Merging<'o, 'a, M> {
    pub(super) fn new(map: M, options: &'o Options<'a>) -> Self {
        Self { map, options, written: BTreeSet::new() }
    }

    /// Writes a member.
    pub(super) fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
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
    pub(super) fn optional<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.member(name, value))
    }

    /// Writes the options that no member took.
    pub(super) fn end(mut self) -> Result<M::Ok, M::Error> {
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
