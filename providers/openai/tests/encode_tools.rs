//! Thinking, calls and results, and what must stand beside what.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{
    asking, changed, foreign, function, of_response, ours, raw, refused, replayed, send, send_as, siblings,
    turn,
};
use serde_json::{Value, json};
use steer_core::message::{
    Executor, Message, Seal, Text, Thinking, ThinkingForm, ThinkingSection, ToolCallPart, ToolCaller,
    ToolResultPart,
};
use steer_core::request::{FunctionTool, LostThinking};
use steer_core::tools::{MediaKind, ToolResultContent};
use steer_core::{ErrorKind, InputSchema, Media, Part, ToolCall, ToolResult, ToolSchema};

const ITEM: &str = r#"{"id":"rs_1","type":"reasoning",  "summary":[],"encrypted_content":"gAAA"}"#;

fn thought() -> Part {
    let mut part = Thinking::default();
    part.id = Some("rs_1".to_owned());
    part.seal = Some(Seal::encrypted("gAAA"));
    replayed(ITEM, Part::Thinking(part))
}

fn call(id: &str) -> Part {
    let mut part = ToolCallPart::new(ToolCall::new(id, "look", r#"{"a":1}"#));
    part.item_id = Some(format!("fc_{id}"));
    part.status = Some("completed".to_owned());
    Part::ToolCall(part)
}

fn result(id: &str) -> Message {
    Message::tool(ToolResult::text(id, "red"))
}

fn say(text: &str) -> Part {
    let mut part = Text::new(text);
    part.id = Some("msg_1".to_owned());
    Part::Text(part)
}

#[test]
fn quirk_38_a_call_goes_back_with_the_thinking_before_it() {
    let sent =
        send(asking().message(turn(vec![ours(thought()), ours(call("call_1"))])).message(result("call_1")));
    assert_eq!(sent.kinds(), ["user", "reasoning", "function_call", "function_call_output"]);
    assert!(sent.text.contains(ITEM), "byte for byte");
    assert_eq!(
        sent.input()[2],
        json!({"type": "function_call", "id": "fc_call_1", "call_id": "call_1", "name": "look",
               "arguments": "{\"a\":1}", "status": "completed"})
    );
}

#[test]
fn quirk_38_what_another_model_said_goes_without_thinking_and_without_ids() {
    for part in [siblings as fn(Part) -> Part, foreign] {
        let parts = vec![part(thought()), part(say("Hm.")), part(call("call_1"))];
        let sent = send(asking().message(turn(parts)).message(result("call_1")));
        assert_eq!(sent.kinds(), ["user", "assistant", "function_call", "function_call_output"]);
        assert!(sent.input()[1..].iter().all(|item| item.get("id").is_none()), "{}", sent.text);
        assert_eq!(sent.subjects(), ["thinking"]);
    }
}

#[test]
fn quirk_38_thinking_that_nothing_follows_is_left_out() {
    for parts in [vec![ours(thought())], vec![ours(thought()), ours(Part::text(""))]] {
        let sent = send(asking().message(turn(parts)).user("Go on"));
        assert_eq!((sent.kinds(), sent.subjects()), (vec!["user", "user"], vec!["thinking"]));
    }
    // What another answer says does not follow it.
    let parts = vec![of_response("resp_1", thought())];
    let next = turn(vec![of_response("resp_2", "Hello")]);
    let sent = send(asking().message(turn(parts)).message(next));
    assert_eq!(sent.kinds(), ["user", "assistant"]);
}

#[test]
fn quirk_39_thinking_without_its_encrypted_form_goes_back_only_where_the_vendor_keeps_it() {
    let mut part = Thinking::new("Hm.");
    part.id = Some("rs_1".to_owned());
    let parts = vec![ours(Part::Thinking(part)), ours(say("Red.")), ours(call("call_1"))];
    let mut request = asking().message(turn(parts)).message(result("call_1"));
    let sent = send(request.clone());
    assert_eq!(sent.kinds(), ["user", "assistant", "function_call", "function_call_output"]);
    assert!(sent.input().iter().all(|item| item.get("id").is_none()), "{}", sent.text);
    request.state.store = Some(true);
    let sent = send(request);
    assert_eq!(
        sent.input()[1],
        json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]})
    );
    assert_eq!(sent.body["store"], true);
    assert!(sent.body.get("include").is_none());
}

