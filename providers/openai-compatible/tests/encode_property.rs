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

use encode_kit::{changed, chat, foreign, ours, try_send};
use proptest::prelude::*;
use serde_json::Value;
use steer_core::message::{Authority, Message, Refusal, Role, Text, Thinking, ToolCallPart};
use steer_core::{ErrorKind, Media, Part, ToolCall, ToolResult};
use steer_openai_compatible::{Dialect, EmptyContent, ThinkingReplay, ToolIds};

fn id() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), Just(String::new()), Just("call_1".to_owned()), "\\PC{0,60}"]
}

fn part() -> impl Strategy<Value = Part> {
    let text = prop_oneof![Just(" \n".to_owned()), "\\PC{0,12}"];
    let input = prop_oneof![Just(String::new()), Just("{\"a\":\"\\ud800\"}".to_owned()), "\\PC{0,12}"];
    let call = (id(), "\\PC{0,8}", input, any::<bool>()).prop_map(|(id, name, input, legacy)| {
        let mut part = ToolCallPart::new(ToolCall::new(id, name, input));
        part.kind = legacy.then(|| "function_call".to_owned());
        Part::ToolCall(part)
    });
    let result = (id(), "\\PC{0,8}", any::<bool>()).prop_map(|(id, text, seen)| {
        let result = ToolResult::text(id, text);
        if seen { result.media(Media::image_url("https://a/b.png")).into() } else { result.into() }
    });
    let kind = prop_oneof![
        4 => text.prop_map(|text| Part::Text(Text::new(text))),
        3 => call,
        3 => result,
        1 => "[a-z]{0,4}".prop_map(|text| Part::Thinking(Thinking::new(text))),
        1 => "[a-z]{0,4}".prop_map(|text| Part::Refusal(Refusal::new(text))),
    ];
    (kind, 0..3_u8).prop_map(|(part, origin)| match origin {
        0 => part,
        1 => ours(part),
        _ => foreign(part),
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

fn dialect() -> impl Strategy<Value = Dialect> {
    let thinking = prop_oneof![
        Just(ThinkingReplay::Never),
        Just(ThinkingReplay::Text("reasoning")),
        Just(ThinkingReplay::EveryTurn("reasoning_content")),
        Just(ThinkingReplay::Details),
    ];
    let ids = prop_oneof![Just(ToolIds::Any), Just(ToolIds::UpTo(40)), Just(ToolIds::Alphanumeric(9))];
    let empty = prop_oneof![Just(EmptyContent::Null), Just(EmptyContent::Text), Just(EmptyContent::Omitted)];
    (thinking, ids, empty, any::<bool>()).prop_map(|(thinking, ids, empty, extras)| {
        changed(|dialect| {
            (dialect.thinking_replay, dialect.tool_ids) = (thinking, ids);
            (dialect.empty_content, dialect.extras) = (empty, extras);
        })
    })
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

fn check(body: &Value, text: &str, dialect: &Dialect) {
    let mut seen = BTreeSet::new();
    // The calls that wait, in order; a call of the old form by its name.
    let mut waiting: Vec<String> = Vec::new();
    let messages = body["messages"].as_array().unwrap();
    for (place, message) in messages.iter().enumerate() {
        match message["role"].as_str().unwrap() {
            "tool" => assert_eq!(waiting.remove(0), message["tool_call_id"].as_str().unwrap(), "{text}"),
            "function" => assert_eq!(waiting.remove(0), message["name"].as_str().unwrap(), "{text}"),
            role => {
                assert!(waiting.is_empty(), "{role} at {place} comes before a result: {text}");
                check_content(message, text);
            }
        }
        if message["role"] != "assistant" {
            continue;
        }
        if let Some(call) = message.get("function_call") {
            waiting.push(call["name"].as_str().unwrap().to_owned());
        }
        for call in message.get("tool_calls").map_or(&Vec::new(), |calls| calls.as_array().unwrap()) {
            let id = call["id"].as_str().unwrap();
            assert!(!id.is_empty() && seen.insert(id.to_owned()), "{id:?} is there twice: {text}");
            match dialect.tool_ids {
                ToolIds::Alphanumeric(length) => assert!(id.len() == length, "{id}"),
                ToolIds::UpTo(most) => assert!(id.len() <= most && id.is_ascii(), "{id}"),
                _ => {}
            }
            assert!(!call["function"]["arguments"].as_str().unwrap().trim().is_empty(), "{text}");
            waiting.push(id.to_owned());
        }
        if place + 1 == messages.len() {
            waiting.clear();
        }
    }
    assert!(waiting.is_empty(), "{text}");
}

fn check_content(message: &Value, text: &str) {
    let has = |name: &str| message.get(name).is_some();
    match message.get("content") {
        Some(Value::String(content)) if !content.trim().is_empty() => {}
        Some(Value::Array(parts)) => {
            assert!(!parts.is_empty(), "{text}");
            for part in parts {
                assert!(
                    part["type"] != "text" || !part["text"].as_str().unwrap().trim().is_empty(),
                    "{text}"
                );
            }
        }
        _ => assert!(has("tool_calls") || has("function_call") || has("refusal"), "an empty message: {text}"),
    }
    assert!(message.get("tool_calls").is_none_or(|calls| !calls.as_array().unwrap().is_empty()), "{text}");
}

proptest! {
    #[test]
    fn every_conversation_is_written_as_the_api_wants_it(
        messages in prop::collection::vec(message(), 0..8),
        dialect in dialect(),
    ) {
        let request = chat().messages(paired(messages));
        match try_send(request.clone(), dialect) {
            Ok(sent) => {
                check(&sent.body, &sent.text, &dialect);
                prop_assert_eq!(sent.text, try_send(request, dialect).unwrap().text);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                prop_assert!(error.message().contains("no message with content"), "{}", error.message());
            }
        }
    }

    #[test]
    fn any_results_whatever_end_in_a_body_or_an_error(
        messages in prop::collection::vec(message(), 0..8),
        dialect in dialect(),
    ) {
        if let Ok(sent) = try_send(chat().messages(messages), dialect) {
            check(&sent.body, &sent.text, &dialect);
        }
    }
}
