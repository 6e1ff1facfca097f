use serde_json::Value;
use steer_core::ApiError;
use steer_core::encode::report_lowering;
use steer_core::protocol::Ledger;
use steer_core::tools::{ExtraProperties, InputSchema, MinItems, OneOf, RefSiblings, Refs, SchemaProfile};

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

/// Rewrites the schema of a strict tool.
pub(super) fn tool(schema: &InputSchema, subject: &str, ledger: &mut Ledger) -> Result<Value, ApiError> {
    report_lowering(PROFILE.lower(schema), subject, ledger)
}

/// Rewrites the schema of an answer.
pub(super) fn answer(schema: &Value, subject: &str, ledger: &mut Ledger) -> Result<Value, ApiError> {
    report_lowering(PROFILE.lower_value(schema), subject, ledger)
}