#[test]
fn quirk_40_thinking_may_go_without_an_id_if_it_is_encrypted() {
    let mut part = Thinking::default();
    part.sections = vec![
        ThinkingSection::new(ThinkingForm::Summary, "So."),
        ThinkingSection::new(ThinkingForm::Raw, "Hm."),
    ];
    part.id = Some("r".repeat(65));
    part.seal = Some(Seal::encrypted("gAAA"));
    let part = ours(replayed(r#"{"id":"too long"}"#, Part::Thinking(part)));
    let sent = send(asking().message(turn(vec![part, ours("Red.")])));
    assert_eq!(
        sent.input()[1],
        json!({"type": "reasoning", "summary": [{"type": "summary_text", "text": "So."}],
               "content": [{"type": "reasoning_text", "text": "Hm."}], "encrypted_content": "gAAA"})
    );
}

#[test]
fn thinking_of_another_provider_is_dropped_or_sent_as_text_as_the_policy_says() {
    let mut request =
        asking().message(turn(vec![foreign(Part::Thinking(Thinking::new("Hm."))), "Red.".into()]));
    assert_eq!(send(request.clone()).kinds(), ["user", "assistant"]);
    request.policy.lost_thinking = LostThinking::AsText;
    let sent = send(request);
    let texts: Vec<_> = sent.input()[1..].iter().map(|item| item["content"].as_str().unwrap()).collect();
    assert_eq!((texts, sent.subjects()), (vec!["Hm.", "Red."], vec!["thinking"]));
}

#[test]
fn a_call_that_the_vendor_ran_goes_back_as_it_was_and_nowhere_else() {
    let search =
        r#"{"id":"ws_1","type":"web_search_call",  "status":"completed","action":{"type":"search"}}"#;
    let mut part = ToolCallPart::new(ToolCall::new("ws_1", "web_search", "{}"));
    part.executor = Executor::Provider;
    let part = replayed(search, Part::ToolCall(part));
    let sent = send(asking().message(turn(vec![ours(thought()), ours(part.clone()), ours("Red.")])));
    assert!(sent.text.contains(search));
    assert_eq!(sent.kinds(), ["user", "reasoning", "web_search_call", "assistant"]);
    let sent = send(asking().message(turn(vec![foreign(part.clone()), "Red.".into()])));
    assert_eq!((sent.kinds(), sent.subjects()), (vec!["user", "assistant"], vec!["tool call"]));
    // The API wants the thinking that led to it.
    let lost = Part::Thinking(Thinking::new("Hm."));
    let sent = send(asking().message(turn(vec![ours(lost), ours(part), ours("Red.")])));
    assert_eq!((sent.kinds(), sent.subjects()), (vec!["user", "assistant"], vec!["thinking", "tool call"]));
}

#[test]
fn quirk_42_calls_are_sent_in_full_and_never_as_references() {
    let sent = send(asking().message(turn(vec![ours(call("call_1"))])).message(result("call_1")));
    assert!(!sent.text.contains("item_reference"));
    assert_eq!(sent.input()[1]["arguments"], "{\"a\":1}");
}

#[test]
fn quirk_41_each_call_has_one_id_that_the_api_takes_and_its_result_the_same() {
    let long = "c".repeat(80);
    let ids = ["toolu/1", &*long, "call_1", ""];
    let parts = ids.iter().map(|id| foreign(ToolCall::new(*id, "look", ""))).collect();
    let results = ids.iter().map(|id| ToolResult::text(*id, "red"));
    let sent = send(asking().message(turn(parts)).message(Message::tools(results)));
    let id = |place: usize| sent.input()[place]["call_id"].as_str().unwrap();
    for place in 1..=4 {
        assert_eq!(id(place), id(place + 4));
        assert!((1..=64).contains(&id(place).len()) && !id(place).contains('/'), "{}", id(place));
    }
    assert_eq!(id(3), "call_1");
    assert_eq!(sent.input()[1]["arguments"], "{}");
}

#[test]
fn every_call_has_an_answer_but_for_those_that_wait() {
    let parts = vec![call("call_1"), call("call_2")];
    let request = asking().message(turn(parts.clone())).message(result("call_2")).user("Well?");
    let sent = send(request);
    let kinds =
        ["user", "function_call", "function_call", "function_call_output", "function_call_output", "user"];
    assert_eq!((sent.kinds(), sent.subjects()), (kinds.to_vec(), vec!["tool_call"]));
    assert_eq!(sent.input()[4]["call_id"], "call_1");
    assert_eq!(sent.input()[4]["output"], "no result was given");
    assert_eq!(send(asking().message(turn(parts))).kinds(), kinds[..3]);
}

#[test]
fn a_result_of_no_call_is_refused() {
    assert_eq!(refused(asking().message(result("call_1"))).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn results_are_a_text_or_a_list_and_errors_say_so() {
    let results = [
        ToolResult::json("a", json!({"x": 1})),
        ToolResult::error("b", "no such file"),
        ToolResult::text("c", "see").media(Media::image_url("https://a/b.png")),
        ToolResult::new("d", vec![]).media(Media::file(MediaKind::Document, "acme", "file-1")),
    ];
    let parts = ["a", "b", "c", "d"].map(call).to_vec();
    let sent = send(asking().message(turn(parts)).message(Message::tools(results)));
    let outputs: Vec<&Value> = sent.input()[5..].iter().map(|item| &item["output"]).collect();
    let image = json!({"type": "input_image", "detail": "auto", "image_url": "https://a/b.png"});
    assert_eq!(
        outputs,
        [
            &json!("{\"x\":1}"),
            &json!("Error: no such file"),
            &json!([{"type": "input_text", "text": "see"}, image]),
            &json!([{"type": "input_file", "file_id": "file-1"}]),
        ]
    );
}

#[test]
fn quirk_60_a_function_that_says_what_json_it_gives_answers_in_json() {
    let mut tool = FunctionTool::new(ToolSchema::new("look", InputSchema::empty()));
    tool.extra = Some(raw(r#"{"output_schema":{"type":"string"}}"#));
    let request = asking().tool(tool).message(turn(vec![call("a"), call("b")]));
    let results = [ToolResult::text("a", "red \"one\""), ToolResult::text("b", "{\"x\":1}")];
    let sent = send(request.message(Message::tools(results)));
    assert_eq!(sent.input()[3]["output"], r#""red \"one\"""#);
    assert_eq!(sent.input()[4]["output"], "{\"x\":1}");
    assert!(sent.body["tools"][0]["output_schema"].is_object());
}

#[test]
fn quirk_58_a_server_that_wants_no_states_and_calls_last_has_both() {
    let parts = vec![ours(call("call_1")), ours(say("I look."))];
    let request = asking().message(turn(parts)).message(result("call_1"));
    let sent = send_as(request, changed(|dialect| (dialect.call_status, dialect.calls_last) = (false, true)));
    assert_eq!(sent.kinds(), ["user", "assistant", "function_call", "function_call_output"]);
    assert!(sent.input()[2].get("status").is_none());
}

#[test]
fn quirk_59_calls_that_came_as_one_go_back_as_several() {
    let parts = ["call_1_1", "call_1_2"].map(|id| {
        let mut part = ToolCallPart::new(ToolCall::new(id, "look", "{}"));
        part.item_id = None;
        ours(Part::ToolCall(part))
    });
    let results = ["call_1_1", "call_1_2"].map(|id| ToolResult::text(id, "red"));
    let sent = send(asking().message(turn(parts.to_vec())).message(Message::tools(results)));
    let ids: Vec<_> = sent.input()[1..].iter().map(|item| item["call_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["call_1_1", "call_1_2", "call_1_1", "call_1_2"]);
    assert!(sent.input().iter().all(|item| item["name"] != "multi_tool_use.parallel"));
}

#[test]
fn free_text_is_the_input_of_a_custom_tool_or_an_argument() {
    let part = || foreign(ToolCall::free_text("call_1", "shout", "hey"));
    let request = asking().message(turn(vec![part()])).message(result("call_1"));
    let sent = send(request.clone());
    assert_eq!(
        sent.input()[1..],
        [
            json!({"type": "custom_tool_call", "call_id": "call_1", "name": "shout", "input": "hey"}),
            json!({"type": "custom_tool_call_output", "call_id": "call_1", "output": "red"}),
        ]
    );
    let sent = send_as(request, changed(|dialect| dialect.custom_tools = false));
    assert_eq!(sent.input()[1]["arguments"], "{\"raw\":\"hey\"}");
    assert_eq!(sent.input()[2]["type"], "function_call_output");
}

#[test]
fn a_call_by_a_program_goes_back_with_its_caller() {
    let mut part = ToolCallPart::new(ToolCall::new("call_1", "look", "{}"));
    let caller = ToolCaller::Program { kind: "program".to_owned(), call_id: Some("prog_1".to_owned()) };
    (part.caller, part.namespace) = (Some(caller.clone()), Some("files".to_owned()));
    let mut answer = ToolResultPart::new(ToolResult::text("call_1", "red"));
    answer.caller = Some(caller);
    let answer = Message::user(Part::ToolResult(answer));
    let sent = send(asking().message(turn(vec![ours(Part::ToolCall(part))])).message(answer));
    for item in &sent.input()[1..] {
        assert_eq!(item["caller"], json!({"type": "program", "caller_id": "prog_1"}));
    }
    assert_eq!(sent.input()[1]["namespace"], "files");
}

/// A call of one of the vendor's tools that the program runs, and its result.
fn built_in(kind: &str, result: ToolResult) -> Result<Value, ErrorKind> {
    let mut part = ToolCallPart::new(ToolCall::new("call_1", kind, "{}"));
    part.kind = Some(kind.to_owned());
    let json = format!(r#"{{"type":"{kind}","call_id":"call_1"}}"#);
    let part = ours(replayed(&json, Part::ToolCall(part)));
    let request = asking().message(turn(vec![part])).message(Message::tool(result));
    match encode_kit::try_send(request, steer_openai::ResponsesDialect::original()) {
        Ok(sent) => Ok(sent.input()[2].clone()),
        Err(error) => Err(error.kind()),
    }
}

#[test]
fn the_vendors_tools_that_the_program_runs_have_results_of_their_own_kinds() {
    let text = || ToolResult::text("call_1", "red");
    assert_eq!(
        built_in("shell_call", text()).unwrap(),
        json!({"type": "shell_call_output", "call_id": "call_1", "output": [
            {"stdout": "red", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
        ]})
    );
    let chunks = json!([{"stdout": "", "stderr": "!", "outcome": {"type": "timeout"}}]);
    let given = built_in("shell_call", ToolResult::json("call_1", chunks.clone())).unwrap();
    assert_eq!(given["output"], chunks);
    assert_eq!(
        built_in("local_shell_call", text()).unwrap(),
        json!({"type": "local_shell_call_output", "id": "call_1", "output": "red"})
    );
    assert_eq!(
        built_in("apply_patch_call", ToolResult::error("call_1", "no")).unwrap(),
        json!({"type": "apply_patch_call_output", "call_id": "call_1", "status": "failed", "output": "Error: no"})
    );
    let image = ToolResult::new("call_1", vec![]).media(Media::image_url("https://a/b.png"));
    assert_eq!(
        built_in("computer_call", image).unwrap()["output"],
        json!({"type": "computer_screenshot", "image_url": "https://a/b.png"})
    );
    assert_eq!(built_in("computer_call", text()), Err(ErrorKind::InvalidRequest));
    let tools = ToolResult::json("call_1", json!([{"type": "function", "name": "f"}]));
    assert_eq!(
        built_in("tool_search_call", tools).unwrap(),
        json!({"type": "tool_search_output", "call_id": "call_1", "execution": "client", "status": "completed",
               "tools": [{"type": "function", "name": "f"}]})
    );
    assert_eq!(built_in("tool_search_call", text()), Err(ErrorKind::InvalidRequest));
}

#[test]
fn an_opaque_part_of_a_result_goes_back_to_its_api_only() {
    let opaque = |api: &str| ToolResultContent::Opaque {
        api: api.to_owned(),
        kind: "new".to_owned(),
        json: r#"{"type":"new"}"#.to_owned(),
    };
    let request = asking().tool(function("look")).message(turn(vec![call("call_1")]));
    let result = |api| Message::tool(ToolResult::new("call_1", vec![opaque(api)]));
    let sent = send(request.clone().message(result(steer_openai::API)));
    assert_eq!(sent.input()[2]["output"], json!([{"type": "new"}]));
    assert_eq!(refused(request.message(result("other"))).kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn each_tool_of_the_vendors_goes_back_as_it_came_though_the_request_no_longer_offers_it() {
    for kind in [
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "mcp_call",
        "image_generation_call",
        "program",
        "shell_call",
        "tool_search_call",
        "x_search_call",
        "code_execution_call",
        "view_image_call",
        "view_x_video_call",
        "document_search_call",
        "collections_search_call",
    ] {
        let json = format!(r#"{{"type":"{kind}","id":"it_1",  "status":"completed"}}"#);
        let mut part = ToolCallPart::new(ToolCall::new("it_1", kind, "{}"));
        (part.executor, part.kind) = (Executor::Provider, Some(kind.to_owned()));
        let part = replayed(&json, Part::ToolCall(part));
        let sent = send(asking().message(Message::assistant(part)).user("Go"));
        assert!(sent.text.contains(&json), "{kind}: {}", sent.text);
        assert_eq!(sent.subjects(), [""; 0], "{kind}");
    }
}
