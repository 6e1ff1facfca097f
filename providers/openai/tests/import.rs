//! The body of a request, read into our types and written again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::try_call;
use serde_json::{Value, json};
use steer_core::message::{Authority, Executor, Message, Role};
use steer_core::model::ThinkingDisplay;
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{
    Call, CompletionRequest, Delivery, Effort, ErrorKind, ModelConfig, ModelId, Part, ResponseFormat,
    ThinkingConfig, Tool, ToolChoice, ToolResult,
};
use steer_openai::{ResponsesDialect, import};

fn read(body: &Value) -> CompletionRequest {
    import(body.to_string().as_bytes()).unwrap()
}

fn send(request: &CompletionRequest, dialect: ResponsesDialect) -> encode_kit::Sent {
    let model = ModelConfig::unlisted(ModelId::new("acme", request.model.as_str()));
    try_call(&Call::new(request.clone(), model), request.delivery, dialect).unwrap()
}

/// The body as it comes out again.
fn again(body: &Value) -> Value {
    let request = read(body);
    let stored = serde_json::to_string(&request).unwrap();
    let loaded: CompletionRequest = serde_json::from_str(&stored).unwrap();
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!(sent.text, send(&loaded, ResponsesDialect::original()).text, "stored and loaded");
    assert_eq!(normal(&sent.body), normal(&send(&request, ResponsesDialect::compatible()).body));
    sent.body
}

/// A body without nulls, and with each lone text as its string.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), normal(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(list) => match list.as_slice() {
            [Value::Object(part)] if part.len() == 2 && part.contains_key("text") => part["text"].clone(),
            list => list.iter().map(normal).collect(),
        },
        other => other.clone(),
    }
}

fn body(input: Value) -> Value {
    json!({"model": "model-1", "input": input})
}

/// A body with a bit of everything, written from the documentation and the types of the Responses API.
fn rich() -> Value {
    json!({
        "model": "model-1",
        "instructions": "Be brief.",
        "input": [
            {"role": "system", "content": "a"},
            {"role": "developer", "content": [{"type": "input_text", "text": "b"}], "type": "message"},
            {"role": "user", "content": [
                {"type": "input_text", "text": "What is this?", "prompt_cache_breakpoint": {"mode": "explicit"}},
                {"type": "input_image", "detail": "low", "image_url": "data:image/png;base64,iVBORw0KGgo="},
                {"type": "input_image", "image_url": "data:image/png;base64,BASE64_ELIDED_9"},
                {"type": "input_image", "file_id": "file-1"},
                {"type": "input_file", "file_url": "https://a/b.pdf"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"},
                {"type": "input_new", "x": 1},
            ]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}],
             "encrypted_content": "gAAA", "status": null},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "commentary",
             "content": [{"type": "output_text", "text": "I look.", "annotations": [], "logprobs": []}]},
            {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look", "namespace": "n",
             "arguments": "{\"b\": 1.50}", "status": "completed"},
            {"type": "custom_tool_call", "call_id": "call_2", "name": "run", "input": "ls"},
            {"type": "function_call_output", "call_id": "call_1", "output": "Error: no", "status": "completed"},
            {"type": "custom_tool_call_output", "call_id": "call_2", "output": [
                {"type": "input_text", "text": "x"}, {"type": "input_image", "image_url": "https://a/b.png"}
            ]},
            {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
            {"type": "shell_call", "id": "sh_1", "call_id": "call_3", "action": {"commands": ["ls"]}},
            {"type": "shell_call_output", "call_id": "call_3", "output": [
                {"stdout": "a", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
            ]},
            {"type": "mcp_approval_request", "id": "mcpr_1", "arguments": "{}", "name": "f", "server_label": "s"},
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true},
            {"type": "image_generation_call", "id": "ig_1", "result": "BASE64_ELIDED_9", "status": "completed"},
            {"type": "additional_tools", "role": "developer", "tools": []},
            {"type": "item_reference", "id": "msg_0"},
            {"role": "assistant", "content": "A sky."},
            {"role": "critic", "content": "Well."},
            {"type": "compaction", "id": "cmp_1", "encrypted_content": "gBBB"},
        ],
        "tools": [
            {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {"a": {}}},
             "strict": true, "defer_loading": true},
            {"type": "custom", "name": "run", "format": {"type": "text"}},
            {"type": "web_search", "search_context_size": "low"},
            {"type": "mcp", "server_label": "s", "server_url": "https://a", "require_approval": "always"},
        ],
        "tool_choice": {"type": "function", "name": "look"},
        "max_output_tokens": 50,
        "reasoning": {"effort": "high", "summary": "detailed", "mode": "pro"},
        "text": {"format": {"type": "json_schema", "name": "a", "schema": {"type": "object"}}, "verbosity": "low"},
        "include": ["reasoning.encrypted_content", "web_search_call.action.sources"],
        "store": false,
        "stream": true,
        "truncation": "auto",
        "conversation": {"id": "conv_1"},
        "metadata": {"a": "b"},
        "user": "u-1",
    })
}

