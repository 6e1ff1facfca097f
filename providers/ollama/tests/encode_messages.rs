//! How a conversation is written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, chat, foreign, ours, refused, send};
use serde_json::json;
use steer_core::message::{
    Authority, CachePoint, Compaction, Message, Opaque, Refusal, Role, Seal, SearchResult, Thinking,
};
use steer_core::request::{FeaturePolicy, LostThinking, OnUnsupported, SystemContext};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{ErrorKind, Media, Part, RawJson, ToolCall};

fn messages(request: steer_core::CompletionRequest) -> serde_json::Value {
    send(request).body["messages"].clone()
}

#[test]
fn the_prompt_is_the_first_message_and_notes_stay_in_their_place() {
    let request = chat()
        .system(SystemContext::new("Be brief.").environment("It is Monday."))
        .user("Hi")
        .message(Message::assistant("Ho"))
        .message(Message::system_note("A note.", Authority::Developer));
    assert_eq!(
        messages(request),
        json!([
            {"role": "system", "content": "Be brief.\n\nIt is Monday."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Ho"},
            {"role": "system", "content": "A note."},
        ])
    );
}

#[test]
fn a_request_without_messages_is_sent() {
    assert_eq!(send(chat()).body, json!({"model": "a-model", "stream": false, "messages": []}));
}

#[test]
fn texts_of_the_user_are_paragraphs_and_those_of_the_assistant_go_on() {
    let user = Message::user("One.").part(" \n").part("Two.");
    let said = Message::new(Role::Assistant, vec![ours("Three"), ours(", four.")]);
    assert_eq!(
        messages(chat().message(user).message(said)),
        json!([
            {"role": "user", "content": "One.\n\nTwo."},
            {"role": "assistant", "content": "Three, four."},
        ])
    );
}

#[test]
fn messages_that_say_nothing_are_not_sent() {
    let request = chat().user("").user(" ").user("Hi").message(Message::new(Role::Assistant, vec![]));
    assert_eq!(messages(request), json!([{"role": "user", "content": "Hi"}]));
}

#[test]
fn images_are_base64_beside_the_text() {
    let png = Media::image_bytes("image/png", b"abc".to_vec());
    let data = Media::image_url("data:image/png;base64,ZGVm");
    let message = Message::user("Look.").part(png).part(data);
    assert_eq!(
        messages(chat().message(message)),
        json!([{"role": "user", "content": "Look.", "images": ["YWJj", "ZGVm"]}])
    );
}

#[test]
fn an_address_of_an_image_is_refused_before_sending() {
    let request = chat().message(Message::user(Media::image_url("https://example.com/a.png")));
    let error = refused(request.clone());
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    assert!(error.message().contains("send the bytes"), "{error}");
    let sent = send(request.user("Hi").policy(FeaturePolicy::all(OnUnsupported::Warn)));
    assert_eq!(sent.body["messages"], json!([{"role": "user", "content": "Hi"}]));
    assert_eq!(sent.subjects(), ["image"]);
}

#[test]
fn sounds_videos_and_files_are_refused() {
    for media in [
        Media::audio_bytes("audio/wav", b"abc".to_vec()),
        Media::new(MediaKind::Video, MediaSource::Bytes(b"abc".to_vec().into())),
        Media::document_bytes("application/pdf", b"abc".to_vec()),
        Media::document_bytes("text/plain", vec![0xFF]),
        Media::file(MediaKind::Image, "ollama", "file-1"),
    ] {
        let error = refused(chat().message(Message::user(media)));
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    }
}

#[test]
fn documents_of_text_and_passages_are_text() {
    let document = Media::document_text("Long.").title("A title").context("Old.");
    let parts = Media::new(
        MediaKind::Document,
        MediaSource::Content(vec![
            steer_core::tools::ToolResultContent::text("Page."),
            steer_core::tools::ToolResultContent::Media(Media::image_bytes("image/png", b"abc".to_vec())),
        ]),
    );
    let passage = Part::SearchResult(SearchResult::new("https://example.com", "A place", "Said."));
    let sent = send(chat().message(Message::user(document).part(parts).part(passage).part("Well?")));
    assert_eq!(
        sent.body["messages"][0],
        json!({
            "role": "user",
            "content": "A title\nOld.\n\nLong.\n\nPage.\n\nA place\nhttps://example.com\nSaid.\n\nWell?",
            "images": ["YWJj"],
        })
    );
    assert_eq!(sent.subjects(), ["document", "document", "search result"]);
}

#[test]
fn thinking_goes_back_to_its_origin_alone() {
    let turn = |part: Part| Message::new(Role::Assistant, vec![part, ours("Yes.")]);
    let own = send(asking().message(turn(ours(Part::Thinking(Thinking::new("Hm."))))));
    assert_eq!(own.body["messages"][1], json!({"role": "assistant", "content": "Yes.", "thinking": "Hm."}));
    let mut signed = Thinking::new("Hm.");
    signed.seal = Some(Seal::signature("sig"));
    assert_eq!(send(asking().message(turn(ours(Part::Thinking(signed))))).subjects(), ["thinking"]);
    let other = asking().message(turn(foreign(Part::Thinking(Thinking::new("Hm.")))));
    let sent = send(other.clone());
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": "Yes."}));
    assert_eq!(sent.subjects(), ["thinking"]);
    let mut policy = FeaturePolicy::default();
    policy.lost_thinking = LostThinking::AsText;
    let sent = send(other.policy(policy));
    assert_eq!(sent.body["messages"][1]["content"], "Hm.\n\nYes.");
    assert_eq!(sent.subjects(), ["thinking"]);
}

#[test]
fn what_the_api_has_no_part_for_is_text_or_reported() {
    let mut compaction = Compaction::default();
    compaction.summary = Some("Before.".to_owned());
    let parts = vec![
        ours(Part::Refusal(Refusal::new("No."))),
        ours(Part::Compaction(compaction)),
        ours(Part::text("Yes.").cached(CachePoint::new())),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)));
    assert_eq!(sent.body["messages"][1]["content"], "No.\n\nBefore.\n\nYes.");
    assert_eq!(sent.subjects(), ["cache_control", "compaction", "refusal"]);
}

