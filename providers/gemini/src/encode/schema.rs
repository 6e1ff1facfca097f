use serde_json::Value;
use steer_core::ApiError;
use steer_core::encode::report_lowering;
use steer_core::protocol::Ledger;
use steer_core::tools::{
    AllOf, Constants, Cycles, EnumValues, Nullability, OneOf, RefSiblings, Refs, SchemaProfile,
};

use crate::SchemaForm;

/// The part of JSON Schema that the API reads, recursion among it:
/// <https://ai.google.dev/api/generate-content#FIELDS.response_json_schema>.
const JSON_SCHEMA: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "$anchor",
        "$id",
        "$schema",
        "additionalProperties",
        "anyOf",
        "default",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "oneOf",
        "prefixItems",
        "properties",
        "propertyOrdering",
        "required",
        "title",
        "type",
    ])
    .ref_siblings(RefSiblings::Forbidden)
    .all_of(AllOf::Merge)
    .constants(Constants::Enum);

/// The subset of OpenAPI that the API knew first; it has no references, so recursion is cut off:
/// <https://ai.google.dev/api/caching#Schema>.
const OPEN_API: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "anyOf",
        "description",
        "enum",
        "example",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "nullable",
        "pattern",
        "properties",
        "propertyOrdering",
        "required",
        "title",
        "type",
    ])
    .formats(&["float", "double", "int32", "int64", "enum", "date-time"])
    .refs(Refs::Inline)
    .cycles(Cycles::CutAfter(2))
    .all_of(AllOf::Merge)
    .one_of(OneOf::AnyOf)
    .constants(Constants::Enum)
    .enum_values(EnumValues::Strings)
    .nullability(Nullability::Keyword);

/// Rewrites a schema as the API takes it, and reports each change.
pub(super) fn lower(
    schema: &Value,
    form: SchemaForm,
    subject: &str,
    ledger: &mut Ledger,
) -> Result<Value, ApiError> {
    let profile = match form {
        SchemaForm::JsonSchema => JSON_SCHEMA,
        SchemaForm::OpenApi => OPEN_API,
    };
    report_lowering(profile.lower_value(schema), subject, ledger)
}
