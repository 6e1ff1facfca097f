//! Whatever the JSON, lowering ends, and its result is at rest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use steer_tools::{
    AllOf, Constants, Cycles, EnumValues, ExtraProperties, InputSchema, MinItems, Nullability, OneOf,
    RefSiblings, Refs, RequiredProperties, RootUnion, SchemaProfile,
};

const KEYS: &[&str] = &[
    "type",
    "properties",
    "required",
    "items",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "definitions",
    "enum",
    "const",
    "format",
    "minItems",
    "nullable",
    "description",
    "additionalProperties",
    "minimum",
    "not",
    "a",
    "b",
    "prefixItems",
    "default",
];

fn profiles() -> [SchemaProfile; 5] {
    let narrow = SchemaProfile::full().keywords(&[
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "enum",
        "description",
        "additionalProperties",
        "minItems",
        "nullable",
    ]);
    [
        narrow
            .refs(Refs::Inline)
            .all_of(AllOf::Merge)
            .one_of(OneOf::AnyOf)
            .constants(Constants::Enum)
            .enum_values(EnumValues::Strings)
            .nullability(Nullability::Keyword),
        narrow
            .refs(Refs::KeepAcyclic)
            .ref_siblings(RefSiblings::Annotations)
            .cycles(Cycles::CutAfter(2))
            .one_of(OneOf::AnyOf)
            .root_union(RootUnion::Flatten)
            .extra_properties(ExtraProperties::Forbid)
            .min_items(MinItems::ZeroOrOne),
        narrow
            .refs(Refs::Keep)
            .ref_siblings(RefSiblings::Forbidden)
            .extra_properties(ExtraProperties::Forbid)
            .required(RequiredProperties::All)
            .nullability(Nullability::AnyOf),
        narrow.required(RequiredProperties::All).nullability(Nullability::TypeArray).formats(&["date"]),
        SchemaProfile::full()
            .refs(Refs::Inline)
            .cycles(Cycles::CutAfter(1))
            .required(RequiredProperties::All),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = proptest::sample::select(vec![
        "object",
        "string",
        "array",
        "null",
        "integer",
        "number",
        "a",
        "#",
        "#/$defs/a",
        "#/$defs/b",
        "#/definitions/a",
        "#/properties/a",
        "date",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..5).prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 5, |inner| {
        let key = proptest::sample::select(KEYS);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..6).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

// JSON that is a schema more often than not: every keyword holds what it should.
fn any_schema() -> impl Strategy<Value = Value> {
    let names = || proptest::sample::select(vec!["a", "b", "type", "$ref"]);
    let kinds = || proptest::sample::select(vec!["object", "string", "array", "null", "integer"]);
    let leaf = prop_oneof![
        kinds().prop_map(|kind| json!({ "type": kind })),
        (kinds(), kinds())
            .prop_map(|(a, b)| json!({ "type": [a, b], "minLength": 2, "enum": ["x", 1, null] })),
        Just(json!({ "$ref": "#/$defs/a" })),
        Just(json!({ "$ref": "#/$defs/b", "description": "d" })),
        Just(json!({ "const": 5 })),
        Just(json!({ "type": "string", "format": "date", "nullable": true })),
        Just(json!({})),
        Just(json!(true)),
    ];
    let node = leaf.prop_recursive(4, 40, 4, move |inner| {
        let list = || proptest::collection::vec(inner.clone(), 1..3);
        let object = (proptest::collection::vec((names(), inner.clone()), 0..4), any::<bool>()).prop_map(|(p, closed)| {
            let required: Vec<&str> = p.iter().map(|(name, _)| *name).take(1).collect();
            let properties: Map<String, Value> = p.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": !closed })
        });
        prop_oneof![
            3 => object.clone(),
            1 => list().prop_map(|parts| json!({ "anyOf": parts })),
            1 => list().prop_map(|parts| json!({ "oneOf": parts, "title": "t" })),
            1 => list().prop_map(|parts| json!({ "allOf": parts })),
            1 => (object, list()).prop_map(|(mut object, parts)| { object["anyOf"] = parts.into(); object }),
            1 => inner.clone().prop_map(|item| json!({ "type": "array", "items": item, "minItems": 3 })),
            1 => list().prop_map(|items| json!({ "type": "array", "prefixItems": items })),
        ]
    });
    (node.clone(), node.clone(), node).prop_map(|(mut root, a, b)| {
        if let Value::Object(root) = &mut root {
            root.insert("$defs".to_owned(), json!({ "a": a, "b": b }));
        }
        root
    })
}

fn is_at_rest(profile: &SchemaProfile, schema: &Value) -> Result<(), TestCaseError> {
    let Ok(lowered) = profile.lower_value(schema) else {
        return Ok(());
    };
    let again = profile.lower_value(schema).expect("it could be lowered before");
    prop_assert_eq!(
        serde_json::to_string(&again.schema).unwrap(),
        serde_json::to_string(&lowered.schema).unwrap()
    );
    match profile.lower_value(&lowered.schema) {
        Ok(second) => {
            prop_assert_eq!(&second.schema, &lowered.schema);
            prop_assert_eq!(second.changes, vec![], "on {}", lowered.schema);
        }
        Err(error) => prop_assert!(false, "{} on {}", error, lowered.schema),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_json_never_panics_and_rests(schema in any_json()) {
        for profile in profiles() {
            is_at_rest(&profile, &schema)?;
        }
        let _ = InputSchema::from_json(schema);
    }

    #[test]
    fn a_lowered_schema_is_lowered_to_itself(schema in any_schema()) {
        for profile in profiles() {
            is_at_rest(&profile, &schema)?;
        }
    }
}