#[test]
fn opaque_parts_go_back_to_their_origin_alone() {
    let json = RawJson::new(r#"{"type":"hologram","hologram":{"b":1,"a":2}}"#).unwrap();
    let part = |api: &str| Part::Opaque(Opaque::new(api, "hologram", json.clone()));
    let sent = send(asking().message(Message::assistant(ours(part("ollama-chat")))).user("And?"));
    assert!(
        sent.text.contains(r#""tool_calls":[{"type":"hologram","hologram":{"b":1,"a":2}}]"#),
        "{}",
        sent.text
    );
    assert_eq!(sent.body["messages"].as_array().unwrap().len(), 3, "nobody answers it");
    for part in [ours(part("openai-chat")), foreign(part("ollama-chat"))] {
        let error = refused(asking().message(Message::assistant(part)));
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    }
}

#[test]
fn names_of_speakers_are_reported() {
    let mut message = Message::user("Hi");
    message.name = Some("Ada".to_owned());
    assert_eq!(send(chat().message(message)).subjects(), ["message.name"]);
}

#[test]
fn a_call_of_another_vendors_keeps_its_id() {
    let call = foreign(ToolCall::new("toolu_01", "look", "{\"b\": 1, \"a\": 2}"));
    let sent = send(asking().message(Message::assistant(call)));
    assert!(
        sent.text.contains(
            r#""tool_calls":[{"id":"toolu_01","type":"function","function":{"name":"look","arguments":{"b": 1, "a": 2}}}]"#
        ),
        "{}",
        sent.text
    );
}
