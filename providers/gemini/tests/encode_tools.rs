//! How tools, their results and the choice among them are written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, listed, ours, refused, send, send_open_api, send_to, unlisted};
use serde_json::{Value, json};
use steer_core::message::{Executor, Message, ToolCallPart};
use steer_core::model::ThinkingMode;
use steer_core::request::ProviderTool;
use steer_core::tools::{InputSchema, ToolResultContent};
use steer_core::{Media, Part, RawJson, ToolCall, ToolChoice, ToolResult, ToolSchema};

fn tool(name: &str, schema: Value) -> ToolSchema {
    ToolSchema::new(name, InputSchema::from_json(schema).unwrap()).description("Looks.")
}

fn city() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
}

fn response(result: ToolResult) -> Value {
    let call = Message::assistant(ours(ToolCall::new("1", "look", "{}")));
    send(asking().message(call).message(Message::tool(result))).body["contents"][2]["parts"][0]["functionResponse"].clone()
}

#[test]
fn a_function_is_declared_with_its_json_schema() {
    let sent = send(asking().tool(tool("look", city())));
    assert_eq!(
        sent.body["tools"],
        json!([{"functionDeclarations": [{"name": "look", "description": "Looks.", "parametersJsonSchema": city()}]}])
    );
    assert!(sent.body.get("toolConfig").is_none() && sent.warnings.is_empty());
}

#[test]
fn quirk_123_an_empty_list_of_tools_is_not_sent() {
    assert!(send(asking()).body.get("tools").is_none());
}

#[test]
fn quirk_99_a_bad_name_is_mapped_in_its_declaration_its_choice_and_its_calls() {
    let call = Message::assistant(ours(ToolCall::new("1", "get weather!", "{}")));
    let request = asking()
        .tool(tool("get weather!", city()))
        .tool_choice(ToolChoice::Tool("get weather!".into()))
        .message(call)
        .message(Message::tool(ToolResult::text("1", "hot")));
    let sent = send(request);
    let name = sent.body["tools"][0]["functionDeclarations"][0]["name"].clone();
    assert!(name.as_str().unwrap().starts_with("get_weather__"), "{name}");
    assert_eq!(sent.body["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"][0], name);
    assert_eq!(sent.body["contents"][1]["parts"][0]["functionCall"]["name"], name);
    assert_eq!(sent.body["contents"][2]["parts"][0]["functionResponse"]["name"], name);
    assert_eq!(sent.subjects(), ["tool get weather!", "tool_call"]);
}

#[test]
fn quirk_97_a_recursive_schema_stays_recursive_where_references_are_known_and_is_cut_where_not() {
    let schema = json!({
        "type": "object",
        "properties": {"node": {"$ref": "#/$defs/Node"}},
        "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "name": {"type": "string"}}}},
    });
    let sent = send(asking().tool(tool("look", schema.clone())));
    assert_eq!(sent.body["tools"][0]["functionDeclarations"][0]["parametersJsonSchema"], schema);
    let sent = send_open_api(asking().tool(tool("look", schema)));
    let written = sent.body["tools"][0]["functionDeclarations"][0]["parameters"].to_string();
    assert!(!written.contains("$ref") && !written.contains("$defs") && written.contains("next"), "{written}");
    assert!(!sent.warnings.is_empty(), "what is cut is reported");
}

#[test]
fn quirk_98_constants_and_nulls_are_written_as_the_older_form_knows_them() {
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "kind": {"const": "a"},
            "note": {"type": ["string", "null"]},
            "count": {"type": "integer", "enum": [1, 2]},
        },
    });
    let sent = send_open_api(asking().tool(tool("look", schema.clone())));
    let properties = &sent.body["tools"][0]["functionDeclarations"][0]["parameters"]["properties"];
    assert_eq!(properties["kind"]["enum"], json!(["a"]));
    assert_eq!(properties["note"], json!({"type": "string", "nullable": true}));
    assert!(properties["count"].get("enum").is_none());
    let sent = send(asking().tool(tool("look", schema)));
    let properties = &sent.body["tools"][0]["functionDeclarations"][0]["parametersJsonSchema"]["properties"];
    assert_eq!(
        properties["kind"],
        json!({"type": "string", "enum": ["a"]}),
        "const is not among the keywords of either form"
    );
    assert_eq!(properties["note"]["type"], json!(["string", "null"]));
}

