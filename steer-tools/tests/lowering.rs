//! What a target cannot take is rewritten, moved or refused; never lost in silence.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use steer_tools::{
    AllOf, ChangeAction, Constants, Cycles, EnumValues, ExtraProperties, MinItems, Nullability, OneOf,
    RefSiblings, Refs, RequiredProperties, RootUnion, SchemaError, SchemaProfile,
};

const CLOSED: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "type",
        "enum",
        "const",
        "anyOf",
        "allOf",
        "properties",
        "required",
        "additionalProperties",
        "description",
        "title",
        "default",
        "format",
        "minItems",
        "items",
    ])
    .formats(&["date-time", "date", "email", "uri", "uuid"])
    .refs(Refs::KeepAcyclic)
    .ref_siblings(RefSiblings::Annotations)
    .one_of(OneOf::AnyOf)
    .root_union(RootUnion::Flatten)
    .extra_properties(ExtraProperties::Forbid)
    .min_items(MinItems::ZeroOrOne);

const OPENAPI: SchemaProfile = SchemaProfile::full()
    .keywords(&[
        "type",
        "format",
        "description",
        "nullable",
        "enum",
        "items",
        "properties",
        "required",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "anyOf",
    ])
    .formats(&["date-time", "enum", "float", "double", "int32", "int64"])
    .refs(Refs::Inline)
    .all_of(AllOf::Merge)
    .one_of(OneOf::AnyOf)
    .constants(Constants::Enum)
    .enum_values(EnumValues::Strings)
    .nullability(Nullability::Keyword);

const STRICT: SchemaProfile = CLOSED
    .refs(Refs::Keep)
    .ref_siblings(RefSiblings::Forbidden)
    .required(RequiredProperties::All)
    .nullability(Nullability::TypeArray);

fn order() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "id": { "type": "integer", "minimum": 1, "maximum": 9 },
            "mail": { "type": "string", "format": "email", "pattern": "@" },
            "status": { "const": "open" },
            "note": { "type": ["string", "null"], "maxLength": 20 },
            "tags": { "type": "array", "items": { "type": "string" }, "minItems": 2, "uniqueItems": true },
            "payer": { "$ref": "#/definitions/Per~1son%20A", "description": "Who pays." },
            "pay": { "oneOf": [
                { "type": "object", "properties": { "card": { "type": "string" } }, "required": ["card"] },
                { "type": "null" }
            ] },
            "extra": { "type": "object", "additionalProperties": { "type": "number" } },
            "point": { "type": "array", "prefixItems": [{ "type": "number" }, { "type": "string" }] }
        },
        "required": ["id", "payer", "gone"],
        "definitions": {
            "Per/son A": {
                "allOf": [
                    { "type": "object", "properties": { "name": { "type": "string", "minLength": 1 } }, "required": ["name"] },
                    { "properties": { "age": { "type": "integer" } }, "required": ["age"] }
                ],
                "title": "Person"
            }
        }
    })
}

fn lower(profile: SchemaProfile, schema: Value) -> Value {
    profile.lower_value(&schema).unwrap().schema
}

fn refusal(profile: SchemaProfile, schema: Value) -> SchemaError {
    profile.lower_value(&schema).unwrap_err()
}

fn shown(profile: SchemaProfile, schema: &Value) -> String {
    let lowered = profile.lower_value(schema).unwrap();
    let mut text = serde_json::to_string_pretty(&lowered.schema).unwrap();
    for change in lowered.changes {
        text += &format!("\n{:?} {} in {}", change.action, change.keyword, change.pointer);
    }
    text
}

#[test]
fn a_closed_target_gets_closed_objects_and_constraints_in_words() {
    insta::assert_snapshot!("closed", shown(CLOSED, &order()));
}

#[test]
fn an_openapi_target_gets_no_reference_and_nullable() {
    insta::assert_snapshot!("openapi", shown(OPENAPI, &order()));
}

#[test]
fn a_strict_target_gets_every_property_required() {
    insta::assert_snapshot!("strict", shown(STRICT, &order()));
}

#[test]
fn a_full_target_gets_the_schema_as_it_is() {
    let lowered = SchemaProfile::full().lower_value(&order()).unwrap();
    assert_eq!(lowered.schema, order());
    assert_eq!(lowered.changes, []);
}

