//! Tools, their calls and their results.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, changed, chat, foreign, function, ours, raw, refused, refused_as, send, send_as};
use serde_json::{Value, json};
use steer_core::message::{Executor, Message, Role, ToolCallPart, ToolResultPart};
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::tools::{SearchResult, ToolResultContent};
use steer_core::{
    CompletionRequest, ErrorKind, InputSchema, Media, Part, Tool, ToolCall, ToolChoice, ToolResult,
    ToolSchema,
};
use steer_openai_compatible::{API, Dialect, EmptyContent, ToolIds};

fn call(id: &str, input: &str) -> Part {
    ToolCall::new(id, "f", input).into()
}

fn calls(parts: Vec<Part>) -> Message {
    Message::new(Role::Assistant, parts)
}

fn exchange(call: Part, result: ToolResult) -> CompletionRequest {
    asking().message(Message::assistant(call)).message(Message::tool(result))
}

fn legacy(name: &str) -> Part {
    let mut part = ToolCallPart::new(ToolCall::new("", name, "{}"));
    part.kind = Some("function_call".into());
    ours(Part::ToolCall(part))
}

fn strict() -> ToolSchema {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}});
    ToolSchema::new("f", InputSchema::from_json(schema).unwrap()).strict(true)
}

#[test]
fn a_call_and_its_result_are_written() {
    let sent = send(exchange(call("call_1", r#"{"b": 1,  "a":2}"#), ToolResult::text("call_1", "ok")));
    assert_eq!(
        sent.body["messages"],
        json!([
            {"role": "user", "content": "Hi"},
            {
                "role": "assistant",
                "content": null,
                "tool_calls": [{
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "f", "arguments": "{\"b\": 1,  \"a\":2}"}
                }]
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "ok"}
        ])
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn arguments_stay_as_the_model_wrote_them_unless_there_are_none() {
    for (given, written) in [(r#"{"a":"#, r#"{"a":"#), ("[1]", "[1]"), (" ", "{}"), ("", "{}")] {
        let sent = send(exchange(call("a", given), ToolResult::text("a", "ok")));
        assert_eq!(sent.body["messages"][1]["tool_calls"][0]["function"]["arguments"], written);
    }
}

#[test]
fn what_stands_for_missing_text_follows_the_dialect() {
    for (empty, content) in [
        (EmptyContent::Null, Some(Value::Null)),
        (EmptyContent::Text, Some("".into())),
        (EmptyContent::Omitted, None),
    ] {
        let dialect = changed(|dialect| dialect.empty_content = empty);
        let sent = send_as(exchange(call("a", ""), ToolResult::text("a", "ok")), dialect);
        assert_eq!(sent.body["messages"][1].get("content"), content.as_ref());
    }
}

#[test]
fn results_follow_their_turn_in_the_order_of_the_calls() {
    let request = asking()
        .message(calls(vec![call("a", ""), call("b", "")]))
        .user("wait")
        .message(Message::tools([ToolResult::text("b", "2"), ToolResult::text("a", "1")]));
    let sent = send(request);
    assert_eq!(sent.roles(), ["user", "assistant", "tool", "tool", "user"]);
    assert_eq!(sent.body["messages"][2], json!({"role": "tool", "tool_call_id": "a", "content": "1"}));
    assert_eq!(sent.subjects(), ["tool_result"]);
}

#[test]
fn text_after_a_result_in_one_message_is_a_turn_of_its_own() {
    let parts = vec![call("a", ""), ToolResult::text("a", "1").into(), "Done.".into()];
    assert_eq!(send(asking().message(calls(parts))).roles(), ["user", "assistant", "tool", "assistant"]);
}

#[test]
fn a_call_without_a_result_gets_one_unless_it_is_the_last_turn() {
    let sent = send(asking().message(calls(vec![call("a", "")])).user("well?"));
    assert_eq!(
        sent.body["messages"][2],
        json!({"role": "tool", "tool_call_id": "a", "content": "no result was given"})
    );
    assert_eq!(sent.subjects(), ["tool_call"]);
    let half = asking()
        .message(calls(vec![call("a", ""), call("b", "")]))
        .message(Message::tool(ToolResult::text("b", "2")));
    assert_eq!(send(half).roles(), ["user", "assistant", "tool", "tool"]);
    let waiting = send(asking().message(calls(vec![call("a", "")])));
    assert_eq!(waiting.roles(), ["user", "assistant"]);
    assert!(waiting.warnings.is_empty());
}

#[test]
fn a_result_without_its_call_is_refused_by_its_id() {
    let error = refused(asking().message(Message::tool(ToolResult::text("lost", "x"))));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("`lost`"), "{error}");
    let twice = exchange(call("a", ""), ToolResult::text("a", "1"))
        .message(Message::tool(ToolResult::text("a", "2")));
    assert!(refused(twice).message().contains("more than one result"));
}

#[test]
fn calls_without_ids_get_numbers_that_their_results_share() {
    let named = |name: &str| Part::from(ToolCall::new("", name, "{}"));
    let request = asking()
        .message(calls(vec![named("f"), named("g")]))
        .message(Message::tools([ToolResult::text("", "g!").for_tool("g"), ToolResult::text("", "f!")]))
        .message(calls(vec![named("f")]))
        .message(Message::tool(ToolResult::text("", "again")));
    let sent = send(request);
    let ids: Vec<&Value> = sent.messages().iter().filter_map(|message| message.get("tool_call_id")).collect();
    assert_eq!(ids, ["call_1", "call_2", "call_3"]);
    assert_eq!(sent.body["messages"][2]["content"], "f!");
    assert_eq!(sent.body["messages"][3]["content"], "g!");
}

#[test]
fn ids_are_mapped_to_what_the_dialect_takes_without_meeting() {
    let dialect = changed(|dialect| dialect.tool_ids = ToolIds::Alphanumeric(9));
    let request = asking()
        .message(calls(vec![call("toolu_1", ""), call("toolu-1", ""), call("abcDEF123", "")]))
        .message(Message::tools(["toolu_1", "toolu-1", "abcDEF123"].map(|id| ToolResult::text(id, id))));
    let sent = send_as(request, dialect);
    let calls = sent.body["messages"][1]["tool_calls"].as_array().unwrap();
    let ids: Vec<&str> = calls.iter().map(|call| call["id"].as_str().unwrap()).collect();
    assert!(
        ids.iter().all(|id| id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        "{ids:?}"
    );
    assert!(ids[0] != ids[1] && ids[2] == "abcDEF123");
    for (place, id) in ids.iter().enumerate() {
        assert_eq!(sent.body["messages"][place + 2]["tool_call_id"], **id);
    }
    let long = "x".repeat(60);
    let sent = send_as(exchange(call(&long, ""), ToolResult::text(&long, "ok")), Dialect::original());
    assert!(sent.body["messages"][2]["tool_call_id"].as_str().unwrap().len() <= 40);
}

#[test]
fn a_failed_result_says_so_once() {
    let content =
        |result: ToolResult| send(exchange(call("a", ""), result)).body["messages"][2]["content"].clone();
    assert_eq!(content(ToolResult::error("a", "no disk")), "Error: no disk");
    assert_eq!(content(ToolResult::error("a", "error: no disk")), "error: no disk");
    assert_eq!(content(ToolResult::new("a", vec![]).outcome(steer_core::tools::ToolOutcome::Error)), "Error");
    assert_eq!(content(ToolResult::denied("a", "The user said no.")), "The user said no.");
}

#[test]
fn the_parts_of_a_result_are_lines_of_text() {
    let result = ToolResult::json("a", json!({"n": 1}))
        .part(ToolResultContent::text("two"))
        .part(ToolResultContent::SearchResult(SearchResult::new("https://a", "Sky", ["blue"])));
    let sent = send(exchange(call("a", ""), result));
    assert_eq!(sent.body["messages"][2]["content"], "{\"n\":1}\ntwo\nSky\nhttps://a\nblue");
}

#[test]
fn images_of_results_follow_all_results_as_the_users() {
    let image = || Media::image_url("https://a/b.png");
    let request = asking()
        .message(calls(vec![call("a", ""), call("b", "")]))
        .message(Message::tools([ToolResult::text("a", "1").media(image()), ToolResult::text("b", "2")]))
        .user("So?");
    let sent = send(request);
    assert_eq!(sent.roles(), ["user", "assistant", "tool", "tool", "user", "user"]);
    assert_eq!(sent.body["messages"][2]["content"], "1");
    assert_eq!(sent.body["messages"][4]["content"][0]["text"], "From the result of f:");
    assert_eq!(sent.body["messages"][4]["content"][1]["image_url"]["url"], "https://a/b.png");
    assert_eq!(sent.subjects(), ["tool_result"]);
    let alone = send(exchange(call("a", ""), ToolResult::new("a", vec![]).media(image())));
    assert!(!alone.body["messages"][2]["content"].as_str().unwrap().is_empty());
}

#[test]
fn a_legacy_call_goes_back_in_its_own_form() {
    let sent = send(exchange(legacy("f"), ToolResult::text("", "ok")));
    assert_eq!(
        sent.body["messages"][1],
        json!({"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}})
    );
    assert_eq!(sent.body["messages"][2], json!({"role": "function", "name": "f", "content": "ok"}));
    let mut other = legacy("f");
    other.meta_mut().origin = None;
    let sent = send(exchange(foreign(other), ToolResult::text("", "ok")));
    assert_eq!(sent.body["messages"][2]["role"], "tool");
}

#[test]
fn a_call_of_free_text_is_custom_or_an_argument() {
    let request = exchange(ToolCall::free_text("a", "f", "say \"x\"").into(), ToolResult::text("a", "ok"));
    let sent = send_as(request.clone(), Dialect::original());
    assert_eq!(
        sent.body["messages"][1]["tool_calls"][0],
        json!({"id": "a", "type": "custom", "custom": {"name": "f", "input": "say \"x\""}})
    );
    let sent = send(request);
    let arguments = sent.body["messages"][1]["tool_calls"][0]["function"]["arguments"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(arguments).unwrap(), json!({"raw": "say \"x\""}));
    assert_eq!(sent.subjects(), ["tool_call"]);
}

#[test]
fn what_came_with_a_call_goes_back_to_its_origin_alone() {
    let signed = |place: fn(Part) -> Part| {
        let mut part = place(call("a", "{}"));
        part.meta_mut().replay = Some(raw(r#"{"google":{"thought_signature":"s"}}"#));
        part.meta_mut().extra = Some(raw(r#"{"index":0,"mood":"good"}"#));
        send(exchange(part, ToolResult::text("a", "ok"))).body["messages"][1]["tool_calls"][0].clone()
    };
    let own = signed(ours);
    assert_eq!(own["extra_content"], json!({"google": {"thought_signature": "s"}}));
    assert_eq!((own.get("mood"), own.get("index")), (Some(&json!("good")), None));
    assert!(signed(foreign).get("extra_content").is_none());
}

#[test]
fn what_a_provider_ran_itself_is_not_sent() {
    let mut run = ToolCallPart::new(ToolCall::new("s", "search", "{}"));
    run.executor = Executor::Provider;
    let mut found = ToolResultPart::new(ToolResult::text("s", "found"));
    found.executor = Executor::Provider;
    let parts = vec![foreign(Part::ToolCall(run)), foreign(Part::ToolResult(found)), "Found it.".into()];
    let sent = send(asking().message(calls(parts)));
    assert_eq!(sent.body["messages"][1], json!({"role": "assistant", "content": "Found it."}));
    assert_eq!(sent.subjects(), ["tool call", "tool result"]);
}

#[test]
fn the_name_of_a_call_is_made_one_that_the_api_takes() {
    let part = ToolCall::new("a", "files.read", "{}").into();
    let sent = send(exchange(part, ToolResult::text("a", "ok")));
    assert_eq!(sent.body["messages"][1]["tool_calls"][0]["function"]["name"], "files_read_cb5f31a001630aa2");
    assert_eq!(sent.subjects(), ["tool_call"]);
}

#[test]
fn a_tool_is_written_and_no_tools_are_no_member() {
    let sent = send(asking().tool(strict().strict(false).description("Does.")));
    assert_eq!(
        sent.body["tools"],
        json!([{"type": "function", "function": {
            "name": "f",
            "description": "Does.",
            "parameters": {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}}
        }}])
    );
    let none = send(asking().tool_choice(ToolChoice::None).parallel_tool_calls(false));
    assert!(["tools", "tool_choice", "parallel_tool_calls"].iter().all(|name| none.body.get(name).is_none()));
}

#[test]
fn a_strict_tool_is_lowered_where_strictness_is_taken() {
    let sent = send_as(asking().tool(strict()), Dialect::original());
    let function = &sent.body["tools"][0]["function"];
    assert_eq!(function["strict"], true);
    assert_eq!(function["parameters"]["required"], json!(["a"]));
    assert_eq!(function["parameters"]["additionalProperties"], false);
    assert_eq!(function["parameters"]["properties"]["a"]["type"], json!(["string", "null"]));
    assert!(function["parameters"]["properties"]["a"].get("minLength").is_none());
    assert!(!sent.warnings.is_empty());
    let sent = send(asking().tool(strict()));
    assert!(sent.body["tools"][0]["function"].get("strict").is_none());
    assert_eq!(sent.subjects(), ["tool f"]);
}

#[test]
fn names_of_tools_are_checked() {
    assert_eq!(refused(asking().tool(function(" "))).kind(), ErrorKind::InvalidRequest);
    for name in ["a.b", "ä", &"x".repeat(65)] {
        let request = asking().tool(function(name)).tool_choice(ToolChoice::Tool(name.to_owned()));
        let sent = send(request);
        let sent_name = &sent.body["tools"][0]["function"]["name"];
        assert!(steer_core::encode::is_plain(sent_name.as_str().unwrap(), 64), "{sent_name}");
        assert_eq!(sent.body["tool_choice"]["function"]["name"], *sent_name);
        assert_eq!(sent.subjects(), [format!("tool {name}")]);
    }
    let twice = refused(asking().tool(function("f")).tool(function("f")));
    assert!(twice.message().contains("two tools named `f`"));
}

#[test]
fn custom_tools_are_taken_by_the_dialects_that_have_them() {
    let mut tool = CustomTool::new("say");
    tool.format = Some(raw(r#"{"type":"text"}"#));
    let request = asking().tool(Tool::Custom(tool));
    assert_eq!(
        send_as(request.clone(), Dialect::original()).body["tools"],
        json!([{"type": "custom", "custom": {"name": "say", "format": {"type": "text"}}}])
    );
    assert_eq!(refused(request).kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn a_vendors_tool_is_written_as_it_is_and_another_apis_denied() {
    let json = r#"{"type":"web_search",  "depth":1}"#;
    let sent = send(asking().tool(ProviderTool::new(API, raw(json))));
    assert!(sent.text.contains(json), "{}", sent.text);
    let error = refused(asking().tool(ProviderTool::new("other-api", raw(json))));
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn a_deferred_tool_is_sent_with_the_others_and_a_warning() {
    let mut tool = FunctionTool::new(ToolSchema::new("f", InputSchema::empty()));
    tool.deferred = true;
    let sent = send(asking().tool(tool));
    assert_eq!(sent.body["tools"][0]["function"]["name"], "f");
    assert_eq!(sent.subjects(), ["tool f"]);
}

fn choosing(choice: ToolChoice) -> CompletionRequest {
    asking().tool(function("f")).tool(function("g")).tool_choice(choice)
}

#[test]
fn a_choice_is_a_word_or_a_tool() {
    for (choice, written) in [
        (ToolChoice::Auto, json!("auto")),
        (ToolChoice::None, json!("none")),
        (ToolChoice::Required, json!("required")),
        (ToolChoice::Tool("g".into()), json!({"type": "function", "function": {"name": "g"}})),
    ] {
        assert_eq!(send(choosing(choice)).body["tool_choice"], written);
    }
    let any = changed(|dialect| dialect.force_word = "any");
    assert_eq!(send_as(choosing(ToolChoice::Required), any).body["tool_choice"], "any");
}

#[test]
fn a_tool_that_cannot_be_forced_by_name_is_sent_alone() {
    let dialect = changed(|dialect| (dialect.force_one, dialect.force_word) = (false, "any"));
    let sent = send_as(choosing(ToolChoice::Tool("g".into())), dialect);
    assert_eq!(sent.body["tool_choice"], "any");
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(sent.subjects(), ["tool_choice"]);
}

#[test]
fn allowed_tools_are_a_set_or_all_that_is_sent() {
    let choice = |required| ToolChoice::Allowed { tools: vec!["g".into()], required };
    let sent = send_as(choosing(choice(true)), Dialect::original());
    assert_eq!(
        sent.body["tool_choice"],
        json!({"type": "allowed_tools", "allowed_tools": {
            "mode": "required",
            "tools": [{"type": "function", "function": {"name": "g"}}]
        }})
    );
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 2);
    let sent = send(choosing(choice(false)));
    assert_eq!(
        (&sent.body["tool_choice"], sent.body["tools"].as_array().unwrap().len()),
        (&json!("auto"), 1)
    );
    assert_eq!(sent.subjects(), ["tool_choice"]);
}

#[test]
fn a_choice_that_cannot_be_met_is_refused() {
    let original = Dialect::original();
    let nobody = || ToolChoice::Allowed { tools: vec!["x".into()], required: true };
    assert_eq!(refused_as(choosing(nobody()), original).kind(), ErrorKind::InvalidRequest);
    assert_eq!(refused(choosing(ToolChoice::Tool("x".into()))).kind(), ErrorKind::InvalidRequest);
    assert_eq!(refused(asking().tool_choice(ToolChoice::Required)).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn parallel_calls_are_switched_where_there_is_a_switch() {
    let request = asking().tool(function("f")).parallel_tool_calls(false);
    assert_eq!(send(request.clone()).body["parallel_tool_calls"], false);
    let sent = send_as(request, changed(|dialect| dialect.parallel_switch = false));
    assert!(sent.body.get("parallel_tool_calls").is_none());
    assert_eq!(sent.subjects(), ["parallel_tool_calls"]);
}

#[test]
fn the_members_of_a_single_results_message_are_sent_with_it() {
    let mut message = Message::tool(ToolResult::text("a", "ok"));
    message.extra = Some(raw(r#"{"name":"f","mood":"good"}"#));
    let sent = send(chat().user("Hi").message(Message::assistant(call("a", ""))).message(message));
    assert_eq!(sent.body["messages"][2]["mood"], "good");
}