#[test]
fn a_function_without_arguments_has_no_schema_in_the_older_form() {
    let sent = send_open_api(asking().tool(ToolSchema::new("now", InputSchema::empty())));
    assert_eq!(sent.body["tools"], json!([{"functionDeclarations": [{"name": "now"}]}]));
}

#[test]
fn every_choice_has_its_mode() {
    let config = |choice: ToolChoice| {
        let sent = send(asking().tool(tool("look", city())).tool(tool("ask", city())).tool_choice(choice));
        sent.body["toolConfig"]["functionCallingConfig"].clone()
    };
    let allowed = |required| ToolChoice::Allowed { tools: vec!["look".into()], required };
    assert_eq!(config(ToolChoice::Auto), json!({"mode": "AUTO"}));
    assert_eq!(config(ToolChoice::None), json!({"mode": "NONE"}));
    assert_eq!(config(ToolChoice::Required), json!({"mode": "ANY"}));
    assert_eq!(
        config(ToolChoice::Tool("ask".into())),
        json!({"mode": "ANY", "allowedFunctionNames": ["ask"]})
    );
    assert_eq!(config(allowed(true)), json!({"mode": "ANY", "allowedFunctionNames": ["look"]}));
    assert_eq!(config(allowed(false)), json!({"mode": "VALIDATED", "allowedFunctionNames": ["look"]}));
}

#[test]
fn a_strict_tool_is_validated() {
    let sent = send(asking().tool(tool("look", city()).strict(true)));
    assert_eq!(sent.body["toolConfig"]["functionCallingConfig"], json!({"mode": "VALIDATED"}));
}

