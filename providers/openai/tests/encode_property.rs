//! Whatever conversation is given, the body is one that the API can read.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "tests may panic"
)]

mod encode_kit;

use std::collections::BTreeMap;

use encode_kit::{changed, chat, foreign, of_response, ours, raw, siblings, try_send};
use proptest::prelude::*;
use serde_json::Value;
use steer_core::message::{Authority, Executor, Message, Refusal, Role, Seal, Text, Thinking, ToolCallPart};
use steer_core::{ErrorKind, Media, Part, ToolCall, ToolResult};
use steer_openai::ResponsesDialect;

fn id() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), Just(String::new()), Just("call_1".to_owned()), "\\PC{0,70}"]
}

fn text() -> impl Strategy<Value = Part> {
    let text = prop_oneof![Just(" \n".to_owned()), "\\PC{0,12}"];
    (text, prop::option::of(id()), any::<bool>()).prop_map(|(text, id, has_phase)| {
        let mut part = Text::new(text);
        (part.id, part.phase) = (id, has_phase.then(|| "commentary".to_owned()));
        Part::Text(part)
    })
}

fn call() -> impl Strategy<Value = Part> {
    let input = prop_oneof![Just(String::new()), Just("{\"a\":\"\\ud800\"}".to_owned()), "\\PC{0,12}"];
    (id(), "\\PC{0,8}", input, 0..4_u8).prop_map(|(id, name, input, kind)| {
        let mut part = match kind {
            0 => ToolCallPart::new(ToolCall::free_text(id, name, input)),
            _ => ToolCallPart::new(ToolCall::new(id, name, input)),
        };
        part.item_id = Some("fc_1".to_owned());
        if kind == 1 {
            part.executor = Executor::Provider;
            part.meta.replay = Some(raw(r#"{"type":"web_search_call","id":"ws_1"}"#));
        }
        Part::ToolCall(part)
    })
}

fn thinking() -> impl Strategy<Value = Part> {
    ("[a-z]{0,4}", any::<bool>(), prop::option::of(id())).prop_map(|(text, is_sealed, id)| {
        let mut part = Thinking::new(text);
        part.seal = is_sealed.then(|| Seal::encrypted("gAAA"));
        part.id = id;
        Part::Thinking(part)
    })
}

fn part() -> impl Strategy<Value = Part> {
    let result = (id(), "\\PC{0,8}", any::<bool>()).prop_map(|(id, text, seen)| {
        let result = ToolResult::text(id, text);
        if seen { result.media(Media::image_url("https://a/b.png")).into() } else { result.into() }
    });
    let kind = prop_oneof![
        4 => text(),
        3 => call(),
        3 => result,
        2 => thinking(),
        1 => "[a-z]{0,4}".prop_map(|text| Part::Refusal(Refusal::new(text))),
    ];
    (kind, 0..6_u8).prop_map(|(part, origin)| match origin {
        0 => part,
        1 | 2 => ours(part),
        3 => of_response("resp_1", part),
        4 => siblings(part),
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

fn dialect() -> impl Strategy<Value = ResponsesDialect> {
    any::<(bool, bool, bool, bool)>().prop_map(|(is_original, calls_last, custom_tools, server_state)| {
        if is_original {
            return changed(|dialect| {
                (dialect.calls_last, dialect.custom_tools) = (calls_last, custom_tools)
            });
        }
        let mut dialect = ResponsesDialect::compatible();
        dialect.server_state = server_state;
        dialect
    })
}

/// Leaves out the results that no call waits for, so that a conversation is one that can be sent.
fn paired(mut messages: Vec<Message>) -> Vec<Message> {
    let mut open: Vec<String> = Vec::new();
    for message in &mut messages {
        message.parts.retain(|part| match part {
            Part::ToolCall(call) if call.executor == Executor::Provider => true,
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

fn is_of_model(item: &Value) -> bool {
    item["role"] == "assistant"
        || item["type"].as_str().is_some_and(|kind| kind.ends_with("_call") || kind == "reasoning")
}

fn check(body: &Value, text: &str) {
    let none = Vec::new();
    let items = body.get("input").map_or(&none, |input| input.as_array().unwrap());
    // Whether each call was answered; all ids are the program's own or the vendor's, and none is there twice.
    let mut calls: BTreeMap<String, bool> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        match item["type"].as_str().unwrap_or("message") {
            "message" => check_message(item, text),
            "function_call" | "custom_tool_call" => {
                let id = item["call_id"].as_str().unwrap().to_owned();
                assert!((1..=64).contains(&id.len()) && id.is_ascii(), "{id:?}: {text}");
                assert!(!item["name"].as_str().unwrap().is_empty(), "{text}");
                assert!(item.get("arguments").is_none_or(|input| !input.as_str().unwrap().trim().is_empty()));
                assert!(calls.insert(id, false).is_none(), "an id is there twice: {text}");
            }
            "function_call_output" | "custom_tool_call_output" => {
                let id = item["call_id"].as_str().unwrap();
                assert_eq!(calls.insert(id.to_owned(), true), Some(false), "{text}");
            }
            "reasoning" => {
                assert!(item["encrypted_content"] == "gAAA", "{text}");
                let next = items.get(place + 1).is_some_and(is_of_model);
                assert!(next, "thinking at {place} is not followed by its item: {text}");
            }
            kind => assert_eq!(kind, "web_search_call", "{text}"),
        }
        if let Some(id) = item.get("id") {
            assert!(id.as_str().unwrap().len() <= 64, "{text}");
        }
    }
    let last_call = items.iter().rposition(|item| item.get("call_id").is_some());
    let is_waiting = last_call.is_some_and(|place| {
        let kind = items[place]["type"].as_str().unwrap();
        !kind.ends_with("_output") && items[place..].iter().all(is_of_model)
    });
    if !is_waiting {
        assert!(calls.values().all(|is_answered| *is_answered), "a call has no answer: {text}");
    }
}

fn check_message(item: &Value, text: &str) {
    match &item["content"] {
        Value::String(content) => assert!(!content.trim().is_empty(), "an empty message: {text}"),
        Value::Array(parts) => assert!(!parts.is_empty(), "an empty message: {text}"),
        _ => panic!("a message without content: {text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_conversation_is_written_as_the_api_wants_it_and_twice_the_same(
        messages in prop::collection::vec(message(), 0..8),
        dialect in dialect(),
    ) {
        let request = chat().messages(paired(messages));
        match try_send(request.clone(), dialect) {
            Ok(sent) => {
                check(&sent.body, &sent.text);
                let saved = serde_json::to_string(&request).unwrap();
                let loaded = serde_json::from_str(&saved).unwrap();
                prop_assert_eq!(&sent.text, &try_send(request, dialect).unwrap().text);
                prop_assert_eq!(sent.text, try_send(loaded, dialect).unwrap().text);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                prop_assert!(error.message().contains("no message with content"), "{}", error.message());
            }
        }
    }

    #[test]
    fn any_results_and_states_whatever_end_in_a_body_or_an_error(
        messages in prop::collection::vec(message(), 0..8),
        dialect in dialect(),
        previous in prop::option::of("resp_[12]"),
    ) {
        let mut request = chat().messages(messages);
        let goes_on = previous.is_some();
        request.state.previous_response_id = previous;
        if let Ok(sent) = try_send(request, dialect)
            && !(goes_on && dialect.server_state)
        {
            check(&sent.body, &sent.text);
        }
    }
}
