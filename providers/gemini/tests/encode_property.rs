//! Whatever conversation is given, the body is one that the API can read.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "tests may panic"
)]

mod encode_kit;

use std::collections::BTreeSet;

use encode_kit::{chat, foreign, ours, try_send, unlisted};
use proptest::prelude::*;
use serde_json::Value;
use steer_core::message::{Authority, CachePoint, Message, Role, Seal, Text, Thinking};
use steer_core::{ErrorKind, Part, ToolCall, ToolResult};

fn id() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), Just("a b".to_owned()), Just("a_b".to_owned()), "\\PC{0,80}"]
}

fn part() -> impl Strategy<Value = Part> {
    let text = prop_oneof![Just(" \n".to_owned()), "\\PC{0,12}"];
    let input = prop_oneof![Just(String::new()), Just("{\"a\":\"\\ud800\"}".to_owned()), "\\PC{0,12}"];
    let signed = "[a-z]{0,4}".prop_map(|data| {
        let mut thinking = Thinking::new("t");
        thinking.seal = Some(Seal::signature(data));
        Part::Thinking(thinking)
    });
    let kind = prop_oneof![
        4 => text.prop_map(|text| Part::Text(Text::new(text))),
        2 => (id(), "\\PC{0,8}", input).prop_map(|(id, name, input)| ToolCall::new(id, name, input).into()),
        2 => (id(), "\\PC{0,8}").prop_map(|(id, text)| ToolResult::text(id, text).into()),
        1 => signed,
    ];
    (kind, 0..3_u8, any::<bool>()).prop_map(|(part, origin, cached)| {
        let part = match origin {
            0 => part,
            1 => ours(part),
            _ => foreign(part),
        };
        if cached { part.cached(CachePoint::new()) } else { part }
    })
}

fn message() -> impl Strategy<Value = Message> {
    let spoken = (
        prop_oneof![Just(Role::User), Just(Role::Assistant), Just(Role::Tool)],
        prop::collection::vec(part(), 0..5),
    )
        .prop_map(|(role, parts)| Message::new(role, parts));
    prop_oneof![8 => spoken, 1 => "\\PC{0,8}".prop_map(|text| Message::system_note(text, Authority::System))]
}

/// Leaves out the results that no call waits for, so that a conversation is one that can be sent.
fn paired(mut messages: Vec<Message>) -> Vec<Message> {
    let mut open: Vec<String> = Vec::new();
    for message in &mut messages {
        message.parts.retain(|part| match part {
            Part::ToolCall(call) => {
                open.push(call.call.id.clone());
                true
            }
            Part::ToolResult(result) => {
                let place = open.iter().position(|id| *id == result.result.call_id);
                place.map(|place| open.remove(place)).is_some()
            }
            _ => true,
        });
    }
    messages
}

fn parts<'a>(content: &'a Value, kind: &'static str) -> Vec<&'a Value> {
    content["parts"].as_array().unwrap().iter().filter_map(|part| part.get(kind)).collect()
}

fn check(body: &Value, text: &str) {
    let contents = body["contents"].as_array().unwrap();
    assert!(contents.iter().any(|content| content["role"] == "user"), "{text}");
    assert!(parts(&contents[0], "functionCall").is_empty(), "{text}");
    let mut seen = BTreeSet::new();
    for (place, content) in contents.iter().enumerate() {
        let all = content["parts"].as_array().unwrap();
        assert!(!all.is_empty(), "{text}");
        let calls = parts(content, "functionCall");
        let responses = parts(content, "functionResponse");
        assert!(responses.is_empty() || responses.len() == all.len(), "responses stand alone: {text}");
        assert!(calls.is_empty() || content["role"] == "model", "{text}");
        assert!(responses.is_empty() || content["role"] == "user", "{text}");
        for call in &calls {
            assert!(call["args"].is_object(), "{text}");
            assert!(
                call.get("id").is_none_or(|id| seen.insert(id.to_string())),
                "an id is there twice: {text}"
            );
            let name = call["name"].as_str().unwrap();
            assert!((1..=64).contains(&name.len()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(&b)), "{name}");
            assert!(!name.starts_with(|c: char| c.is_ascii_digit() || ".:-".contains(c)), "{name}");
        }
        for response in &responses {
            assert!(response["response"].is_object(), "{text}");
        }
        let pairs = |list: &[&Value]| -> Vec<(Value, Value)> {
            list.iter().map(|one| (one["id"].clone(), one["name"].clone())).collect()
        };
        if place + 1 < contents.len() && !calls.is_empty() {
            assert_eq!(pairs(&calls), pairs(&parts(&contents[place + 1], "functionResponse")), "{text}");
        }
        if !responses.is_empty() {
            assert!(!parts(&contents[place - 1], "functionCall").is_empty(), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn every_conversation_is_written_as_the_api_wants_it(messages in prop::collection::vec(message(), 0..8)) {
        let request = chat().messages(paired(messages));
        match try_send(request.clone(), unlisted()) {
            Ok(sent) => {
                check(&sent.body, &sent.text);
                prop_assert_eq!(sent.text, try_send(request, unlisted()).unwrap().text);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                let allowed = ["no message with content", "more than one result"];
                prop_assert!(allowed.iter().any(|part| error.message().contains(part)), "{}", error.message());
            }
        }
    }

    #[test]
    fn any_results_whatever_end_in_a_body_or_an_error(messages in prop::collection::vec(message(), 0..8)) {
        if let Ok(sent) = try_send(chat().messages(messages), unlisted()) {
            check(&sent.body, &sent.text);
        }
    }
}