#[test]
fn quirk_110_without_functions_there_is_no_choice_and_both_kinds_together_show_the_vendors_calls() {
    let search = || ProviderTool::new("gemini", RawJson::new(r#"{"googleSearch":{}}"#).unwrap());
    let sent = send(asking().tool(search()).tool_choice(ToolChoice::Auto));
    assert_eq!((&sent.body["tools"], sent.body.get("toolConfig")), (&json!([{"googleSearch": {}}]), None));
    assert!(
        refused(asking().tool(search()).tool_choice(ToolChoice::Required)).message().contains("no functions")
    );
    let both = send(asking().tool(search()).tool(tool("look", city())));
    assert_eq!(both.body["toolConfig"], json!({"includeServerSideToolInvocations": true}));
    assert_eq!(both.body["tools"].as_array().unwrap().len(), 2);
}

#[test]
fn quirk_107_a_response_is_an_object_under_output_or_error() {
    let json = |value: Value| ToolResult::json("1", value);
    let of = |result| response(result)["response"].clone();
    assert_eq!(of(ToolResult::text("1", "x")), json!({"output": "x"}));
    assert_eq!(of(ToolResult::error("1", "x")), json!({"error": "x"}));
    assert_eq!(of(ToolResult::denied("1", "x")), json!({"error": "x"}));
    assert_eq!(of(json(json!({"a": 1}))), json!({"a": 1}));
    assert_eq!(of(json(json!({"error": 1}))), json!({"output": {"error": 1}}), "a good answer is no error");
    assert_eq!(of(json(json!([1]))), json!({"output": [1]}));
    assert_eq!(of(ToolResult::new("1", Vec::new())), json!({}));
    let many = ToolResult::text("1", "x").part(ToolResultContent::json(json!(2)));
    assert_eq!(of(many), json!({"output": ["x", 2]}));
}

#[test]
fn quirk_107_media_stand_inside_a_response_or_beside_it_by_the_model() {
    let request = asking()
        .message(Message::assistant(ours(ToolCall::new("1", "look", "{}"))))
        .message(Message::tool(ToolResult::text("1", "x").media(Media::image_bytes("image/png", "abc"))));
    let image = json!({"inlineData": {"mimeType": "image/png", "data": "YWJj"}});
    for model in [unlisted(), listed(&[ThinkingMode::Effort])] {
        let body = send_to(request.clone(), model).body;
        assert_eq!(body["contents"][2]["parts"][0]["functionResponse"]["parts"], json!([image]));
    }
    let sent = send_to(request, listed(&[ThinkingMode::Budget]));
    assert_eq!(sent.body["contents"][3], json!({"role": "user", "parts": [image]}));
    assert_eq!(sent.subjects(), ["tool_result"]);
}

#[test]
fn what_the_vendor_ran_goes_back_byte_for_byte_and_to_it_alone() {
    let raw = r#"{"executableCode":{"code":"1+1",  "language":"PYTHON"},"thoughtSignature":"s"}"#;
    let mut call = ToolCallPart::new(ToolCall::new("", "code_execution", "{}"));
    (call.executor, call.meta.replay) = (Executor::Provider, Some(RawJson::new(raw).unwrap()));
    let sent = send(asking().message(Message::assistant(ours(Part::ToolCall(call.clone())))));
    assert!(sent.text.contains(raw), "{}", sent.text);
    let sent = send(asking().message(Message::assistant(encode_kit::foreign(Part::ToolCall(call)))));
    assert_eq!(
        (sent.body["contents"].as_array().unwrap().len(), sent.subjects().as_slice()),
        (1, ["tool call"].as_slice())
    );
}

#[test]
fn each_part_of_the_vendors_tools_goes_back_though_the_request_no_longer_offers_the_tool() {
    for raw in [
        r#"{"executableCode":{"code":"1+1",  "language":"PYTHON"}}"#,
        r#"{"codeExecutionResult":{"outcome":"OUTCOME_OK",  "output":"2"}}"#,
        r#"{"toolCall":{"toolType":"GOOGLE_SEARCH_WEB",  "id":"t1"}}"#,
        r#"{"toolResponse":{"toolType":"GOOGLE_SEARCH_WEB",  "id":"t1"}}"#,
    ] {
        let mut call = ToolCallPart::new(ToolCall::new("", "tool", "{}"));
        (call.executor, call.meta.replay) = (Executor::Provider, Some(RawJson::new(raw).unwrap()));
        let sent = send(asking().message(Message::assistant(ours(Part::ToolCall(call)))).user("Go"));
        assert!(sent.text.contains(raw), "{}", sent.text);
        assert_eq!(sent.subjects(), [""; 0], "{raw}");
    }
}

#[test]
fn quirk_122_half_a_character_in_arguments_is_repaired() {
    let sent =
        send(asking().message(Message::assistant(ours(ToolCall::new("1", "look", r#"{"a":"\ud83d"}"#)))));
    assert_eq!(sent.body["contents"][1]["parts"][0]["functionCall"]["args"], json!({"a": "\u{fffd}"}));
}

#[test]
fn a_model_that_wants_ids_gets_one_for_each_call_and_its_response_and_no_other_model_does() {
    let calls =
        ["Oslo", "Rome"].map(|city| ours(ToolCall::new("", "look", format!(r#"{{"city":"{city}"}}"#))));
    let result = || Message::tool(ToolResult::text("", "snow").for_tool("look"));
    let request = || {
        let asking = asking().message(Message::new(steer_core::Role::Assistant, calls.to_vec()));
        asking.message(result()).message(result())
    };
    let ids = |body: &Value, turn: usize, kind: &str| -> Vec<Value> {
        let parts = body["contents"][turn]["parts"].as_array().unwrap();
        parts.iter().map(|part| part[kind].get("id").cloned().unwrap_or_default()).collect()
    };
    let mut model = listed(&[]);
    model.capabilities.insert(steer_core::Capability::ToolCallIds);
    let sent = send_to(request(), model);
    let called = ids(&sent.body, 1, "functionCall");
    assert!(called.iter().all(Value::is_string) && called[0] != called[1], "{called:?}");
    assert_eq!(ids(&sent.body, 2, "functionResponse"), called);
    let without = send_to(request(), listed(&[]));
    assert_eq!(ids(&without.body, 1, "functionCall"), [Value::Null, Value::Null]);
}
