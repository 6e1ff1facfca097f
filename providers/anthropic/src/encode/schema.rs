use std::collections::BTreeMap;

use serde_json::Value;
use steer_core::ApiError;
use steer_core::protocol::Ledger;
use steer_core::tools::{
    ExtraProperties, InputSchema, Lowered, MinItems, OneOf, RefSiblings, Refs, SchemaError, SchemaProfile,
};

use super::invalid;

/// The part of JSON Schema that the API enforces:
/// <https://docs.claude.com/en/docs/build-with-claude/structured-outputs#json-schema-limitations>.
const PROFILE: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "description",
        "enum",
        "format",
        "items",
        "minItems",
        "properties",
        "required",
        "title",
        "type",
    ])
    .formats(&["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"])
    .refs(Refs::KeepAcyclic)
    .ref_siblings(RefSiblings::Forbidden)
    .one_of(OneOf::AnyOf)
    .extra_properties(ExtraProperties::Forbid)
    .min_items(MinItems::ZeroOrOne);

const MAX_REPORTED: usize = 20;

/// Rewrites the schema of a strict tool.
pub(super) fn tool(schema: &InputSchema, subject: &str, ledger: &mut Ledger) -> Result<Value, ApiError> {
    report(PROFILE.lower(schema), subject, ledger)
}

/// Rewrites the schema of an answer.
pub(super) fn answer(schema: &Value, subject: &str, ledger: &mut Ledger) -> Result<Value, ApiError> {
    report(PROFILE.lower_value(schema), subject, ledger)
}

fn report(
    lowered: Result<Lowered, SchemaError>,
    subject: &str,
    ledger: &mut Ledger,
) -> Result<Value, ApiError> {
    let lowered = lowered.map_err(|error| invalid(format!("{subject}: {error}")).with_source(error))?;
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
