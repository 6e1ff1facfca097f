//! Turns, texts and system prompts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, chat, foreign, listed, ours, refused, send};
use serde_json::json;
use steer_core::message::{
    Authority, CachePoint, CacheTtl, Citation, CitationTarget, Compaction, DocumentSpan, Message, ModelHop,
    Opaque, Refusal, Role, Seal, SearchResult, Source, Text, Thinking, ToolAvailability, Visibility,
};
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{ErrorKind, Media, Part, RawJson, SystemContext, ToolCall, ToolResult, WarningKind};

fn raw(json: &str) -> RawJson {
    RawJson::new(json).unwrap()
}

fn signed(text: &str) -> Part {
    let mut thinking = Thinking::new(text);
    thinking.seal = Some(Seal::signature("c2lnbmVk"));
    Part::Thinking(thinking)
}

#[test]
fn one_plain_text_is_written_as_a_string() {
    assert_eq!(send(asking()).body["messages"], json!([{"role": "user", "content": "Hi"}]));
}

#[test]
fn messages_of_one_side_become_one_turn() {
    let sent = send(asking().user("there").message(Message::assistant("a")).message(Message::assistant("b")));
    assert_eq!(
        sent.body["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        ])
    );
}

#[test]
fn blank_texts_and_messages_are_left_out() {
    let sent = send(asking().message(Message::assistant(" \n")).user("").user("there"));
    let content = json!([{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}]);
    assert_eq!(sent.body["messages"], json!([{"role": "user", "content": content}]));
    assert_eq!(refused(chat().user("  ")).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn only_the_text_to_go_on_from_loses_its_trailing_space() {
    let sent =
        send(asking().message(Message::assistant("Sure: ")).user("Go ").message(Message::assistant("1, \n")));
    let texts: Vec<_> =
        sent.body["messages"].as_array().unwrap().iter().map(|turn| &turn["content"]).collect();
    assert_eq!(texts, ["Hi", "Sure: ", "Go ", "1,"]);
}

#[test]
fn the_system_prompt_is_a_string_unless_it_has_blocks() {
    assert_eq!(send(asking().system("Be brief.")).body["system"], "Be brief.");
    let system =
        SystemContext::new("Be brief.").cached(CachePoint::lasting(CacheTtl::OneHour)).environment("Monday.");
    assert_eq!(
        send(asking().system(system)).body["system"],
        json!([
            {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            {"type": "text", "text": "Monday."},
        ])
    );
}

#[test]
fn notes_before_the_conversation_join_the_system_prompt_before_the_environment() {
    let mut request = chat().system(SystemContext::new("A").environment("C"));
    request.messages.push(Message::system_note("B", Authority::Developer));
    let sent = send(request.user("Hi"));
    let texts: Vec<_> = sent.body["system"].as_array().unwrap().iter().map(|block| &block["text"]).collect();
    assert_eq!(texts, ["A", "B", "C"]);
    assert_eq!(sent.body["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_note_after_a_user_turn_stays_there() {
    let note = Message::system_note("Be brief.", Authority::System);
    let sent = send(asking().message(note));
    assert_eq!(
        sent.body["messages"],
        json!([{"role": "user", "content": "Hi"}, {"role": "system", "content": "Be brief."}])
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn a_note_is_moved_behind_the_users_next_turn() {
    let note = Message::system_note("Be brief.", Authority::System);
    let sent = send(asking().message(Message::assistant("Yes?")).message(note.clone()).user("Go"));
    let roles: Vec<_> = sent.body["messages"].as_array().unwrap().iter().map(|turn| &turn["role"]).collect();
    assert_eq!(roles, ["user", "assistant", "user", "system"]);
    assert_eq!(sent.subjects(), ["system note"]);
}

#[test]
fn a_note_at_the_end_gets_a_short_turn_of_the_users_before_it() {
    let note = Message::system_note("Be brief.", Authority::System);
    let sent = send(asking().message(Message::assistant("Yes?")).message(note));
    let messages = sent.body["messages"].as_array().unwrap();
    assert_eq!(messages[2], json!({"role": "user", "content": "Go on."}));
    assert_eq!(messages[3], json!({"role": "system", "content": "Be brief."}));
    assert_eq!(sent.subjects(), ["system note", "system note"]);
}

#[test]
fn a_change_of_tools_is_a_note_and_asks_for_its_beta() {
    let mut change = ToolAvailability::default();
    change.add.push("lookup".to_owned());
    change.remove.push("other".to_owned());
    let sent = send(asking().message(Message::new(Role::System, vec![Part::ToolAvailability(change)])));
    assert_eq!(
        sent.body["messages"][1],
        json!({"role": "system", "content": [
            {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "lookup"}},
            {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "other"}},
        ]})
    );
    assert_eq!(sent.outgoing.headers["anthropic-beta"], "mid-conversation-tool-changes-2026-07-01");
}

#[test]
fn the_requests_own_beta_header_is_not_replaced_but_checked() {
    let mut change = ToolAvailability::default();
    change.json = Some(raw(r#"{"type":"tool_addition",  "tool":{"type":"tool_reference","name":"x"}}"#));
    let request = asking().message(Message::new(Role::System, vec![ours(Part::ToolAvailability(change))]));
    let sent = send(request.clone().header("Anthropic-Beta", "other-1"));
    assert!(!sent.outgoing.headers.contains_key("anthropic-beta"));
    assert_eq!(sent.subjects(), ["anthropic-beta"]);
    let sent = send(request.header("anthropic-beta", "other-1, mid-conversation-tool-changes-2026-07-01"));
    assert!(sent.warnings.is_empty());
    assert!(sent.text.contains(r#"{"type":"tool_addition",  "tool""#));
}

#[test]
fn a_beta_header_is_sent_only_where_the_content_needs_one() {
    let sent = send(asking());
    assert_eq!(sent.outgoing.headers["anthropic-version"], "2023-06-01");
    assert!(!sent.outgoing.headers.contains_key("anthropic-beta"));
    assert_eq!(sent.outgoing.path, "/v1/messages");
}

#[test]
fn thinking_goes_back_signed_and_unchanged_to_where_it_came_from() {
    let mut omitted = Thinking::default();
    omitted.seal = Some(Seal::signature("b21pdHRlZA=="));
    omitted.visibility = Visibility::Omitted;
    let mut redacted = Thinking::default();
    redacted.seal = Some(Seal::encrypted("ZGF0YQ=="));
    redacted.visibility = Visibility::Redacted;
    let parts = vec![
        ours(signed(" why \n")),
        ours(Part::Thinking(omitted)),
        ours(Part::Thinking(redacted)),
        Part::text("So."),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)).user("Go"));
    assert_eq!(
        sent.body["messages"][1]["content"],
        json!([
            {"type": "thinking", "thinking": " why \n", "signature": "c2lnbmVk"},
            {"type": "thinking", "thinking": "", "signature": "b21pdHRlZA=="},
            {"type": "redacted_thinking", "data": "ZGF0YQ=="},
            {"type": "text", "text": "So."},
        ])
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn thinking_without_a_signature_or_of_another_vendor_is_dropped_with_one_warning_each() {
    let parts = vec![
        ours(Part::Thinking(Thinking::new("unsigned"))),
        Part::Thinking(Thinking::new("unsigned too")),
        foreign(signed("foreign")),
        Part::text("So."),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "So.");
    assert_eq!(sent.subjects(), ["thinking", "thinking"]);
    assert!(sent.warnings.iter().all(|warning| warning.kind == WarningKind::Converted));
    assert!(!sent.text.contains("unsigned") && !sent.text.contains("foreign"));
}

#[test]
fn a_program_may_load_signed_thinking_itself() {
    let message = Message::assistant(signed("why")).part("So.");
    assert_eq!(
        send(asking().message(message).user("Go")).body["messages"][1]["content"][0]["signature"],
        "c2lnbmVk"
    );
}

#[test]
fn citations_go_back_to_their_origin_only() {
    let mut typed = Citation::new(CitationTarget::Document {
        index: 1,
        title: None,
        file_id: None,
        span: Some(DocumentSpan::Pages(2, 3)),
    });
    typed.quoted = Some("words".to_owned());
    let mut replayed = Citation::new(CitationTarget::Other { kind: "new".to_owned() });
    replayed.replay = Some(raw(r#"{"type":"new","b":1,"a":2}"#));
    let mut text = Text::new("So.");
    text.citations = vec![typed, replayed];
    let own = Message::assistant(ours(Part::Text(text.clone())));
    let sent = send(asking().message(own).user("Go"));
    assert_eq!(
        sent.body["messages"][1]["content"][0]["citations"],
        json!([
            {"type": "page_location", "cited_text": "words", "document_index": 1, "document_title": null,
             "start_page_number": 2, "end_page_number": 3},
            {"type": "new", "b": 1, "a": 2},
        ])
    );
    assert!(sent.text.contains(r#"{"type":"new","b":1,"a":2}"#));
    let sent = send(asking().message(Message::assistant(foreign(Part::Text(text)))).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "So.");
    assert_eq!(sent.subjects(), ["citation"]);
}

#[test]
fn unknown_members_and_raw_parts_go_back_byte_for_byte() {
    let mut text = ours("So.");
    text.meta_mut().extra = Some(raw(r#"{"zeta": [1.0],"text":"no"}"#));
    let mut replayed = ours("typed");
    replayed.meta_mut().replay = Some(raw(r#"{"type":"text",  "text":"verbatim"}"#));
    let json = raw(r#"{"type":"novel",  "z":1,"a":"\u00e9"}"#);
    let opaque = ours(Part::Opaque(Opaque::new("anthropic-messages", "novel", json)));
    let sent = send(asking().message(Message::new(Role::Assistant, vec![text, replayed, opaque])).user("Go"));
    assert!(sent.text.contains(r#"{"type":"text","text":"So.","zeta":[1.0]}"#), "{}", sent.text);
    assert!(sent.text.contains(r#"{"type":"text",  "text":"verbatim"}"#));
    assert!(sent.text.contains(r#"{"type":"novel",  "z":1,"a":"\u00e9"}"#));
}

#[test]
fn unknown_members_of_another_vendor_are_not_sent() {
    let mut text = foreign("So.");
    text.meta_mut().extra = Some(raw(r#"{"zeta":1}"#));
    assert!(!send(asking().message(Message::assistant(text)).user("Go")).text.contains("zeta"));
}

#[test]
fn what_another_vendor_alone_understands_is_denied_unless_the_policy_lets_it_go() {
    let foreign_part = Part::Opaque(Opaque::new("openai-responses", "reasoning", raw("{}")));
    for part in [foreign_part, foreign(Part::Compaction(Compaction::default()))] {
        let request = asking().message(Message::assistant("Yes").part(part));
        assert_eq!(refused(request.clone()).kind(), ErrorKind::UnsupportedFeature);
        let sent = send(request.policy(FeaturePolicy::all(OnUnsupported::Warn)));
        assert_eq!(sent.warnings[0].kind, WarningKind::Unsupported);
        assert_eq!(sent.body["messages"][1]["content"], "Yes");
    }
}

#[test]
fn a_source_of_an_earlier_answer_stays_behind_with_a_warning() {
    let answer = Message::assistant("Yes").part(Part::Source(Source::default()));
    let sent = send(asking().message(answer).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "Yes");
    assert_eq!(sent.subjects(), ["source"]);
}

#[test]
fn a_refusal_is_sent_as_text_with_a_warning() {
    let sent = send(asking().message(Message::assistant(Part::Refusal(Refusal::new("No.")))).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "No.");
    assert_eq!(sent.subjects(), ["refusal"]);
}

#[test]
fn compactions_and_model_hops_go_back_in_their_place() {
    let mut compaction = Compaction::default();
    compaction.summary = Some("Before.".to_owned());
    let mut failed = Compaction::default();
    failed.summary = Some(String::new());
    let mut hop = ModelHop::default();
    hop.meta.replay =
        Some(raw(r#"{"type":"fallback","from":{"model":"a"},"to":{"model":"b"},"trigger":null}"#));
    let parts = vec![
        ours(Part::Compaction(compaction)),
        ours(Part::Compaction(failed)),
        ours(Part::ModelHop(hop.clone())),
        Part::text("So."),
    ];
    let sent = send(asking().message(Message::new(Role::Assistant, parts)).user("Go"));
    insta::assert_json_snapshot!(sent.body["messages"][1]["content"], @r#"
    [
      {
        "content": "Before.",
        "type": "compaction"
      },
      {
        "content": null,
        "type": "compaction"
      },
      {
        "from": {
          "model": "a"
        },
        "to": {
          "model": "b"
        },
        "trigger": null,
        "type": "fallback"
      },
      {
        "text": "So.",
        "type": "text"
      }
    ]
    "#);
    let message = Message::assistant("So.").part(foreign(Part::ModelHop(hop)));
    assert_eq!(send(asking().message(message).user("Go")).subjects(), ["model hop"]);
}

#[test]
fn the_first_cache_points_are_dropped_where_there_are_too_many() {
    let cached = |text: &str| Part::text(text).cached(CachePoint::new());
    let parts = ["1", "2", "3", "4", "5"].map(cached).to_vec();
    let mut request = chat().system(SystemContext::new("S").cached(CachePoint::new()));
    request.messages.push(Message::new(Role::User, parts));
    let sent = send(request.clone());
    assert_eq!(sent.body["system"], "S");
    assert!(sent.body["messages"][0]["content"][0].get("cache_control").is_none());
    assert_eq!(sent.text.matches("cache_control").count(), 4);
    assert_eq!(sent.subjects(), ["cache_control"]);
    assert_eq!(sent.warnings[0].kind, WarningKind::Adjusted);
    let sent = send(request.cache(CachePoint::new()));
    assert_eq!(sent.body["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!(sent.text.matches("cache_control").count(), 4);
}

#[test]
fn thinking_cannot_hold_a_cache_point() {
    let message = Message::assistant(signed("why").cached(CachePoint::new())).part("So.");
    let sent = send(asking().message(message).user("Go"));
    assert!(!sent.text.contains("cache_control"));
    assert_eq!(sent.subjects(), ["cache_control"]);
}

#[test]
fn a_cache_point_joins_a_raw_part() {
    let json = raw(r#"{"type":"novel","a":1}"#);
    let part = Part::Opaque(Opaque::new("anthropic-messages", "novel", json)).cached(CachePoint::new());
    let sent = send(asking().message(Message::user(part)));
    let block = &sent.body["messages"][0]["content"][1];
    assert_eq!(block, &json!({"type": "novel", "a": 1, "cache_control": {"type": "ephemeral"}}));
}

#[test]
fn equal_calls_give_equal_bytes() {
    let request = asking()
        .message(Message::assistant(ToolCall::new("bad id!", "f", r#"{"b":1,"a":2}"#)))
        .message(Message::tool(ToolResult::text("bad id!", "ok")))
        .provider_option("anthropic", "zeta", 1)
        .provider_option("anthropic", "alpha", json!({"b": 1, "a": 2}));
    let first = send(request.clone()).text;
    for _ in 0..100 {
        assert_eq!(send(request.clone()).text, first);
    }
}

#[test]
fn media_belongs_to_the_user() {
    let request =
        asking().message(Message::assistant(Part::from(Media::image_url("https://a.example/b.png"))));
    assert_eq!(refused(request).kind(), ErrorKind::UnsupportedFeature);
    let search = SearchResult::new("https://a.example", "A", "Passage");
    let sent = send(asking().message(Message::user(Part::SearchResult(search))));
    assert_eq!(
        sent.body["messages"][0]["content"][1],
        json!({"type": "search_result", "source": "https://a.example", "title": "A",
               "content": [{"type": "text", "text": "Passage"}]})
    );
}

#[test]
fn a_stream_is_asked_for_only_where_one_is_wanted() {
    use steer_core::{Call, Delivery, Protocol};
    let call = Call::new(asking(), listed(&[]));
    let body = steer_anthropic::Messages.encode(&call, Delivery::Stream).unwrap().body;
    assert!(String::from_utf8(body.to_vec()).unwrap().contains(r#""stream":true"#));
    assert!(!send(asking()).text.contains("stream"));
}