#[test]
fn all_of_unites_required_and_keeps_its_siblings() {
    let schema = json!({
        "type": "object",
        "description": "Both.",
        "properties": { "c": { "type": "string" } },
        "required": ["c"],
        "allOf": [
            { "properties": { "a": { "type": "number" } }, "required": ["a"] },
            { "properties": { "a": { "type": "integer" } }, "required": ["a", "c"] }
        ]
    });
    let expected = json!({
        "type": "object",
        "description": "Both.",
        "properties": { "a": { "type": "integer" }, "c": { "type": "string" } },
        "required": ["c", "a"]
    });
    assert_eq!(lower(OPENAPI, schema), expected);
}

#[test]
fn all_of_that_contradicts_itself_is_refused() {
    let schema = json!({ "properties": { "a": { "allOf": [{ "type": "string" }, { "type": "number" }] } } });
    let expected = SchemaError::Conflict { pointer: "/properties/a".into(), keyword: "type".into() };
    assert_eq!(refusal(OPENAPI, schema), expected);
}

fn tree() -> Value {
    json!({
        "type": "object",
        "properties": { "root": { "$ref": "#/$defs/Node" } },
        "$defs": { "Node": {
            "type": "object",
            "properties": { "children": { "type": "array", "items": { "$ref": "#/$defs/Node" } } }
        } }
    })
}

#[test]
fn a_recursive_reference_is_refused_with_its_place() {
    for profile in [OPENAPI, CLOSED] {
        let expected = SchemaError::RecursiveRef {
            pointer: "/properties/root".into(),
            reference: "#/$defs/Node".into(),
        };
        assert_eq!(refusal(profile, tree()), expected);
    }
}

#[test]
fn a_recursive_reference_is_cut_after_the_given_times() {
    let lowered = lower(OPENAPI.cycles(Cycles::CutAfter(2)), tree());
    let inner = "/properties/root/properties/children/items/properties/children/items";
    assert_eq!(lowered.pointer(inner), Some(&json!({ "type": "object" })));
}

#[test]
fn a_recursive_reference_stays_where_the_target_takes_it() {
    let lowered = lower(STRICT, tree());
    assert_eq!(
        lowered["$defs"]["Node"]["properties"]["children"]["items"],
        json!({ "$ref": "#/$defs/Node" })
    );
}

#[test]
fn references_that_lead_around_in_a_circle_end_with_an_error() {
    let schema = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/B" }, "B": { "$ref": "#/$defs/A" } } });
    for profile in [OPENAPI, CLOSED] {
        assert!(matches!(refusal(profile, schema.clone()), SchemaError::RecursiveRef { .. }));
    }
}

#[test]
fn one_definition_used_twice_is_not_recursion() {
    let schema = json!({
        "allOf": [{ "$ref": "#/$defs/Base" }, { "properties": { "parent": { "$ref": "#/$defs/Base" } } }],
        "$defs": { "Base": { "type": "object", "properties": { "x": { "type": "string" } } } }
    });
    let lowered = lower(OPENAPI, schema);
    assert_eq!(lowered["properties"]["parent"]["properties"]["x"], json!({ "type": "string" }));
}

#[test]
fn references_that_double_at_every_level_end_with_an_error() {
    let mut definitions = serde_json::Map::new();
    for level in 0..40 {
        let next = format!("#/$defs/L{}", level + 1);
        let both = json!({ "properties": { "a": { "$ref": next }, "b": { "$ref": next } } });
        definitions.insert(format!("L{level}"), both);
    }
    definitions.insert("L40".into(), json!({ "type": "string" }));
    let schema = json!({ "$ref": "#/$defs/L0", "$defs": definitions });
    assert!(matches!(refusal(OPENAPI, schema), SchemaError::TooLarge { .. }));
}

#[test]
fn a_reference_to_nothing_names_its_place() {
    let schema = json!({ "properties": { "a/b": { "$ref": "#/$defs/None" } } });
    let expected =
        SchemaError::UnresolvedRef { pointer: "/properties/a~1b".into(), reference: "#/$defs/None".into() };
    assert_eq!(refusal(OPENAPI, schema), expected);
}

#[test]
fn properties_named_like_keywords_are_properties() {
    let schema = json!({
        "type": "object",
        "properties": {
            "$ref": { "type": "string" },
            "format": { "type": "string" },
            "allOf": { "type": "number" },
            "const": { "type": "boolean" },
            "pattern": { "type": "string" }
        },
        "required": ["$ref", "format"]
    });
    assert_eq!(lower(OPENAPI, schema.clone()), schema);
}

