use serde::ser::{Serialize, SerializeMap};

use smallvec::SmallVec;

use crate::json::Members;

/// `Object` writes a JSON object of typed members, and after them those further members that repeat none.
pub struct Object<M> {
    map: M,
    written: SmallVec<[&'static str; 8]>,
}

impl<M: SerializeMap> Object<M> {
    /// Writes into a map.
    pub fn new(map: M) -> Self {
        Self { map, written: SmallVec::new() }
    }

    /// Writes a member.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        self.written.push(name);
        self.map.serialize_entry(name, value)
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

    /// Writes the further members, but for those that were written and those that are `reserved`.
    ///
    /// # Errors
    /// A value cannot be written.
    pub fn end(mut self, extra: &Members<'_>, reserved: &[&str]) -> Result<M::Ok, M::Error> {
        for (name, value) in extra.rest() {
            if !self.written.contains(&name) && !reserved.contains(&name) {
                self.map.serialize_entry(name, value)?;
            }
        }
        self.map.end()
    }
}
