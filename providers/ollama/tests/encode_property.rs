//! Whatever conversation is given, the body is one that the API can read.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "tests may panic"
)]

mod encode_kit;

use std::collections::{BTreeSet, VecDeque};

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

fn check(body: &Value, text: &str) {
    let messages = body["messages"].as_array().unwrap();
    let mut open: VecDeque<(Value, Value)> = VecDeque::new();
    let mut seen = BTreeSet::new();
    for (place, message) in messages.iter().enumerate() {
        assert!(message["content"].is_string(), "{text}");
        let role = message["role"].as_str().unwrap();
        if role == "tool" {
            let answered = open.pop_front();
            let found = (message["tool_call_id"].clone(), message["tool_name"].clone());
            assert_eq!(answered, Some(found), "results follow their calls: {text}");
            continue;
        }
        assert!(open.is_empty(), "every call has its result: {text}");
        assert!(["system", "user", "assistant"].contains(&role), "{text}");
        let calls = message["tool_calls"].as_array().cloned().unwrap_or_default();
        assert!(calls.is_empty() || role == "assistant", "{text}");
        assert!(message.get("thinking").is_none() || role == "assistant", "{text}");
        let says = message["content"].as_str().unwrap().trim() != "";
        assert!(says || !calls.is_empty() || message.get("thinking").is_some(), "{text}");
        for call in calls {
            let function = &call["function"];
            assert!(function["arguments"].is_object(), "{text}");
            assert!(
                call.get("id").is_none_or(|id| seen.insert(id.to_string())),
                "an id is there twice: {text}"
            );
            let name = function["name"].as_str().unwrap();
            assert!((1..=64).contains(&name.len()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)), "{name}");
            if place + 1 < messages.len() {
                open.push_back((call["id"].clone(), function["name"].clone()));
            }
        }
    }
    assert!(open.is_empty(), "every call has its result: {text}");
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
                prop_assert!(error.message().contains("more than one result"), "{}", error.message());
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
