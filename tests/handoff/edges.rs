//! What every wire format must survive: turns of thoughts alone, schemas that refer to themselves, choices of tools.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use steer::message::{Role, Seal, Thinking, Visibility};
use steer::request::{FeaturePolicy, OnUnsupported};
use steer::{
    CompletionRequest, ErrorKind, InputSchema, Message, Origin, Part, ResponseFormat, ToolChoice, ToolSchema,
};

use crate::targets::{TARGETS, Target};

fn asking() -> CompletionRequest {
    CompletionRequest::new("some-model")
        .user("Hello")
        .max_output_tokens(100)
        .policy(FeaturePolicy::all(OnUnsupported::Warn))
}

fn body(target: &Target, request: CompletionRequest) -> Value {
    let sent = target.encode(request).unwrap_or_else(|error| panic!("{}: {error}", target.api));
    serde_json::from_slice(&sent.body).unwrap()
}

#[test]
fn a_turn_of_nothing_but_thoughts_is_no_empty_message() {
    for source in TARGETS {
        for thoughts in thoughts() {
            let parts = thoughts.into_iter().map(|thought| {
                let mut part = Part::Thinking(thought);
                let origin = Origin::new(source.provider.into(), source.api, "some-model");
                part.meta_mut().origin = Some(Arc::new(origin));
                part
            });
            let turn = Message::new(Role::Assistant, parts.collect());
            for target in TARGETS {
                let body = body(target, asking().message(turn.clone()).user("Go on"));
                let turns = ["messages", "contents", "input"].iter().find_map(|name| body[name].as_array());
                for turn in turns.unwrap() {
                    let says = says_something(turn);
                    assert!(says, "{} to {} is sent {turn}", source.api, target.api);
                }
            }
        }
    }
}

/// Turns of thinking: seen, sealed in both ways, hidden, empty, and several at once.
fn thoughts() -> Vec<Vec<Thinking>> {
    let sealed = |text: &str, seal| {
        let mut thinking = Thinking::new(text);
        thinking.seal = Some(seal);
        thinking
    };
    let mut hidden = sealed("", Seal::encrypted("c2VhbGVk"));
    hidden.visibility = Visibility::Redacted;
    vec![
        vec![Thinking::new("Hm.")],
        vec![sealed("Hm.", Seal::signature("c2lnbmVk"))],
        vec![sealed("Hm.", Seal::encrypted("c2VhbGVk"))],
        vec![hidden.clone()],
        vec![Thinking::new("")],
        vec![Thinking::new("Hm."), hidden, Thinking::new("Oh.")],
    ]
}

/// Whether a message holds a part or a text of whatever kind.
fn says_something(turn: &Value) -> bool {
    let members =
        turn.as_object().unwrap().iter().filter(|(name, _)| !["role", "id", "type"].contains(&&***name));
    members.map(|(_, value)| value).any(|value| match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => {
            list.iter().all(|part| part.as_object().is_some_and(|part| !part.is_empty())) && !list.is_empty()
        }
        Value::Object(object) => !object.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    })
}

#[test]
fn a_schema_that_refers_to_itself_is_written_or_refused_and_never_followed_without_end() {
    for (number, schema) in recursive().into_iter().enumerate() {
        for target in TARGETS {
            for request in [
                asking().tool(ToolSchema::new("look", InputSchema::from_json(schema.clone()).unwrap())),
                asking().tool(
                    ToolSchema::new("look", InputSchema::from_json(schema.clone()).unwrap()).strict(true),
                ),
                asking().response_format(ResponseFormat::json_schema("answer", schema.clone())),
            ] {
                // A stack that following it a few hundred times would use up.
                let small = std::thread::Builder::new().stack_size(512 << 10);
                let sent = std::thread::scope(|scope| {
                    small.spawn_scoped(scope, || target.encode(request)).unwrap().join().unwrap()
                });
                match sent {
                    Ok(sent) => {
                        assert!(sent.body.len() < 1 << 20, "{}: {} bytes", target.api, sent.body.len())
                    }
                    Err(error) => assert!(
                        matches!(error.kind(), ErrorKind::UnsupportedFeature | ErrorKind::InvalidRequest),
                        "schema {number} for {}: {error}",
                        target.api
                    ),
                }
            }
        }
    }
}

fn recursive() -> Vec<Value> {
    vec![
        json!({"type": "object", "properties": {"child": {"$ref": "#"}}}),
        json!({
            "type": "object",
            "properties": {"node": {"$ref": "#/$defs/Node"}},
            "$defs": {"Node": {"type": "object", "properties": {
                "left": {"$ref": "#/$defs/Node"}, "right": {"$ref": "#/$defs/Node"},
                "others": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            }}},
        }),
        // Around in a circle, without a schema anywhere.
        json!({
            "type": "object",
            "properties": {"a": {"$ref": "#/definitions/A"}},
            "definitions": {"A": {"$ref": "#/definitions/B"}, "B": {"$ref": "#/definitions/A"}},
        }),
        // By way of a union, under a name that pointers must escape.
        json!({
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/a~1b~0c"}},
            "$defs": {"a/b~c": {"anyOf": [{"type": "string"}, {"allOf": [{"$ref": "#/$defs/a~1b~0c"}]}]}},
        }),
    ]
}

#[test]
fn each_choice_of_tools_is_written_apart_and_none_as_null() {
    let tool = |name: &str| ToolSchema::new(name, InputSchema::empty());
    let asking = || asking().tool(tool("look")).tool(tool("ask"));
    for target in TARGETS {
        let mut bodies = BTreeSet::new();
        let choices =
            [ToolChoice::Auto, ToolChoice::None, ToolChoice::Required, ToolChoice::Tool("look".to_owned())];
        for choice in choices {
            let sent = target.encode(asking().tool_choice(choice.clone())).unwrap();
            let text = std::str::from_utf8(&sent.body).unwrap();
            let body: Value = serde_json::from_str(text).unwrap();
            for member in ["tool_choice", "toolConfig"] {
                let is_null = body.get(member).is_some_and(Value::is_null);
                assert!(!is_null, "{}: {choice:?} is sent as {text}", target.api);
            }
            // What a format has no word for is told.
            bodies.insert(format!("{text} {:?}", sent.warnings));
        }
        assert_eq!(bodies.len(), 4, "{}", target.api);
    }
}

#[test]
fn the_name_of_a_tool_for_people_is_sent_to_no_vendor() {
    for target in TARGETS {
        let tool = ToolSchema::new("look", InputSchema::empty()).display_name("For people");
        let body = body(target, asking().tool(tool)).to_string();
        assert!(body.contains("look") && !body.contains("For people"), "{}: {body}", target.api);
    }
}
