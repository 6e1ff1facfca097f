//! What is said: instructions, messages, media and the forms that go back to their origin.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{
    asking, changed, chat, foreign, of_response, ours, raw, refused, replayed, send, send_as, siblings, turn,
    warning,
};
use serde_json::json;
use steer_core::message::{
    ApprovalRequest, ApprovalResponse, Authority, Citation, CitationTarget, Compaction, Message, Opaque,
    Refusal, Text, ToolAvailability,
};
use steer_core::request::ServerState;
use steer_core::tools::MediaKind;
use steer_core::{ErrorKind, Media, Part, SystemContext, ToolCall, ToolResult};
use steer_openai::{API, ResponsesDialect, SystemPlace};

fn said(id: &str, phase: Option<&str>, text: &str) -> Part {
    let mut part = Text::new(text);
    (part.id, part.phase) = (Some(id.to_owned()), phase.map(str::to_owned));
    Part::Text(part)
}

#[test]
fn the_smallest_request_keeps_nothing_and_asks_for_the_encrypted_thinking() {
    let sent = send(asking());
    assert_eq!(sent.path, "/responses");
    assert_eq!(
        sent.body,
        json!({
            "model": "model-1",
            "input": [{"role": "user", "content": "Hi"}],
            "store": false,
            "include": ["reasoning.encrypted_content"]
        })
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn the_system_prompt_is_the_instructions_or_the_first_message() {
    let request =
        asking().system(SystemContext::new("Be brief.").block("Be kind.").environment("It is Monday."));
    let sent = send(request.clone());
    assert_eq!(sent.body["instructions"], "Be brief.\n\nBe kind.\n\nIt is Monday.");
    assert_eq!(sent.kinds(), ["user"]);
    let message = changed(|dialect| dialect.system = SystemPlace::Message);
    assert_eq!(send_as(request, message).kinds(), ["developer", "user"]);
}

#[test]
fn quirk_61_a_note_has_the_role_of_its_authority_or_the_one_that_the_server_knows() {
    let request = asking()
        .message(Message::system_note("a", Authority::System))
        .message(Message::system_note("b", Authority::Developer));
    assert_eq!(send(request.clone()).kinds(), ["user", "system", "developer"]);
    let system = changed(|dialect| dialect.developer_role = false);
    assert_eq!(send_as(request, system).kinds(), ["user", "system", "system"]);
}

#[test]
fn one_text_is_a_string_and_several_parts_are_a_list() {
    let sent = send(chat().message(Message::user("a").part("b")).user("c"));
    let texts = json!([{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]);
    assert_eq!(
        sent.body["input"],
        json!([{"role": "user", "content": texts}, {"role": "user", "content": "c"}])
    );
}

#[test]
fn a_message_of_the_models_goes_back_with_its_id_and_citations() {
    let mut text = Text::new("See it.");
    text.id = Some("msg_1".to_owned());
    let annotation = r#"{"type":"url_citation","url":"https://a","title":"A","start_index":0,"end_index":3}"#;
    let mut citation = Citation::new(CitationTarget::Url { url: "https://a".to_owned(), title: None });
    citation.replay = Some(raw(annotation));
    text.citations.push(citation);
    let sent = send(asking().message(turn(vec![ours(Part::Text(text.clone()))])));
    assert_eq!(
        sent.input()[1],
        json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [
            {"type": "output_text", "text": "See it.",
             "annotations": [serde_json::from_str::<serde_json::Value>(annotation).unwrap()]}
        ]})
    );
    // Elsewhere it is what was said.
    let sent = send(asking().message(turn(vec![foreign(Part::Text(text))])));
    assert_eq!(sent.input()[1], json!({"role": "assistant", "content": "See it."}));
    assert_eq!(sent.subjects(), ["citation"]);
}

#[test]
fn quirk_54_each_phase_is_a_message_of_its_own_and_goes_back() {
    let parts = vec![
        ours(said("msg_1", Some("commentary"), "I look.")),
        ours(said("msg_2", Some("final_answer"), "It is ")),
        ours(said("msg_2", Some("final_answer"), "red.")),
    ];
    let sent = send(asking().message(turn(parts)));
    let phases: Vec<_> = sent.input()[1..].iter().map(|item| item["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["commentary", "final_answer"]);
    assert_eq!(sent.input()[2]["content"].as_array().unwrap().len(), 2);
    // Without an id the phase goes back too, and the texts go on with each other.
    let sent = send(asking().message(turn(vec![
        siblings(said("msg_1", Some("commentary"), "I ")),
        siblings(said("msg_1", Some("commentary"), "look.")),
    ])));
    let plain = json!({"role": "assistant", "content": "I look.", "phase": "commentary"});
    assert_eq!(sent.input()[1], plain);
}

#[test]
fn quirk_41_an_id_that_the_api_refuses_is_left_out() {
    for id in [&*"m".repeat(65), "msg_1_", "msg/1", ""] {
        let sent = send(asking().message(turn(vec![ours(said(id, None, "Hello"))])));
        assert_eq!(sent.input()[1], json!({"role": "assistant", "content": "Hello"}), "{id}");
    }
}

#[test]
fn quirk_52_a_refusal_is_a_content_of_its_own() {
    let refusal = Part::Refusal(Refusal::new("No."));
    let parts = vec![ours(said("msg_1", None, "Hm.")), ours(refusal.clone())];
    let sent = send(asking().message(turn(parts)).message(turn(vec![foreign(refusal)])));
    assert_eq!(sent.input()[1]["content"][1], json!({"type": "refusal", "refusal": "No."}));
    assert_eq!(sent.input()[2]["content"], json!([{"type": "refusal", "refusal": "No."}]));
    assert_eq!(sent.input()[2]["id"], "msg_2");
}

#[test]
fn messages_without_content_are_left_out_and_a_request_of_nothing_is_refused() {
    let request = asking().message(Message::assistant("")).message(Message::user(" \n")).user("there?");
    assert_eq!(send(request).kinds(), ["user", "user"]);
    let error = refused(chat().message(Message::assistant(" ")));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn quirk_56_instructions_alone_come_with_an_empty_message() {
    let sent = send(chat().system("Write a poem."));
    assert_eq!(sent.body["input"], json!([{"role": "user", "content": ""}]));
    assert_eq!(sent.subjects(), ["messages"]);
}

#[test]
fn images_and_files_go_by_bytes_by_address_and_by_id() {
    let file = |kind| Media::file(kind, "acme", "file-1");
    let message = Message::user(Media::image_bytes("image/png", &b"png"[..]))
        .part(Media::image_url("https://a/b.png").detail("low"))
        .part(file(MediaKind::Image))
        .part(Media::document_bytes("application/pdf", &b"pdf"[..]))
        .part(Media::document_url("https://a/b.pdf"))
        .part(file(MediaKind::Document))
        .part(Media::document_text("Dear all").title("Letter"));
    let sent = send(chat().message(message));
    assert_eq!(
        sent.input()[0]["content"],
        json!([
            {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,cG5n"},
            {"type": "input_image", "detail": "low", "image_url": "https://a/b.png"},
            {"type": "input_image", "detail": "auto", "file_id": "file-1"},
            {"type": "input_file", "filename": "document.pdf",
             "file_data": "data:application/pdf;base64,cGRm"},
            {"type": "input_file", "file_url": "https://a/b.pdf"},
            {"type": "input_file", "file_id": "file-1"},
            {"type": "input_text", "text": "Letter\n\nDear all"},
        ])
    );
}

#[test]
fn sounds_go_where_the_dialect_takes_them_and_nowhere_else() {
    let request = chat().message(Message::user(Media::audio_bytes("audio/wav", &b"wav"[..])));
    assert_eq!(refused(request.clone()).kind(), ErrorKind::UnsupportedFeature);
    let sent = send_as(request, changed(|dialect| dialect.audio = true));
    let sound = json!({"type": "input_audio", "input_audio": {"data": "d2F2", "format": "wav"}});
    assert_eq!(sent.input()[0]["content"], json!([sound]));
}

#[test]
fn a_file_of_another_vendor_is_denied_or_left_out() {
    let file = Media::file(MediaKind::Document, "other", "file-1");
    let request = asking().message(Message::user(file));
    assert_eq!(refused(request.clone()).kind(), ErrorKind::UnsupportedFeature);
    let sent = send(request.policy(warning()));
    assert_eq!((sent.kinds(), sent.subjects()), (vec!["user"], vec!["document"]));
}

#[test]
fn what_only_its_origin_understands_goes_back_byte_for_byte_and_nowhere_else() {
    let opaque = r#"{"type":"new_item",  "id":"x_1"}"#;
    let compaction = r#"{"type":"compaction","id":"cmp_1",  "encrypted_content":"abc"}"#;
    let tools = r#"{"type":"tool_search_output","call_id":null,  "tools":[]}"#;
    let parts = || {
        vec![
            Part::Opaque(Opaque::new(API, "new_item", raw(opaque))),
            replayed(compaction, Part::Compaction(Compaction::default())),
            replayed(tools, Part::ToolAvailability(ToolAvailability::default())),
        ]
    };
    let sent = send(asking().message(turn(parts().into_iter().map(ours).collect())));
    for json in [opaque, compaction, tools] {
        assert!(sent.text.contains(json), "{}", sent.text);
    }
    let request = asking().message(turn(parts().into_iter().map(foreign).collect()));
    assert_eq!(refused(request.clone()).kind(), ErrorKind::UnsupportedFeature);
    let sent = send(request.policy(warning()));
    assert_eq!(sent.kinds(), ["user"]);
    assert_eq!(sent.subjects(), ["opaque part", "compaction", "tool change"]);
}

#[test]
fn an_approval_goes_back_with_the_request_that_asked_for_it() {
    let json =
        r#"{"type":"mcp_approval_request","id":"mcpr_1","arguments":"{}","name":"f","server_label":"s"}"#;
    let ask = ApprovalRequest::new("mcpr_1", ToolCall::new("mcpr_1", "f", "{}"));
    let ask = ours(replayed(json, Part::ApprovalRequest(ask)));
    let yes = Message::user(Part::ApprovalResponse(ApprovalResponse::new("mcpr_1", true)));
    let sent = send(asking().message(turn(vec![ask])).message(yes.clone()));
    assert!(sent.text.contains(json));
    assert_eq!(
        sent.input()[2],
        json!({"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true})
    );
    assert_eq!(refused(asking().message(yes)).kind(), ErrorKind::UnsupportedFeature);
}

fn going_on(id: &str) -> ServerState {
    let mut state = ServerState::default();
    state.previous_response_id = Some(id.to_owned());
    state
}

#[test]
fn quirk_43_what_the_vendor_keeps_is_not_sent_again() {
    let call = ToolCall::new("call_1", "f", "{}");
    let mut request = asking()
        .message(turn(vec![of_response("resp_1", "One")]))
        .user("more")
        .message(turn(vec![of_response("resp_2", call)]))
        .message(Message::tool(ToolResult::text("call_1", "done")));
    request.state = going_on("resp_2");
    let sent = send(request.clone());
    assert_eq!(sent.body["previous_response_id"], "resp_2");
    let output = json!({"type": "function_call_output", "call_id": "call_1", "output": "done"});
    assert_eq!(sent.body["input"], json!([output]));
    // Of a conversation the vendor has all up to its last answer.
    request.state = ServerState::default();
    request.state.conversation = Some("conv_1".to_owned());
    let sent = send(request.clone());
    assert_eq!((&sent.body["conversation"], sent.input().len()), (&json!("conv_1"), 1));
    // An answer that is not there leaves everything to be sent.
    request.state = going_on("resp_9");
    assert_eq!(send(request).input().len(), 5);
}

#[test]
fn a_call_may_go_on_without_a_word_of_its_own() {
    let mut request = asking().message(turn(vec![of_response("resp_1", "One")]));
    request.state = going_on("resp_1");
    assert!(send(request).body.get("input").is_none());
}

#[test]
fn a_result_of_a_call_that_the_vendor_keeps_is_taken_at_its_word() {
    let mut request = chat().message(Message::tool(ToolResult::text("call_7", "done")));
    assert_eq!(refused(request.clone()).kind(), ErrorKind::InvalidRequest);
    request.state = going_on("resp_1");
    assert_eq!(send(request).input()[0]["call_id"], "call_7");
}

#[test]
fn a_server_that_keeps_nothing_is_told_everything() {
    let mut request = asking().message(turn(vec![of_response("resp_1", "One")])).user("more");
    request.state = going_on("resp_1");
    let sent = send_as(request, ResponsesDialect::compatible());
    assert_eq!((sent.input().len(), sent.subjects()), (3, vec!["state.previous_response_id"]));
    assert!(sent.body.get("store").is_none() && sent.body.get("include").is_none());
}
