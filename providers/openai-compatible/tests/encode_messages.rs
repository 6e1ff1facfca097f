//! What is said: system, user and assistant messages.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, changed, chat, foreign, ours, raw, refused, send, send_as, warning};
use serde_json::json;
use steer_core::message::{
    Authority, CachePoint, Compaction, GeneratedMedia, Message, ModelHop, Opaque, Refusal, Role,
    SearchResult, Source, Thinking, ThinkingForm, ThinkingSection,
};
use steer_core::message::{Citation, CitationTarget, MediaPart, Text};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{ErrorKind, Media, Part, SystemContext, ToolCall, ToolResult, WarningKind};
use steer_openai_compatible::{API, Dialect, SystemRole, ThinkingReplay};

fn thought(text: &str) -> Part {
    ours(Part::Thinking(Thinking::new(text)))
}

fn turn(parts: Vec<Part>) -> Message {
    Message::new(Role::Assistant, parts)
}

#[test]
fn the_system_prompt_is_the_first_message_and_one_string() {
    let system = SystemContext::new("Be brief.").block("Be kind.").environment("Today is Monday.");
    let sent = send(asking().system(system.clone()));
    assert_eq!(
        sent.body["messages"],
        json!([
            {"role": "system", "content": "Be brief.\n\nBe kind.\n\nToday is Monday."},
            {"role": "user", "content": "Hi"}
        ])
    );
    assert_eq!(send_as(asking().system(system), Dialect::original()).roles(), ["developer", "user"]);
}

#[test]
fn a_note_keeps_its_place_and_has_the_role_of_its_authority() {
    let request = asking()
        .message(Message::system_note("a", Authority::System))
        .message(Message::system_note("b", Authority::Developer));
    let developer = changed(|dialect| dialect.system_role = SystemRole::Developer);
    assert_eq!(send(request.clone()).roles(), ["user", "system", "system"]);
    assert_eq!(send_as(request, developer).roles(), ["user", "system", "developer"]);
}

#[test]
fn one_text_is_a_string_and_several_parts_are_a_list() {
    let sent = send(chat().message(Message::user("a").part("b")).user("c"));
    assert_eq!(
        sent.body["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "user", "content": "c"}
        ])
    );
}

#[test]
fn the_texts_of_a_turn_of_the_models_are_one_string() {
    let call = ToolCall::new("a", "f", "{}");
    let parts = vec!["One".into(), " two.".into(), Part::from(call), "Three.".into()];
    let sent = send(asking().message(turn(parts)));
    assert_eq!(sent.body["messages"][1]["content"], "One two.\n\nThree.");
}

#[test]
fn messages_without_content_are_left_out() {
    let request = asking().message(Message::assistant("")).message(Message::user(" \n")).user("there?");
    assert_eq!(send(request).roles(), ["user", "user"]);
}

