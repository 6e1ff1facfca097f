//! Tools, their calls and their results.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, chat, foreign, listed, ours, refused, send, send_to, try_send};
use serde_json::{Value, json};
use steer_core::message::{
    CachePoint, Executor, Message, Opaque, Role, ToolCallPart, ToolCaller, ToolResultPart,
};
use steer_core::model::ThinkingMode;
use steer_core::request::{CustomTool, FunctionTool, ProviderTool};
use steer_core::tools::{SearchResult, ToolResultContent};
use steer_core::{
    CompletionRequest, ErrorKind, InputSchema, Media, Part, RawJson, ThinkingConfig, Tool, ToolCall,
    ToolChoice, ToolResult, ToolSchema,
};

fn raw(json: &str) -> RawJson {
    RawJson::new(json).unwrap()
}

fn call(id: &str, input: &str) -> Part {
    ToolCall::new(id, "f", input).into()
}

fn function(name: &str) -> Tool {
    ToolSchema::new(name, InputSchema::empty()).into()
}

fn exchange(call: Part, result: ToolResult) -> CompletionRequest {
    asking().message(Message::assistant(call)).message(Message::tool(result))
}

fn input_of(input: &str) -> (Value, String) {
    let sent = send(exchange(call("a", input), ToolResult::text("a", "ok")));
    (sent.body["messages"][1]["content"][0]["input"].clone(), sent.text)
}

