use serde_json::Value;
use steer_core::ApiError;
use steer_core::encode::report_lowering;
use steer_core::protocol::Ledger;
use steer_core::tools::{
    ExtraProperties, InputSchema, OneOf, RefSiblings, RequiredProperties, RootUnion, SchemaProfile,
};

/// The part of JSON Schema that strict tools and answers keep to:
/// <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>.
const STRICT: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "additionalProperties",
        "anyOf",
        "const",
        "description",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "multipleOf",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    ])
    .formats(&["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"])
    .ref_siblings(RefSiblings::Forbidden)
    .one_of(OneOf::AnyOf)
    .root_union(RootUnion::Flatten)
    .extra_properties(ExtraProperties::Forbid)
    .required(RequiredProperties::All)
    .max_depth(10)
    .max_properties(5000);

/// Rewrites the schema of a strict tool into the part of JSON Schema that such tools keep to.
///
/// # Errors
/// The policy denies what has to be changed.
pub fn strict_tool_schema(
    schema: &InputSchema,
    subject: &str,
    ledger: &mut Ledger,
) -> Result<Value, ApiError> {
    report_lowering(STRICT.lower(schema), subject, ledger)
}

/// Rewrites the schema of a strict answer into the part of JSON Schema that such answers keep to.
///
/// # Errors
/// The policy denies what has to be changed.
pub fn strict_answer_schema(schema: &Value, subject: &str, ledger: &mut Ledger) -> Result<Value, ApiError> {
    report_lowering(STRICT.lower_value(schema), subject, ledger)
}