#[test]
fn a_body_comes_out_as_it_went_in_whatever_the_dialect() {
    assert_eq!(normal(&again(&rich())), normal(&rich()));
}

#[test]
fn what_has_a_type_is_read_into_it() {
    let request = read(&rich());
    assert_eq!(request.system.render(), "Be brief.");
    assert_eq!(request.messages[0].authority, Some(Authority::System));
    assert_eq!(request.messages[1].authority, Some(Authority::Developer));
    let parts = &request.messages[2].parts;
    let Part::Media(image) = &parts[1] else { panic!("{parts:?}") };
    assert_eq!((image.media.kind, image.media.detail.as_deref()), (MediaKind::Image, Some("low")));
    assert!(matches!(image.media.source, MediaSource::Bytes(_)));
    let Part::Thinking(thinking) = &request.messages[3].parts[0] else { panic!() };
    assert_eq!((&*thinking.text(), thinking.seal.as_ref().unwrap().data.as_str()), ("Hm.", "gAAA"));
    let Part::Text(text) = &request.messages[4].parts[0] else { panic!() };
    assert_eq!((text.id.as_deref(), text.phase.as_deref()), (Some("msg_1"), Some("commentary")));
    let Part::ToolCall(call) = &request.messages[5].parts[0] else { panic!() };
    assert_eq!(
        (&*call.call.id, call.call.raw(), call.item_id.as_deref()),
        ("call_1", "{\"b\": 1.50}", Some("fc_1"))
    );
    assert_eq!((request.messages[7].role, request.messages[5].role), (Role::Tool, Role::Assistant));
    let Part::ToolCall(search) = &request.messages[9].parts[0] else { panic!() };
    assert_eq!(search.executor, Executor::Provider);
    let Part::ToolResult(shell) = &request.messages[11].parts[0] else { panic!() };
    assert_eq!((shell.executor, request.messages[11].role), (Executor::Client, Role::Tool));
    assert!(matches!(request.messages[12].parts[0], Part::ApprovalRequest(_)));
    assert!(matches!(request.messages[13].parts[0], Part::ApprovalResponse(_)));
    assert!(matches!(
        &request.tools[..],
        [Tool::Function(_), Tool::Custom(_), Tool::Provider(_), Tool::Provider(_)]
    ));
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("look".to_owned())));
    assert_eq!(request.parameters.thinking, Some(ThinkingConfig::Effort(Effort::High)));
    assert_eq!(request.parameters.thinking_display, Some(ThinkingDisplay::Summarized));
    assert!(matches!(request.response_format, Some(ResponseFormat::JsonSchema { .. })));
    assert_eq!((request.verbosity.as_deref(), request.user.as_deref()), (Some("low"), Some("u-1")));
    assert_eq!((request.state.store, request.state.conversation.as_deref()), (Some(false), Some("conv_1")));
    assert_eq!(request.delivery, Delivery::Stream);
    assert_eq!(request.state.truncation.as_deref(), Some("auto"));
}

#[test]
fn what_changes_is_written_anew_and_the_rest_stays_as_it_was() {
    let mut request = read(&rich());
    request.parameters.thinking = Some(ThinkingConfig::Effort(Effort::Low));
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!(sent.body["reasoning"], json!({"effort": "low", "summary": "detailed", "mode": "pro"}));
    assert_eq!(sent.body["include"], rich()["include"]);
    assert_eq!(sent.body["text"], rich()["text"]);
    assert_eq!(normal(&sent.body["input"]), normal(&rich()["input"]));
    // The conversation goes on.
    let request = request.user("Thanks");
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!(sent.input().last().unwrap(), &json!({"role": "user", "content": "Thanks"}));
}

#[test]
fn an_input_of_one_text_stays_one() {
    let body = body(json!("Tell me \u{e9}verything"));
    assert_eq!(again(&body), body);
    let request = read(&body);
    assert_eq!(request.messages, [request.messages[0].clone()]);
    assert_eq!(request.messages[0].role, Role::User);
    let sent = send(&request.user("now"), ResponsesDialect::original());
    let first = json!({"role": "user", "content": "Tell me \u{e9}verything"});
    assert_eq!(sent.body["input"], json!([first, {"role": "user", "content": "now"}]));
}

