//! How a conversation is written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, chat, foreign, listed, ours, refused, send, send_to};
use serde_json::json;
use steer_core::message::{Authority, Message, Opaque, Role, Seal, Source, Text, Thinking, ToolCallPart};
use steer_core::model::ThinkingMode;
use steer_core::request::SystemContext;
use steer_core::{ErrorKind, Part, RawJson, ToolCall, ToolResult};

fn signed(text: &str, data: &str) -> Part {
    let mut part = Text::new(text);
    part.seal = Some(Seal::signature(data));
    Part::Text(part)
}

fn signed_call(call: ToolCall, data: &str) -> Part {
    let mut part = ToolCallPart::new(call);
    part.seal = Some(Seal::signature(data));
    Part::ToolCall(part)
}

#[test]
fn quirk_114_the_prompt_and_leading_notes_are_the_system_instruction() {
    let request = chat()
        .system(SystemContext::new("Be brief.").environment("It is Monday."))
        .message(Message::system_note("A note.", Authority::Developer))
        .user("Hi");
    let sent = send(request);
    assert_eq!(
        sent.body,
        json!({
            "systemInstruction": {"parts": [{"text": "Be brief."}, {"text": "A note."}, {"text": "It is Monday."}]},
            "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        })
    );
}

#[test]
fn a_note_in_the_middle_is_said_by_the_user_and_reported() {
    let note = Message::system_note("Be brief.", Authority::System);
    let sent = send(chat().user("Hi").message(Message::assistant("Ho")).message(note));
    assert_eq!(sent.body["contents"][2], json!({"role": "user", "parts": [{"text": "Be brief."}]}));
    assert_eq!(sent.subjects(), ["system note"]);
}

#[test]
fn turns_of_one_side_are_one_content() {
    let sent =
        send(chat().user("a").user("b").message(Message::assistant("c")).message(Message::assistant("d")));
    assert_eq!(
        sent.body["contents"],
        json!([
            {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
            {"role": "model", "parts": [{"text": "c"}, {"text": "d"}]},
        ])
    );
}

#[test]
fn quirk_100_signed_parts_go_back_to_their_origin_as_they_came() {
    let mut thinking = Thinking::new("Hm.");
    thinking.seal = Some(Seal::signature("sigT"));
    let parts = vec![
        ours(Part::Thinking(thinking)),
        ours("One."),
        ours(signed(" Two.", "sig2")),
        ours(Part::text("")),
        ours(signed("", "sig3")),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)));
    assert_eq!(
        sent.body["contents"][1]["parts"],
        json!([
            {"text": "Hm.", "thought": true, "thoughtSignature": "sigT"},
            {"text": "One."},
            {"text": " Two.", "thoughtSignature": "sig2"},
            {"text": "", "thoughtSignature": "sig3"},
        ])
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn thoughts_and_signatures_of_another_provider_stay_behind_with_a_report() {
    let parts = vec![foreign(Part::Thinking(Thinking::new("Hm."))), foreign(signed("Two.", "sig2"))];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)));
    assert_eq!(sent.body["contents"][1]["parts"], json!([{"text": "Two."}]));
    assert_eq!(sent.subjects(), ["signature", "thinking"]);
}

