//! JSON that a model wrote, read as a type; and where it does not fit, in words that the model can use.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::redact::Redacted;

/// How many nulls may be taken out before a text is given up.
const MAX_NULLS: usize = 64;

/// Reads JSON text as a type.
///
/// A null where the type takes none counts as an absent member: targets that hold a model to a schema in which every
/// member is required get null for what the type may leave out.
///
/// # Errors
///
/// [`Misfit`] with the place that does not fit.
pub fn fit<T: DeserializeOwned>(text: &str) -> Result<T, Misfit> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader);
    // What stands behind the value counts too, and before the value's own faults: a broken text has no good places.
    let end = reader.end();
    match (read, end) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => Err(Misfit::broken(&error)),
        (Err(error), _) if error.inner().is_data() => match serde_json::from_str(text) {
            Ok(value) => fit_without_nulls(value, error),
            Err(error) => Err(Misfit::broken(&error)),
        },
        (Err(error), _) => Err(Misfit::broken(error.inner())),
    }
}

fn fit_without_nulls<T: DeserializeOwned>(
    mut value: Value,
    mut error: serde_path_to_error::Error<serde_json::Error>,
) -> Result<T, Misfit> {
    for _ in 0..MAX_NULLS {
        if !take_null(&mut value, error.path()) {
            break;
        }
        match serde_path_to_error::deserialize(&value) {
            Ok(fitting) => return Ok(fitting),
            Err(next) => error = next,
        }
    }
    Err(Misfit { path: Some(error.path().to_string()), reason: error.inner().to_string() })
}

/// Takes the member at the path out of its object, if it is null.
fn take_null(value: &mut Value, path: &Path) -> bool {
    let mut segments: Vec<_> = path.iter().collect();
    let Some(Segment::Map { key: last }) = segments.pop() else { return false };
    let parent = segments.into_iter().try_fold(value, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(*index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get_mut(key),
        Segment::Unknown => None,
    });
    let Some(Value::Object(members)) = parent else { return false };
    members.get(last).is_some_and(Value::is_null) && members.remove(last).is_some()
}

/// Why JSON text is not of a type, and where.
///
/// Its text and its `Debug` hold nothing of what the model wrote; [`Misfit::for_model`] does.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the JSON that the model wrote {}; `for_model` says more", self.short())]
pub struct Misfit {
    /// `None` where the text is no JSON.
    path: Option<String>,
    reason: String,
}

impl Misfit {
    /// A misfit at a path, such as `cities[2].name`.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: Some(path.into()), reason: reason.into() }
    }

    fn broken(error: &serde_json::Error) -> Self {
        Self { path: None, reason: error.to_string() }
    }

    /// Whether the text is JSON at all.
    pub fn is_json(&self) -> bool {
        self.path.is_some()
    }

    /// The place that does not fit, such as `cities[2].name`; `.` is the whole value. Names of members may be the model's
    /// words.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What is wrong and where, for the model alone: it may quote what the model wrote.
    pub fn for_model(&self) -> String {
        match self.path.as_deref() {
            Some("." | "") => self.reason.clone(),
            Some(path) => format!("at `{path}`: {}", self.reason),
            None => format!("it is not valid JSON: {}", self.reason),
        }
    }

    fn short(&self) -> &'static str {
        if self.is_json() { "does not fit the type" } else { "is broken" }
    }
}

impl fmt::Debug for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Misfit")
            .field("is_json", &self.is_json())
            .field("path", &Redacted::option(self.path.as_ref()))
            .field("reason", &Redacted::text(&self.reason))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Trip {
        cities: Vec<City>,
        #[serde(default)]
        tags: Vec<String>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct City {
        name: String,
    }

    #[test]
    fn a_misfit_names_its_place_for_the_model_and_shows_nothing_to_others() {
        let misfit = fit::<Trip>(r#"{"cities":[{"name":"Oslo"},{"name":77}]}"#).unwrap_err();
        assert_eq!(misfit.path(), Some("cities[1].name"));
        let told = misfit.for_model();
        assert!(told.starts_with("at `cities[1].name`: invalid type: integer `77`"), "{told}");
        let shown = format!("{misfit} {misfit:?}");
        assert!(!shown.contains("77") && !shown.contains("cities"), "{shown}");
    }

    #[test]
    fn a_broken_text_is_no_json_whatever_fits_in_it() {
        for text in [r#"{"cities":[]"#, r#"{"cities":[]} and more"#, r#"{"cities":5"#, "", "No."] {
            let misfit = fit::<Trip>(text).unwrap_err();
            assert!(!misfit.is_json(), "{text}: {}", misfit.for_model());
        }
    }

    #[test]
    fn a_null_where_none_is_taken_is_an_absent_member() {
        let trip: Trip = fit(r#"{"cities":[],"tags":null}"#).unwrap();
        assert_eq!(trip, Trip { cities: vec![], tags: vec![] });
        let misfit = fit::<Trip>(r#"{"tags":null,"cities":null}"#).unwrap_err();
        assert!(misfit.for_model().contains("missing field `cities`"), "{}", misfit.for_model());
    }
}