#[test]
fn a_call_and_its_result_are_written() {
    let sent = send(exchange(call("toolu_1", r#"{"b": 1,  "a":2}"#), ToolResult::text("toolu_1", "ok")));
    assert!(sent.text.contains(r#""input":{"b": 1,  "a":2}"#), "{}", sent.text);
    assert_eq!(
        sent.body["messages"][2],
        json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}]})
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn arguments_are_always_an_object() {
    assert_eq!(input_of("  ").0, json!({}));
    assert_eq!(input_of("[1]").0, json!({"raw": "[1]"}));
    assert_eq!(input_of(r#"{"a":"#).0, json!({"raw": r#"{"a":"#}));
    let cut_off = ToolCall::new("a", "f", "{}").incomplete();
    let sent = send(exchange(cut_off.into(), ToolResult::text("a", "ok")));
    assert_eq!(sent.body["messages"][1]["content"][0]["input"], json!({"raw": "{}"}));
}

#[test]
fn half_a_character_in_arguments_is_replaced_and_whole_ones_stay() {
    let (input, text) = input_of(r#"{"a":"\ud83d!","b":"\ud83d\ude00","c":"\\ud83d","d":"\uDE00","e":"\n"}"#);
    assert!(
        text.contains(r#"{"a":"\ufffd!","b":"\ud83d\ude00","c":"\\ud83d","d":"\ufffd","e":"\n"}"#),
        "{text}"
    );
    assert_eq!(input["b"], "😀");
    assert!(input_of(r#"{"b":"\ud83d\ude00"}"#).1.contains(r#"{"b":"\ud83d\ude00"}"#));
}

#[test]
fn results_of_parallel_calls_come_first_in_one_turn() {
    let calls = Message::assistant(call("a", "{}")).part(call("b", "{}"));
    let sent = send(
        asking()
            .message(calls)
            .message(Message::tool(ToolResult::text("b", "2")))
            .user("And?")
            .message(Message::tool(ToolResult::error("a", "1"))),
    );
    assert_eq!(
        sent.body["messages"][2]["content"],
        json!([
            {"type": "tool_result", "tool_use_id": "b", "content": "2"},
            {"type": "tool_result", "tool_use_id": "a", "content": "1", "is_error": true},
            {"type": "text", "text": "And?"},
        ])
    );
}

#[test]
fn a_call_without_a_result_gets_one_that_says_so() {
    let sent = send(asking().message(Message::assistant(call("a", "{}"))).user("Go on"));
    assert_eq!(
        sent.body["messages"][2]["content"][0],
        json!({"type": "tool_result", "tool_use_id": "a", "content": "no result was given", "is_error": true})
    );
    assert_eq!(sent.subjects(), ["tool_use"]);
    let sent = send(asking().message(Message::assistant(call("a", "{}"))));
    assert_eq!(sent.body["messages"].as_array().unwrap().len(), 2);
    assert!(sent.warnings.is_empty());
}

#[test]
fn a_result_without_its_call_is_refused_by_name() {
    let error = refused(asking().message(Message::tool(ToolResult::text("toolu_9", "ok"))));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("toolu_9"), "{}", error.message());
    let twice = exchange(call("a", "{}"), ToolResult::text("a", "1"));
    let error = refused(twice.message(Message::tool(ToolResult::text("a", "2"))));
    assert!(error.message().contains("more than one result"), "{}", error.message());
}

#[test]
fn a_late_result_is_moved_to_the_turn_after_its_call() {
    let sent = send(
        asking()
            .message(Message::assistant(call("a", "{}")))
            .user("Wait")
            .message(Message::assistant("Yes"))
            .message(Message::tool(ToolResult::text("a", "1")))
            .user("Now"),
    );
    assert_eq!(sent.body["messages"][2]["content"][0]["content"], "1");
    assert_eq!(sent.body["messages"][4]["content"], "Now");
    assert_eq!(sent.subjects(), ["tool_result"]);
}

#[test]
fn ids_that_the_api_does_not_take_are_mapped_alike_and_apart() {
    let calls = Message::assistant(call("a.b", "{}")).part(call("a:b", "{}")).part(call("", "{}"));
    let results = ["a.b", "a:b", ""].map(|id| ToolResult::text(id, format!("of {id}")));
    let sent = send(asking().message(calls).message(Message::tools(results)));
    let of = |turn: usize, member: &str| -> Vec<String> {
        let blocks = sent.body["messages"][turn]["content"].as_array().unwrap();
        blocks.iter().map(|block| block[member].as_str().unwrap().to_owned()).collect()
    };
    let ids = of(1, "id");
    assert_eq!(ids, of(2, "tool_use_id"));
    assert!(ids[0] != ids[1] && ids[0].starts_with("a_b_") && ids[1].starts_with("a_b_"), "{ids:?}");
}

#[test]
fn an_id_that_is_used_again_stays_with_its_own_result() {
    let mut request = asking();
    for round in ["1", "2"] {
        request = request
            .message(Message::assistant(call("call_0", "{}")))
            .message(Message::tool(ToolResult::text("call_0", round)));
    }
    let sent = send(request);
    let ids = [1, 3].map(|turn| sent.body["messages"][turn]["content"][0]["id"].clone());
    assert_eq!(ids[0], "call_0");
    assert_ne!(ids[0], ids[1]);
    assert_eq!(sent.body["messages"][4]["content"][0]["tool_use_id"], ids[1]);
}

#[test]
fn a_result_holds_media_search_results_and_json() {
    let result = ToolResult::new("a", vec![ToolResultContent::text("see"), ToolResultContent::text(" ")])
        .media(Media::image_bytes("image/png", vec![1, 2, 3]))
        .part(ToolResultContent::json(json!({"n": 1})))
        .part(SearchResult::new("s", "t", ["x"]).citations(true).into())
        .part(ToolResultContent::tool_reference("g"));
    let sent = send(exchange(call("a", "{}"), result).tool(ToolSchema::new("g", InputSchema::empty())));
    insta::assert_json_snapshot!(sent.body["messages"][2]["content"][0]["content"]);
}

#[test]
fn a_result_of_nothing_has_no_content() {
    let sent = send(exchange(call("a", "{}"), ToolResult::text("a", "")));
    assert_eq!(sent.body["messages"][2]["content"][0], json!({"type": "tool_result", "tool_use_id": "a"}));
}

#[test]
fn opaque_results_are_for_their_api_only() {
    let opaque = |api: &str| ToolResultContent::Opaque {
        api: api.to_owned(),
        kind: "browser_state".to_owned(),
        json: r#"{"type":"browser_state",  "z":1}"#.to_owned(),
    };
    let of = |api| exchange(call("a", "{}"), ToolResult::new("a", vec![opaque(api)]));
    assert!(send(of("anthropic-messages")).text.contains(r#"{"type":"browser_state",  "z":1}"#));
    assert_eq!(refused(of("openai-responses")).kind(), ErrorKind::UnsupportedFeature);
}

fn searched() -> [Part; 2] {
    let mut call = ToolCallPart::new(ToolCall::new("srvtoolu_1", "web_search", r#"{"query":"x"}"#));
    call.executor = Executor::Provider;
    call.kind = Some("server_tool_use".to_owned());
    call.caller = Some(ToolCaller::Direct);
    let content = ToolResultContent::Opaque {
        api: "anthropic-messages".to_owned(),
        kind: "web_search_result".to_owned(),
        json: r#"[{"type":"web_search_result",  "encrypted_content":"e"}]"#.to_owned(),
    };
    let mut result = ToolResultPart::new(ToolResult::new("srvtoolu_1", vec![content]));
    result.executor = Executor::Provider;
    result.kind = Some("web_search_tool_result".to_owned());
    [Part::ToolCall(call), Part::ToolResult(result)]
}

#[test]
fn calls_that_the_vendor_ran_go_back_with_their_results() {
    let parts = searched().map(ours).to_vec();
    let sent = send(asking().message(Message::new(Role::Assistant, parts).part("So.")).user("Go"));
    let search = json!({"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search",
                        "input": {"query": "x"}, "caller": {"type": "direct"}});
    assert_eq!(sent.body["messages"][1]["content"][0], search);
    assert!(sent.text.contains(
        r#"{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result",  "e"#
    ));
    assert_eq!(sent.body["messages"][2]["content"], "Go", "the vendor's calls wait for no result");
}

#[test]
fn calls_that_another_vendor_ran_are_dropped_with_a_warning() {
    let parts = searched().map(foreign).to_vec();
    let sent = send(asking().message(Message::new(Role::Assistant, parts).part("So.")).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "So.");
    assert_eq!(sent.subjects(), ["tool call", "tool result"]);
}

fn served() -> [Part; 2] {
    let mut part = ToolCallPart::new(ToolCall::new("mcptoolu_1", "f", "{}"));
    part.executor = Executor::Provider;
    part.kind = Some("mcp_tool_use".to_owned());
    part.server_label = Some("files".to_owned());
    let mut result = ToolResultPart::new(ToolResult::error("mcptoolu_1", "no"));
    result.executor = Executor::Provider;
    result.kind = Some("mcp_tool_result".to_owned());
    [ours(Part::ToolCall(part)), ours(Part::ToolResult(result))]
}

fn toolset(server: &str) -> Tool {
    let json = json!({"type": "mcp_toolset", "mcp_server_name": server}).to_string();
    ProviderTool::new("anthropic-messages", raw(&json)).into()
}

#[test]
fn a_call_of_a_tool_server_names_its_server() {
    let message = Message::new(Role::Assistant, served().to_vec());
    let sent = send(asking().message(message).user("Go").tool(toolset("files")));
    assert_eq!(sent.body["messages"][1]["content"][0]["server_name"], "files");
    let result =
        json!({"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "content": "no", "is_error": true});
    assert_eq!(sent.body["messages"][1]["content"][1], result);
}

#[test]
fn tools_are_written_as_they_are() {
    let schema = InputSchema::from_json(
        json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}),
    );
    let schema = ToolSchema::new("f", schema.unwrap()).description("Does.").input_example(json!({"n": 1}));
    let mut tool = FunctionTool::new(schema);
    tool.cache = Some(CachePoint::new());
    tool.extra = Some(raw(r#"{"eager_input_streaming":true,"name":"no"}"#));
    let search = ProviderTool::new(
        "anthropic-messages",
        raw(r#"{"type":"web_search_20250305",  "name":"web_search"}"#),
    );
    let sent = send(asking().tool(tool).tool(search));
    assert_eq!(
        sent.body["tools"][0],
        json!({
            "name": "f",
            "description": "Does.",
            "input_schema": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}},
            "input_examples": [{"n": 1}],
            "eager_input_streaming": true,
            "cache_control": {"type": "ephemeral"},
        })
    );
    assert!(sent.text.contains(r#"{"type":"web_search_20250305",  "name":"web_search"}"#));
    assert!(!send(asking()).text.contains("tools"));
}

#[test]
fn a_strict_tool_has_the_schema_that_the_api_enforces() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}});
    let schema = ToolSchema::new("f", InputSchema::from_json(schema).unwrap()).strict(true);
    let sent = send(asking().tool(schema));
    let written = &sent.body["tools"][0]["input_schema"];
    assert_eq!(written["additionalProperties"], false);
    assert!(written["properties"]["n"].get("minimum").is_none());
    assert!(written["properties"]["n"]["description"].as_str().unwrap().contains("minimum"));
    assert!(sent.subjects().contains(&"tool f/properties/n"), "{:?}", sent.warnings);
}

#[test]
fn a_deferred_tool_cannot_hold_a_cache_point() {
    let mut tool = FunctionTool::new(ToolSchema::new("f", InputSchema::empty()));
    tool.cache = Some(CachePoint::new());
    tool.deferred = true;
    let sent = send(asking().tool(tool));
    assert_eq!(sent.body["tools"][0]["defer_loading"], true);
    assert!(!sent.text.contains("cache_control"));
    assert_eq!(sent.subjects(), ["cache_control"]);
}

#[test]
fn a_name_that_the_api_does_not_take_is_sent_as_one_that_it_takes() {
    let request =
        asking().tool(function("a.b")).tool(function("a_b")).tool_choice(ToolChoice::Tool("a.b".to_owned()));
    let sent = send(request);
    let name = sent.body["tools"][0]["name"].as_str().unwrap();
    assert!(name.starts_with("a_b_"), "{name}");
    assert_eq!(
        (&sent.body["tools"][1]["name"], &sent.body["tool_choice"]["name"]),
        (&json!("a_b"), &json!(name))
    );
    assert_eq!(sent.subjects(), ["tool a.b"]);
}

#[test]
fn tools_without_a_name_and_two_of_one_name_are_refused() {
    for tools in [vec![""], vec!["f", "f"]] {
        let request = tools.iter().fold(asking(), |request, name| request.tool(function(name)));
        let error = refused(request);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains(tools[0]), "{}", error.message());
    }
}

#[test]
fn tools_of_other_kinds_are_denied() {
    let foreign = ProviderTool::new("openai-responses", raw("{}"));
    for tool in [Tool::Custom(CustomTool::new("grep")), Tool::Provider(foreign)] {
        assert_eq!(refused(asking().tool(tool)).kind(), ErrorKind::UnsupportedFeature);
    }
}

fn choice(request: CompletionRequest) -> Value {
    send(request.tool(function("f")).tool(function("g"))).body["tool_choice"].clone()
}

#[test]
fn each_choice_of_tools_has_its_word() {
    assert_eq!(choice(chat().user("Hi")), Value::Null);
    assert_eq!(choice(asking().tool_choice(ToolChoice::Auto)), json!({"type": "auto"}));
    assert_eq!(choice(asking().tool_choice(ToolChoice::None)), json!({"type": "none"}));
    assert_eq!(choice(asking().tool_choice(ToolChoice::Required)), json!({"type": "any"}));
    let one = asking().tool_choice(ToolChoice::Tool("g".to_owned()));
    assert_eq!(choice(one), json!({"type": "tool", "name": "g"}));
}

#[test]
fn one_call_at_a_time_is_part_of_the_choice() {
    let one = json!({"type": "auto", "disable_parallel_tool_use": true});
    assert_eq!(choice(asking().parallel_tool_calls(false)), one);
    assert_eq!(choice(asking().parallel_tool_calls(true)), Value::Null);
    let none = asking().tool_choice(ToolChoice::None).parallel_tool_calls(false);
    assert_eq!(choice(none), json!({"type": "none"}));
}

#[test]
fn of_an_allowed_set_only_the_tools_are_sent() {
    let allowed = ToolChoice::Allowed { tools: vec!["g".to_owned()], required: true };
    let sent = send(asking().tool(function("f")).tool(function("g")).tool_choice(allowed));
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(sent.body["tool_choice"], json!({"type": "any"}));
    assert_eq!(sent.subjects(), ["tool_choice"]);
}

#[test]
fn a_forced_call_needs_tools_and_no_thinking() {
    let forced = asking().tool_choice(ToolChoice::Required);
    assert_eq!(refused(forced.clone()).kind(), ErrorKind::InvalidRequest);
    assert!(!send(asking().tool_choice(ToolChoice::Auto)).text.contains("tool_choice"));
    let thinking = forced.tool(function("f")).thinking(ThinkingConfig::Adaptive);
    let sent = send_to(thinking, listed(&[ThinkingMode::Adaptive]));
    assert_eq!(sent.body["tool_choice"], json!({"type": "auto"}));
    assert_eq!(sent.subjects(), ["tool_choice"]);
}

#[test]
fn a_name_from_another_vendors_history_is_rewritten() {
    let part = foreign(Part::from(ToolCall::new("a", "ns.f", "{}")));
    let sent = try_send(exchange(part, ToolResult::text("a", "ok")), listed(&[])).unwrap();
    assert_eq!(sent.body["messages"][1]["content"][0]["name"], "ns_f_bfe53626bb39299a");
    assert_eq!(sent.subjects(), ["tool_use"]);
}

fn advised() -> [Part; 2] {
    let mut call = ToolCallPart::new(ToolCall::new("srvtoolu_7", "advisor", "{}"));
    call.executor = Executor::Provider;
    call.kind = Some("server_tool_use".to_owned());
    let content = ToolResultContent::Opaque {
        api: "anthropic-messages".to_owned(),
        kind: "advisor_result".to_owned(),
        json: r#"{"type":"advisor_result","text":"Do it."}"#.to_owned(),
    };
    let mut result = ToolResultPart::new(ToolResult::new("srvtoolu_7", vec![content]));
    result.executor = Executor::Provider;
    result.kind = Some("advisor_tool_result".to_owned());
    [ours(Part::ToolCall(call)), ours(Part::ToolResult(result))]
}

fn found() -> [Part; 2] {
    let mut call =
        ToolCallPart::new(ToolCall::new("srvtoolu_8", "tool_search_tool_regex", r#"{"query":"w"}"#));
    call.executor = Executor::Provider;
    call.kind = Some("server_tool_use".to_owned());
    let reference = r#"{"type":"tool_reference","tool_name":"weather"}"#;
    let content = ToolResultContent::Opaque {
        api: "anthropic-messages".to_owned(),
        kind: "tool_search_tool_search_result".to_owned(),
        json: format!(r#"{{"type":"tool_search_tool_search_result","tool_references":[{reference}]}}"#),
    };
    let mut result = ToolResultPart::new(ToolResult::new("srvtoolu_8", vec![content]));
    result.executor = Executor::Provider;
    result.kind = Some("tool_search_tool_result".to_owned());
    [ours(Part::ToolCall(call)), ours(Part::ToolResult(result))]
}

/// The types of what the assistant said before, and what was told of it.
fn said(parts: [Part; 2], tools: Vec<Tool>) -> (Vec<String>, Vec<String>) {
    let mut parts = parts.to_vec();
    parts.push(ours(Part::from("Done.")));
    let mut request = asking().message(Message::new(Role::Assistant, parts)).user("Go");
    request.tools = tools;
    let sent = send(request);
    // One text alone is no list.
    let kinds = match &sent.body["messages"][1]["content"] {
        Value::Array(blocks) => {
            blocks.iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect()
        }
        _ => vec!["text".to_owned()],
    };
    (kinds, sent.subjects().into_iter().map(str::to_owned).collect())
}

#[test]
fn what_the_api_refuses_without_its_tool_is_sent_only_while_the_request_offers_the_tool() {
    let provider = |json: &str| Tool::from(ProviderTool::new("anthropic-messages", raw(json)));
    let advisor = provider(r#"{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5"}"#);
    let weather = Tool::from(ToolSchema::new("weather", InputSchema::empty()));
    let all = |result: &str| ["server_tool_use", result, "text"].map(str::to_owned).to_vec();
    assert_eq!(said(advised(), vec![advisor]), (all("advisor_tool_result"), vec![]));
    assert_eq!(said(found(), vec![weather]), (all("tool_search_tool_result"), vec![]));
    for parts in [advised(), found()] {
        let (kinds, told) = said(parts, Vec::new());
        assert_eq!(kinds, ["text"]);
        assert_eq!(told, ["tool call", "tool result"]);
    }
}

/// A call of one of the vendor's tools, with its result.
fn ran(name: &str, kind: &str) -> [Part; 2] {
    let mut call = ToolCallPart::new(ToolCall::new("srvtoolu_9", name, "{}"));
    call.executor = Executor::Provider;
    call.kind = Some("server_tool_use".to_owned());
    let content = ToolResultContent::Opaque {
        api: "anthropic-messages".to_owned(),
        kind: "error".to_owned(),
        json: r#"{"type":"error","error_code":"unavailable"}"#.to_owned(),
    };
    let mut result = ToolResultPart::new(ToolResult::new("srvtoolu_9", vec![content]));
    result.executor = Executor::Provider;
    result.kind = Some(kind.to_owned());
    [ours(Part::ToolCall(call)), ours(Part::ToolResult(result))]
}

#[test]
fn each_tool_of_the_vendors_goes_back_without_its_entry_unless_the_api_refuses_it() {
    // The search for tools is refused for what it found, and here it found nothing.
    for (name, result, entry, is_sent) in [
        ("web_search", "web_search_tool_result", "web_search_20260318", true),
        ("web_fetch", "web_fetch_tool_result", "web_fetch_20260318", true),
        ("code_execution", "code_execution_tool_result", "code_execution_20260521", true),
        ("bash_code_execution", "bash_code_execution_tool_result", "code_execution_20260521", true),
        (
            "text_editor_code_execution",
            "text_editor_code_execution_tool_result",
            "code_execution_20260521",
            true,
        ),
        ("tool_search_tool_regex", "tool_search_tool_result", "tool_search_tool_regex_20251119", true),
        ("tool_search_tool_bm25", "tool_search_tool_result", "tool_search_tool_bm25_20251119", true),
        ("advisor", "advisor_tool_result", "advisor_20260301", false),
        // One that is newer than this crate.
        ("hologram", "hologram_tool_result", "hologram_20270101", true),
    ] {
        let all = ["server_tool_use", result, "text"].map(str::to_owned).to_vec();
        let declared = json!({"type": entry, "name": name}).to_string();
        let declared = ProviderTool::new("anthropic-messages", raw(&declared)).into();
        assert_eq!(said(ran(name, result), vec![declared]), (all.clone(), vec![]), "{name}");
        let (kinds, told) = said(ran(name, result), Vec::new());
        if is_sent {
            assert_eq!((kinds, told), (all, vec![]), "{name}");
        } else {
            assert_eq!(kinds, ["text"], "{name}");
            assert_eq!(told, ["tool call", "tool result"], "{name}");
        }
    }
}

#[test]
fn what_a_server_of_tools_did_goes_back_only_while_the_request_names_the_server() {
    let all = ["mcp_tool_use", "mcp_tool_result", "text"].map(str::to_owned).to_vec();
    assert_eq!(said(served(), vec![toolset("files")]), (all, vec![]));
    for tools in [Vec::new(), vec![toolset("mail")]] {
        let (kinds, told) = said(served(), tools);
        assert_eq!(kinds, ["text"]);
        assert_eq!(told, ["tool call", "tool result"]);
    }
    // The servers may be given in the vendor's own terms.
    let request = asking().message(Message::new(Role::Assistant, served().to_vec())).user("Go");
    let sent = send(request.provider_option("anthropic", "mcp_servers", json!([{"name": "files"}])));
    assert_eq!(sent.body["messages"][1]["content"][0]["type"], "mcp_tool_use");
    assert_eq!(sent.subjects(), [""; 0]);
}

#[test]
fn what_a_server_has_goes_back_only_while_the_request_names_one() {
    let listing = r#"{"type":"mcp_tool_listing","server_name":"files","tools":[]}"#;
    let listed = || Opaque::new("anthropic-messages", "mcp_tool_listing", raw(listing));
    let said = || Message::new(Role::Assistant, vec![ours(Part::Opaque(listed())), ours(Part::from("So."))]);
    let sent = send(asking().message(said()).user("Go").tool(toolset("files")));
    assert!(sent.text.contains(listing), "{}", sent.text);
    let sent = send(asking().message(said()).user("Go"));
    assert_eq!(sent.body["messages"][1]["content"], "So.");
    assert_eq!(sent.subjects(), ["tool list"]);
}

#[test]
fn a_tool_list_in_the_vendors_own_terms_is_taken_at_its_word() {
    let list = json!([{"type": "advisor_20260301", "name": "advisor"}]);
    let request = asking().message(Message::new(Role::Assistant, advised().to_vec())).user("Go");
    let sent = send(request.provider_option("anthropic", "tools", list));
    assert_eq!(sent.body["messages"][1]["content"][0]["name"], "advisor");
}

#[test]
fn a_result_refers_to_tools_that_the_request_offers_only() {
    let result = || ToolResult::new("a", vec![ToolResultContent::tool_reference("g")]);
    let tool = ToolSchema::new("g", InputSchema::empty());
    let sent = send(exchange(call("a", "{}"), result()).tool(tool));
    let reference = json!([{"type": "tool_reference", "tool_name": "g"}]);
    assert_eq!(sent.body["messages"][2]["content"][0]["content"], reference);
    let sent = send(exchange(call("a", "{}"), result()));
    assert_eq!(sent.body["messages"][2]["content"][0].get("content"), None);
    assert_eq!(sent.subjects(), ["tool_result"]);
}
