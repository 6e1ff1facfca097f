use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::ser::{Serialize, SerializeMap};
use serde_json::{Map, Value};

use crate::json::RawJson;
use crate::protocol::Call;

/// `BodyOptions` are the members that a request itself wants in the body; they win.
///
/// Its `Debug` hides the values.
#[derive(Default)]
pub struct BodyOptions<'a> {
    patches: BTreeMap<&'a str, Vec<&'a Value>>,
    /// What the request's own body of this wire format had, in place of what would be written.
    kept: Option<&'a BTreeMap<String, Option<RawJson>>>,
}

impl fmt::Debug for BodyOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.patches.keys())
            .entries(self.kept.iter().flat_map(|kept| kept.keys()))
            .finish()
    }
}

impl<'a> BodyOptions<'a> {
    /// Those that the request's own body of this wire format had, over them those for the format, and over those
    /// the ones for the provider.
    pub fn of(call: &'a Call, api: &str) -> Self {
        let given = Self::among(&call.request.provider_options, call.model.id.provider.as_str(), api);
        Self { kept: call.request.kept(api), ..given }
    }

    /// Those among a request's options that are for the wire format of this name, and over them those for the
    /// provider.
    pub fn among(given: &'a BTreeMap<String, Map<String, Value>>, provider: &str, api: &str) -> Self {
        let mut options = Self::default();
        let format = given.get(api).filter(|_| provider != api);
        for (member, value) in format.into_iter().chain(given.get(provider)).flatten() {
            options.patches.entry(member).or_default().push(value);
        }
        options
    }

    /// What the request's own body had of a member; the inner `None` where it had none.
    fn kept_member(&self, name: &str) -> Option<Option<&'a RawJson>> {
        self.kept?.get(name).map(Option::as_ref)
    }

    /// Whether they say something of a member.
    pub fn has(&self, name: &str) -> bool {
        self.patches.contains_key(name) || self.kept_member(name).is_some()
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
        if let Some(kept) = self.options.kept_member(name) {
            self.written.insert(name);
            return self.kept(name, kept);
        }
        let Some(patches) = self.options.patches.get(name) else {
            return self.map.serialize_entry(name, value);
        };
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
        for (name, kept) in self.options.kept.into_iter().flatten() {
            if !self.written.contains(name.as_str()) {
                self.kept(name, kept.as_ref())?;
            }
        }
        for (name, patches) in &self.options.patches {
            if !self.written.contains(name) && self.options.kept_member(name).is_none() {
                self.patched(name, Value::Null, patches)?;
            }
        }
        self.map.end()
    }

    /// Writes what a body had of a member, with what the options say of it.
    fn kept(&mut self, name: &str, kept: Option<&RawJson>) -> Result<(), M::Error> {
        match (kept, self.options.patches.get(name)) {
            (Some(raw), None) => self.map.serialize_entry(name, raw.nested()),
            (None, None) => Ok(()),
            (kept, Some(patches)) => {
                let base = kept.and_then(|raw| raw.parse().ok()).unwrap_or_default();
                self.patched(name, base, patches)
            }
        }
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