#[test]
fn values_are_not_taken_for_schemas() {
    let schema = json!({
        "type": "object",
        "properties": { "a": { "type": "object", "default": { "$ref": "#/nowhere", "const": 1 }, "properties": {}, "additionalProperties": false } },
        "additionalProperties": false
    });
    assert_eq!(lower(CLOSED, schema.clone()), schema);
}

#[test]
fn a_union_of_objects_takes_its_siblings_along_when_objects_are_closed() {
    let schema = json!({ "type": "object", "properties": { "u": {
        "type": "object",
        "description": "A shape.",
        "properties": { "name": { "type": "string" } },
        "required": ["name"],
        "oneOf": [
            { "properties": { "radius": { "type": "number" } }, "required": ["radius"] },
            { "properties": { "side": { "type": "number" } } }
        ]
    } } });
    let lowered = lower(CLOSED, schema);
    let expected = json!({ "description": "A shape.", "anyOf": [
        { "type": "object", "additionalProperties": false, "required": ["name", "radius"],
          "properties": { "name": { "type": "string" }, "radius": { "type": "number" } } },
        { "type": "object", "additionalProperties": false, "required": ["name"],
          "properties": { "name": { "type": "string" }, "side": { "type": "number" } } }
    ] });
    assert_eq!(lowered["properties"]["u"], expected);
}

#[test]
fn a_union_at_the_top_becomes_one_object() {
    let schema = json!({ "type": "object", "anyOf": [
        { "properties": { "k": { "const": "a" }, "x": { "type": "string" } }, "required": ["k", "x"] },
        { "properties": { "k": { "const": "b" } }, "required": ["k"] }
    ] });
    let expected = json!({
        "type": "object",
        "properties": { "k": { "anyOf": [{ "const": "a" }, { "const": "b" }] }, "x": { "type": "string" } },
        "required": ["k"],
        "additionalProperties": false
    });
    assert_eq!(lower(CLOSED, schema), expected);
}

#[test]
fn null_is_written_the_way_of_the_target() {
    let schema = json!({ "properties": { "a": { "type": ["string", "null"], "enum": ["x", null] } }, "type": "object" });
    let of = |style| lower(OPENAPI.nullability(style), schema.clone())["properties"]["a"].clone();
    assert_eq!(of(Nullability::Keyword), json!({ "type": "string", "nullable": true, "enum": ["x"] }));
    assert_eq!(
        of(Nullability::AnyOf),
        json!({ "anyOf": [{ "type": "string", "enum": ["x"] }, { "type": "null" }] })
    );
}

#[test]
fn several_types_become_alternatives_that_keep_their_own_limits() {
    let schema = json!({ "properties": { "a": { "type": ["string", "integer"], "minimum": 3, "description": "d" } }, "type": "object" });
    let expected =
        json!({ "description": "d", "anyOf": [{ "type": "string" }, { "type": "integer", "minimum": 3 }] });
    assert_eq!(lower(OPENAPI, schema)["properties"]["a"], expected);
}

#[test]
fn nesting_beyond_the_limit_is_refused_and_not_walked() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..127 {
        schema = json!({ "type": "array", "items": schema });
    }
    assert!(OPENAPI.lower_value(&schema).is_ok());
    let deeper = json!({ "type": "array", "items": schema });
    assert_eq!(refusal(OPENAPI, deeper), SchemaError::TooDeep { limit: 128 });
}

#[test]
fn the_targets_own_limits_are_checked() {
    let schema = json!({ "type": "object", "properties": { "a": {}, "b": { "items": {} } } });
    assert_eq!(refusal(OPENAPI.max_depth(2), schema.clone()), SchemaError::TooDeep { limit: 2 });
    let expected = SchemaError::TooManyProperties { count: 2, limit: 1 };
    assert_eq!(refusal(OPENAPI.max_properties(1), schema.clone()), expected);
    assert!(OPENAPI.max_depth(3).max_properties(2).lower_value(&schema).is_ok());
}

#[test]
fn what_goes_into_words_is_reported_as_moved() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 3, "title": "T" } } });
    let changes = OPENAPI.lower_value(&schema).unwrap().changes;
    let found: Vec<_> = changes.iter().map(|c| (c.pointer.as_str(), c.keyword.as_str(), c.action)).collect();
    let at = "/properties/a";
    assert_eq!(found, [(at, "maxLength", ChangeAction::Moved), (at, "title", ChangeAction::Dropped)]);
}