#[test]
fn what_has_no_type_goes_back_byte_for_byte() {
    let raw = r#"{"hologram":{"id":7.0},  "thoughtSignature":"x"}"#;
    let opaque = Opaque::new("gemini", "hologram", RawJson::new(raw).unwrap());
    let mut text = Text::new("Marked.");
    text.meta.replay = Some(RawJson::new(r#"{"text":"Marked.","partMetadata":{}}"#).unwrap());
    let parts = vec![
        ours(Part::Opaque(opaque.clone())),
        ours(Part::Text(text)),
        ours(Part::Source(Source::default())),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)));
    assert!(sent.text.contains(raw) && sent.text.contains("partMetadata"), "{}", sent.text);
    assert_eq!(sent.body["contents"][1]["parts"].as_array().unwrap().len(), 2);
    assert_eq!(sent.subjects(), ["source"]);
    let error = refused(asking().message(Message::assistant(foreign(Part::Opaque(opaque)))));
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn quirk_101_the_first_unsigned_call_of_a_model_that_signs_gets_the_documented_word() {
    let calls = vec![foreign(ToolCall::new("1", "look", "{}")), foreign(ToolCall::new("2", "look", "{}"))];
    let request = asking()
        .message(Message::new(Role::Assistant, calls))
        .message(Message::tools([ToolResult::text("1", "a"), ToolResult::text("2", "b")]));
    let signs = listed(&[ThinkingMode::Effort]);
    let parts = |model| send_to(request.clone(), model).body["contents"][1]["parts"].clone();
    let signed = parts(signs.clone());
    assert_eq!(signed[0]["thoughtSignature"], "skip_thought_signature_validator");
    assert!(signed[1].get("thoughtSignature").is_none());
    assert!(parts(listed(&[ThinkingMode::Budget]))[0].get("thoughtSignature").is_none());
    let own =
        asking().message(Message::assistant(ours(signed_call(ToolCall::new("1", "look", "{}"), "sig"))));
    assert_eq!(send_to(own, signs).body["contents"][1]["parts"][0]["thoughtSignature"], "sig");
}

#[test]
fn quirk_107_all_responses_to_a_turn_are_one_content_right_behind_it() {
    let calls = vec![ours(ToolCall::new("1", "look", "{\"a\":1}")), ours(ToolCall::new("2", "ask", ""))];
    let request = asking()
        .message(Message::new(Role::Assistant, calls))
        .message(Message::tool(ToolResult::text("2", "second")))
        .user("And?")
        .message(Message::tool(ToolResult::error("1", "broken")))
        .message(Message::assistant("Well."));
    let sent = send(request);
    assert_eq!(
        sent.body["contents"],
        json!([
            {"role": "user", "parts": [{"text": "Hi"}]},
            {"role": "model", "parts": [
                {"functionCall": {"id": "1", "name": "look", "args": {"a": 1}}},
                {"functionCall": {"id": "2", "name": "ask", "args": {}}},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"id": "1", "name": "look", "response": {"error": "broken"}}},
                {"functionResponse": {"id": "2", "name": "ask", "response": {"output": "second"}}},
            ]},
            {"role": "user", "parts": [{"text": "And?"}]},
            {"role": "model", "parts": [{"text": "Well."}]},
        ])
    );
    assert_eq!(sent.subjects(), ["tool_result"]);
}

#[test]
fn quirk_108_calls_without_ids_are_sent_without_ids_and_paired_by_name_and_order() {
    let call = |city: &str| ours(ToolCall::new("", "look", format!("{{\"city\":{city:?}}}")));
    let request = asking()
        .message(Message::new(
            Role::Assistant,
            vec![call("Rome"), ours(ToolCall::new("", "now", "{}")), call("Oslo")],
        ))
        .message(Message::tools([
            ToolResult::text("", "noon").for_tool("now"),
            ToolResult::text("", "hot").for_tool("look"),
            ToolResult::text("", "cold").for_tool("look"),
        ]));
    let body = send(request).body;
    assert_eq!(
        body["contents"][2]["parts"],
        json!([
            {"functionResponse": {"name": "look", "response": {"output": "hot"}}},
            {"functionResponse": {"name": "now", "response": {"output": "noon"}}},
            {"functionResponse": {"name": "look", "response": {"output": "cold"}}},
        ])
    );
    assert!(body["contents"][1]["parts"][0]["functionCall"].get("id").is_none());
}

#[test]
fn a_call_that_nobody_answered_is_answered_and_one_that_waits_is_not() {
    let call = || Message::assistant(ours(ToolCall::new("1", "look", "{}")));
    let sent = send(asking().message(call()).user("Never mind."));
    assert_eq!(
        sent.body["contents"][2]["parts"][0]["functionResponse"]["response"],
        json!({"error": "no result was given"})
    );
    assert_eq!(sent.subjects(), ["tool_call"]);
    assert_eq!(send(asking().message(call())).body["contents"].as_array().unwrap().len(), 2);
}

#[test]
fn quirk_114_a_call_never_comes_first() {
    let sent =
        send(chat().message(Message::assistant(ours(ToolCall::new("1", "look", "{}")))).user("Go on."));
    assert_eq!(sent.body["contents"][0], json!({"role": "user", "parts": [{"text": "Go on."}]}));
    let error = refused(chat());
    assert!(error.message().contains("add a user message"), "{error}");
}