#[test]
fn what_the_vendor_does_by_default_stays_so() {
    // It keeps answers, and there is no word of it in the body.
    let mut request = read(&body(json!("Hi")));
    assert_eq!(request.state.store, Some(true));
    request.parameters.temperature = Some(0.5);
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!((&sent.body["store"], sent.body.get("include")), (&json!(true), None));
}

#[test]
fn odd_bodies_come_out_as_they_went_in() {
    let call = json!({"type": "function_call", "call_id": "resp_1:call_0", "name": "a b", "arguments": ""});
    let output = json!({"type": "function_call_output", "call_id": "resp_1:call_0", "output": "x"});
    for body in [
        body(json!([])),
        body(json!([call])),
        body(json!([call, output])),
        body(json!([call, {"role": "user", "content": "Well?"}])),
        body(json!([output])),
        body(json!([{"role": "assistant", "content": ""}])),
        body(json!([{"role": "user", "content": []}, {"type": "reasoning", "id": "rs_1", "summary": []}])),
        body(json!([{"type": "new_item"}, {"type": "function_call"}, {"type": "reasoning", "summary": 7}])),
        json!({"model": "model-1", "prompt": {"id": "pmpt_1"}}),
        json!({"model": "model-1", "previous_response_id": "resp_1"}),
        json!({"model": "model-1", "input": "x", "instructions": "", "tools": [], "tool_choice": "required"}),
        json!({"model": "model-1", "input": "x", "text": {"format": {"type": "json_object"}}}),
        json!({"model": "model-1", "input": "x", "text": {"format": {"type": "text"}}, "reasoning": {}}),
        json!({"model": "model-1", "input": "x", "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": []}}),
        json!({"model": "model-1", "input": "x", "tools": "none", "top_logprobs": 3, "safety_identifier": "u"}),
        json!({"model": "model-1", "input": "x", "tools": [
            {"type": "function", "name": "f", "parameters": null, "defer_loading": true},
            {"type": "function", "name": "f", "parameters": {"type": "object"}},
        ]}),
    ] {
        let sent = send(&read(&body), ResponsesDialect::original());
        assert_eq!(normal(&sent.body), normal(&body));
    }
}

#[test]
fn a_body_that_is_no_request_is_refused_without_a_word_of_it() {
    for body in
        ["[]", "{", "{\"model\":\"secret\"}", "{\"input\":7}", "{\"input\":[\"secret\"]}", "\"secret\""]
    {
        let error = import(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
    }
}

#[test]
fn results_are_paired_with_calls_that_came_in_a_body() {
    let call = json!({"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"});
    let request = read(&body(json!([{"role": "user", "content": "x"}, call])));
    let request = request.message(Message::tool(ToolResult::text("call_1", "red")));
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!(sent.kinds(), ["user", "function_call", "function_call_output"]);
    let request = read(&body(json!([call]))).user("Well?");
    let sent = send(&request, ResponsesDialect::original());
    assert_eq!(sent.kinds(), ["function_call", "function_call_output", "user"]);
}

/// The body with the value at the numbered place changed.
fn mutated(value: &mut Value, place: &mut usize, with: &Value) {
    if *place == 0 {
        *value = with.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| mutated(member, place, with)),
        Value::Array(list) => list.iter_mut().for_each(|member| mutated(member, place, with)),
        _ => {}
    }
}

#[test]
fn bodies_with_any_one_thing_wrong_come_out_as_they_went_in_or_are_refused() {
    let (mut equal, mut refused) = (0, 0);
    for with in [json!(null), json!(7), json!([{"type": "x"}])] {
        for place in 1.. {
            let (mut body, mut left) = (rich(), place);
            mutated(&mut body, &mut left, &with);
            // It counts on below 0 from the place that was changed.
            if left <= place {
                break;
            }
            match import(body.to_string().as_bytes()) {
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                    refused += 1;
                }
                Ok(request) => {
                    let mut sent = send(&request, ResponsesDialect::original()).body;
                    // A call always says which model.
                    if !body["model"].is_string() {
                        sent["model"] = body["model"].clone();
                    }
                    assert_eq!(normal(&sent), normal(&body), "{place} {with}");
                    equal += 1;
                }
            }
        }
    }
    assert!(equal > 300 && refused > 3, "{equal} {refused}");
}
