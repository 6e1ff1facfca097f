use std::fmt;

use serde::ser::{Serialize, Serializer};

/// `Joined` is texts as one, with a separator between them; written without a copy.
#[derive(Clone, Copy)]
pub struct Joined<'s, T>(pub &'s [T], pub &'static str);

impl<T> fmt::Debug for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Joined({} texts)", self.0.len())
    }
}

impl<T: AsRef<str>> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, text) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(self.1)?;
            }
            f.write_str(text.as_ref())?;
        }
        Ok(())
    }
}

impl<T: AsRef<str>> Serialize for Joined<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(one.as_ref()),
            _ => serializer.collect_str(self),
        }
    }
}
