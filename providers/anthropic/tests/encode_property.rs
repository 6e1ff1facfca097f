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

fn blocks<'a>(turn: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> {
    turn["content"].as_array().into_iter().flatten().filter(move |block| block["type"] == kind)
}

fn check(body: &Value, text: &str) {
    let turns: Vec<&Value> = body["messages"].as_array().unwrap().iter().collect();
    let spoken: Vec<&&Value> = turns.iter().filter(|turn| turn["role"] != "system").collect();
    assert!(spoken.windows(2).all(|pair| pair[0]["role"] != pair[1]["role"]), "{text}");
    for (place, turn) in turns.iter().enumerate() {
        if turn["role"] == "system" {
            assert_eq!(turns[place - 1]["role"], "user", "{text}");
        }
    }
    assert!(text.matches("\"cache_control\":").count() <= 4, "{text}");
    let mut seen = BTreeSet::new();
    for (place, turn) in spoken.iter().enumerate() {
        let ids = |turn: &Value, kind, member: &str| -> Vec<String> {
            blocks(turn, kind).map(|block| block[member].as_str().unwrap().to_owned()).collect()
        };
        for block in blocks(turn, "text") {
            assert!(!block["text"].as_str().unwrap().trim().is_empty(), "{text}");
        }
        if let Some(content) = turn["content"].as_str() {
            assert!(!content.trim().is_empty(), "{text}");
        }
        let calls = ids(turn, "tool_use", "id");
        for id in &calls {
            assert!((1..=64).contains(&id.len()), "{id}");
            assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{id}");
            assert!(seen.insert(id.clone()), "{id} is there twice: {text}");
        }
        for call in blocks(turn, "tool_use") {
            assert!(call["input"].is_object() && turn["role"] == "assistant", "{text}");
        }
        let mut results =
            spoken.get(place + 1).map_or(Vec::new(), |next| ids(next, "tool_result", "tool_use_id"));
        if place + 1 < spoken.len() {
            let mut calls = calls;
            calls.sort();
            results.sort();
            assert_eq!(calls, results, "{text}");
        }
    }
    assert!(blocks(spoken[0], "tool_result").next().is_none(), "{text}");
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
