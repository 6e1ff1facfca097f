//! Tools whose names a target does not take: sent under others, and called by their own.

use serde_json::{Value, json};
use steer::{Client, CompletionRequest, Delivery, InputSchema, ToolSchema};
use steer_testkit::server::{Reply, Script, Server};

/// The answer of a server that calls the first tool that it was offered.
fn calls_the_first_tool(path: &str, body: &Value) -> Value {
    let tool = &body["tools"][0];
    match tool.get("function") {
        Some(function) if path.ends_with("/api/chat") => {
            json!({"model": "m", "done": true, "done_reason": "stop", "message": {"role": "assistant", "content": "",
            "tool_calls": [{"id": "c", "function": {"name": function["name"], "arguments": {}}}]}})
        }
        None if tool.get("functionDeclarations").is_some() => {
            json!({"candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [
            {"functionCall": {"name": tool["functionDeclarations"][0]["name"], "args": {}}}]}}]})
        }
        Some(function) => {
            json!({"id": "a", "model": "m", "choices": [{"index": 0, "finish_reason": "tool_calls",
            "message": {"role": "assistant", "tool_calls": [{"id": "c", "type": "function",
            "function": {"name": function["name"], "arguments": "{}"}}]}}]})
        }
        None if body.get("input").is_some() => {
            json!({"id": "a", "object": "response", "status": "completed", "model": "m", "output": [{"id": "f",
            "type": "function_call", "status": "completed", "call_id": "c", "name": tool["name"], "arguments": "{}"}]})
        }
        None => {
            json!({"id": "a", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use",
            "usage": {"input_tokens": 1, "output_tokens": 1},
            "content": [{"type": "tool_use", "id": "c", "name": tool["name"], "input": {}}]})
        }
    }
}

#[tokio::test]
async fn a_call_comes_under_the_name_that_the_program_gave_the_tool() {
    let script = Script::handler(|request| {
        let body = serde_json::from_str(request.body_text().unwrap()).unwrap();
        Reply::json(200, calls_the_first_tool(request.path(), &body).to_string())
    });
    let server = Server::start(script).await.unwrap();
    for target in crate::targets::TARGETS {
        // A provider of two formats speaks the one of its entry.
        let entry = format!("[[providers]]\nid = {:?}\napi_format = {:?}\n", target.provider, target.api);
        let client = Client::builder()
            .catalog("formats", entry)
            .base_url(target.provider, server.url())
            .api_key(target.provider, "key")
            .build()
            .unwrap();
        let long = "a tool with a name of very many words ".repeat(5);
        for name in ["fs/read", "look", "näme", &long] {
            let request = CompletionRequest::new(format!("{}/m", target.provider))
                .user("?")
                .max_output_tokens(9)
                .tool(ToolSchema::new(name, InputSchema::empty()))
                .delivery(Delivery::Whole);
            let answer = client.complete(request).await.unwrap();
            let names: Vec<String> = answer.extract_tool_calls().into_iter().map(|call| call.name).collect();
            assert_eq!(names, [name], "{}", target.api);
        }
        let sent: Value = serde_json::from_str(server.requests()[0].body_text().unwrap()).unwrap();
        let tool = &sent["tools"][0];
        let declared = tool.get("functionDeclarations").map(|functions| &functions[0]);
        let sent = tool.get("function").or(declared).unwrap_or(tool)["name"].as_str().unwrap().to_owned();
        assert!((target.is_name)(&sent) && sent != "fs/read", "{sent}");
        drop(server.take_requests());
    }
}
