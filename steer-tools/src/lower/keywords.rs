//! Which keyword holds what: the places where schemas stand, and the keywords that belong to one type.

/// What a keyword holds, as far as a walk is concerned.
pub(super) enum Holds {
    /// One schema.
    Schema,
    /// A list of schemas.
    List,
    /// Schemas by name; the names are not keywords.
    Named,
    /// A value, in which nothing is a keyword.
    Value,
}

pub(super) fn holds(keyword: &str) -> Holds {
    match keyword {
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::Schema,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::List,
        "dependentSchemas" | "patternProperties" | "properties" => Holds::Named,
        _ => Holds::Value,
    }
}

/// Keywords that allow or refuse no value.
pub(super) fn is_annotation(keyword: &str) -> bool {
    const ANNOTATIONS: [&str; 13] = [
        "$anchor",
        "$comment",
        "$id",
        "$schema",
        "contentMediaType",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    ];
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// Annotations that tell a model nothing about the values to write.
pub(super) fn is_housekeeping(keyword: &str) -> bool {
    is_annotation(keyword) && !matches!(keyword, "contentMediaType" | "default" | "example" | "examples")
        || matches!(keyword, "$dynamicAnchor" | "$vocabulary" | "discriminator" | "externalDocs" | "xml")
}

/// The type whose values a keyword limits; numbers answer to `number`.
pub(super) fn type_of_keyword(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "contentEncoding" | "contentMediaType" | "contentSchema" | "format" | "maxLength" | "minLength"
        | "pattern" => "string",
        "exclusiveMaximum" | "exclusiveMinimum" | "maximum" | "minimum" | "multipleOf" => "number",
        "additionalItems" | "contains" | "items" | "maxContains" | "maxItems" | "minContains"
        | "minItems" | "prefixItems" | "unevaluatedItems" | "uniqueItems" => "array",
        "additionalProperties"
        | "dependentRequired"
        | "dependentSchemas"
        | "maxProperties"
        | "minProperties"
        | "patternProperties"
        | "properties"
        | "propertyNames"
        | "required"
        | "unevaluatedProperties" => "object",
        _ => return None,
    })
}
