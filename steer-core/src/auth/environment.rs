mod folder;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// `Environment` is where environment variables are read: the process's own, or a given set.
///
/// An empty or blank variable counts as unset, and white space around a value is dropped. No `.env` file is read.
#[derive(Clone, Default)]
pub struct Environment(Option<Arc<BTreeMap<String, String>>>);

impl Environment {
    /// The process's own variables.
    pub fn process() -> Self {
        Self(None)
    }

    /// These variables and no others.
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Some(Arc::new(variables.collect())))
    }

    /// The value of a variable; `None` where it is unset or blank.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = match &self.0 {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        };
        value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Environment(given)" } else { "Environment(process)" })
    }
}