#[test]
fn a_request_of_nothing_is_refused() {
    let error = refused(chat().message(Message::assistant(" ")));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn name_and_further_members_stand_in_the_message() {
    let mut message = Message::user("Hi");
    message.name = Some("Ada".into());
    message.extra = Some(raw(r#"{"role":"admin","mood":"good"}"#));
    let sent = send(chat().message(message));
    assert_eq!(
        sent.body["messages"][0],
        json!({"role": "user", "name": "Ada", "content": "Hi", "mood": "good"})
    );
}

#[test]
fn a_refusal_has_a_member_or_is_text() {
    let request = asking().message(Message::assistant(Part::Refusal(Refusal::new("No."))));
    let sent = send_as(request.clone(), Dialect::original());
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": null, "refusal": "No."}));
    let sent = send(request);
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": "No."}));
    assert_eq!(sent.subjects(), ["refusal"]);
}

#[test]
fn thinking_is_left_out_with_one_warning_where_it_is_not_wanted() {
    let request = asking()
        .message(turn(vec![thought("Hm."), "A".into()]))
        .message(turn(vec![thought("Oh."), "B".into()]));
    let sent = send(request);
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": "A"}));
    assert_eq!(sent.warnings.len(), 1);
    assert_eq!(sent.warnings[0].kind, WarningKind::Converted);
    assert!(sent.warnings[0].message.contains("2 times"));
}

#[test]
fn thinking_goes_back_to_its_origin_alone() {
    let dialect = changed(|dialect| dialect.thinking_replay = ThinkingReplay::Text("reasoning_content"));
    let mut own = Thinking::new("Hm.");
    own.sections.push(ThinkingSection::new(ThinkingForm::Raw, " Oh."));
    let other = foreign(Part::Thinking(Thinking::new("Secret")));
    let request = asking()
        .message(turn(vec![ours(Part::Thinking(own)), "A".into()]))
        .message(turn(vec![other, "B".into()]));
    let sent = send_as(request, dialect);
    assert_eq!(sent.body["messages"][1]["reasoning_content"], "Hm. Oh.");
    assert_eq!(sent.body["messages"][2], json!({"role": "assistant", "content": "B"}));
    assert_eq!(sent.subjects(), ["thinking"]);
}

#[test]
fn every_turn_has_thinking_where_the_vendor_asks_for_it() {
    let dialect = changed(|dialect| dialect.thinking_replay = ThinkingReplay::EveryTurn("reasoning_content"));
    let sent = send_as(asking().message(Message::assistant("A")), dialect);
    assert_eq!(
        sent.body["messages"][1],
        json!({"role": "assistant", "content": "A", "reasoning_content": ""})
    );
}

#[test]
fn details_of_thinking_go_back_as_they_came() {
    let dialect = changed(|dialect| dialect.thinking_replay = ThinkingReplay::Details);
    let mut detailed = thought("Hm.");
    detailed.meta_mut().replay = Some(raw(r#"[{"b":1.0,"a":"x"},{"type":"y"}]"#));
    let sent = send_as(asking().message(turn(vec![detailed, thought("Plain."), "A".into()])), dialect);
    assert!(sent.text.contains(r#""reasoning_details":[{"b":1.0,"a":"x"},{"type":"y"}]"#), "{}", sent.text);
    assert_eq!(sent.body["messages"][1]["reasoning"], "Plain.");
    assert!(sent.warnings.is_empty());
}

#[test]
fn a_turn_of_nothing_but_thinking_is_not_sent() {
    let dialect = changed(|dialect| dialect.thinking_replay = ThinkingReplay::Text("reasoning"));
    let sent = send_as(asking().message(turn(vec![thought("Hm.")])), dialect);
    assert_eq!(sent.roles(), ["user"]);
    assert_eq!(sent.subjects(), ["thinking"]);
}

#[test]
fn a_sound_of_the_models_goes_back_by_its_id_or_as_what_is_spoken() {
    let mut sound = MediaPart::new(Media::new(MediaKind::Audio, MediaSource::Bytes(Vec::new().into())));
    let mut generated = GeneratedMedia::default();
    generated.id = Some("audio_1".into());
    generated.transcript = Some("Hello.".into());
    sound.generated = Some(generated);
    let own = ours(Part::Media(sound.clone()));
    let sent = send(asking().message(Message::assistant(own)));
    assert_eq!(
        sent.body["messages"][1],
        json!({"role": "assistant", "content": null, "audio": {"id": "audio_1"}})
    );
    let sent = send(asking().message(Message::assistant(foreign(Part::Media(sound)))));
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": "Hello."}));
    assert_eq!(sent.subjects(), ["audio"]);
}

#[test]
fn what_the_format_cannot_say_is_converted_with_a_warning() {
    let mut compaction = Compaction::default();
    compaction.summary = Some("They met.".into());
    let mut cited = Text::new("Blue.");
    cited.citations = vec![Citation::new(CitationTarget::Url { url: "https://a".into(), title: None })];
    let request = chat()
        .message(Message::user(Part::SearchResult(SearchResult::new("https://a", "Sky", "It is blue."))))
        .message(turn(vec![
            foreign(Part::Compaction(compaction)),
            Part::Text(cited),
            Part::Source(Source::default()),
            Part::ModelHop(ModelHop::default()),
        ]));
    let sent = send(request);
    assert_eq!(sent.body["messages"][0]["content"], "Sky\nhttps://a\nIt is blue.");
    assert_eq!(sent.body["messages"][1]["content"], "They met.\n\nBlue.");
    assert_eq!(sent.subjects(), ["citation", "compaction", "model hop", "search result", "source"]);
    assert!(sent.warnings.iter().all(|warning| warning.kind == WarningKind::Converted));
}

#[test]
fn an_opaque_part_of_the_format_stands_byte_for_byte_in_its_place() {
    let part = |api| Part::Opaque(Opaque::new(api, "video_url", raw(r#"{"type":"video_url", "b":1,"a":2}"#)));
    let sent = send(chat().message(Message::user("See:").part(part(API)).part("?")));
    assert!(sent.text.contains(r#"},{"type":"video_url", "b":1,"a":2},{"#), "{}", sent.text);
    let sent = send(asking().message(Message::assistant("See:").part(ours(part(API)))));
    assert_eq!(sent.body["messages"][1]["content"][1]["type"], "video_url");
    let denied = refused(chat().message(Message::user(part("other-api"))));
    assert_eq!(denied.kind(), ErrorKind::UnsupportedFeature);
    let denied = refused(chat().message(Message::user(foreign(part(API)))));
    assert_eq!(denied.kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn cache_points_have_no_place_and_are_reported_once() {
    let request = chat()
        .system(SystemContext::new("a").cached(CachePoint::new()))
        .message(Message::user(Part::text("b").cached(CachePoint::new())))
        .cache(CachePoint::new());
    let sent = send(request);
    assert_eq!(sent.subjects(), ["cache"]);
    assert!(!sent.text.contains("cache"), "{}", sent.text);
}

#[test]
fn content_stays_out_of_errors_and_debug() {
    let call = steer_core::Call::new(chat().user("my secret"), encode_kit::unlisted());
    let sent = steer_core::Protocol::encode(
        &steer_openai_compatible::Chat::new(Dialect::compatible()),
        &call,
        steer_core::Delivery::Whole,
    );
    assert!(!format!("{sent:?}").contains("secret"));
    let orphan = chat().message(Message::tool(ToolResult::text("x", "my secret"))).policy(warning());
    assert!(!format!("{:?}", refused(orphan)).contains("secret"));
}
