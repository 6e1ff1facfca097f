use std::collections::BTreeMap;

use serde_json::Value;
use steer_tools::{Lowered, SchemaError};

use crate::error::{ApiError, ErrorKind};
use crate::protocol::Ledger;

const MAX_REPORTED: usize = 20;

/// Takes the schema of a lowering and writes down what was changed, at most 20 places of it one by one.
///
/// # Errors
/// The schema could not be lowered; the error names `subject`.
pub fn report_lowering(
    lowered: Result<Lowered, SchemaError>,
    subject: &str,
    ledger: &mut Ledger,
) -> Result<Value, ApiError> {
    let lowered = lowered.map_err(|error| {
        ApiError::new(ErrorKind::InvalidRequest, format!("{subject}: {error}")).with_source(error)
    })?;
    let mut changed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in &lowered.changes {
        let keywords = changed.entry(&change.pointer).or_default();
        if !keywords.contains(&change.keyword.as_str()) {
            keywords.push(&change.keyword);
        }
    }
    for (pointer, keywords) in changed.iter().take(MAX_REPORTED) {
        let keywords = keywords.join(", ");
        ledger.converted(
            &format!("{subject}{pointer}"),
            format!("the API does not enforce what the schema says with {keywords}; it was rewritten"),
        );
    }
    let rest = changed.len().saturating_sub(MAX_REPORTED);
    if rest > 0 {
        ledger.converted(subject, format!("and {rest} more places of the schema were rewritten"));
    }
    Ok(lowered.schema)
}
