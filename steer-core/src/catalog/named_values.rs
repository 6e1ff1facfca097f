use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// `NamedValues` are headers, or parameters of addresses, by name. Its `Debug` shows the names alone, since some
/// values are secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamedValues(BTreeMap<String, String>);

impl NamedValues {
    /// The names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a value in place of the one of that name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Takes the others over what is there, name by name.
    pub(crate) fn overlay(&mut self, over: Self) {
        self.0.extend(over.0);
    }

    /// The same, with names in small letters, since headers are the same in either.
    pub(crate) fn lowercase(self) -> Self {
        Self(self.0.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
    }
}

impl fmt::Debug for NamedValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::NamedValues;

    #[test]
    fn a_value_is_never_printed() {
        let mut values = NamedValues::default();
        values.insert("x-gateway", "CANARY");
        assert_eq!(format!("{values:?}"), "{\"x-gateway\"}");
    }
}
