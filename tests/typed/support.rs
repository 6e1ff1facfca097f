use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use steer::{Client, CompletionRequest};
use steer_testkit::transport::{Response, ScriptedTransport};

/// A vendor that exists in a catalog alone, with a model of each ability.
const CATALOG: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "openai-chat"
base_url = "https://acme.example/v1"

[[models]]
provider = "acme"
id = "native"
capabilities = ["structured-output", "tools"]

[[providers]]
id = "old"
name = "Old"
api_format = "openai-chat"
base_url = "https://old.example/v1"

[providers.dialect]
formats = "text"

[[models]]
provider = "old"
id = "formless"
aliases = ["formless"]
capabilities = ["structured-output", "tools"]

[[models]]
provider = "acme"
id = "tools"
capabilities = ["tools"]

[[models]]
provider = "acme"
id = "plain"
capabilities = []
"#;

/// A city.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
pub(crate) struct City {
    pub(crate) name: String,
    pub(crate) inhabitants: u64,
    #[serde(default)]
    pub(crate) rivers: Vec<String>,
}

pub(crate) fn oslo() -> City {
    City { name: "Oslo".to_owned(), inhabitants: 700_000, rivers: vec![] }
}

pub(crate) const OSLO: &str = r#"{"name":"Oslo","inhabitants":700000}"#;

pub(crate) fn client(transport: &ScriptedTransport) -> Client {
    let builder = Client::builder().catalog("test", CATALOG).api_key("acme", "a-key").api_key("old", "a-key");
    builder.transport(Arc::new(transport.clone())).build().unwrap()
}

pub(crate) fn script<const N: usize>(answers: [String; N]) -> ScriptedTransport {
    ScriptedTransport::responses(answers.map(|body| Response::sse(body).each_event_a_piece()))
}

pub(crate) fn ask(model: &str) -> CompletionRequest {
    CompletionRequest::new(format!("acme/{model}")).system("Be brief.").user("Which city?")
}

fn event(json: &Value) -> String {
    format!("data: {json}\n\n")
}

fn ends(reason: &str) -> String {
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15});
    let reason = event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}));
    reason + &event(&json!({"choices": [], "usage": usage})) + "data: [DONE]\n\n"
}

/// A text in pieces of so many characters.
pub(crate) fn text(text: &str, size: usize, reason: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(size).map(|piece| piece.iter().collect::<String>());
    let events = pieces.map(|piece| event(&json!({"choices": [{"index": 0, "delta": {"content": piece}}]})));
    events.collect::<String>() + &ends(reason)
}

/// A call of a tool.
pub(crate) fn call(name: &str, arguments: &str) -> String {
    let function = |arguments: &str| json!({"name": name, "arguments": arguments});
    let (one, two) = arguments.split_at(arguments.len() / 2);
    let begins = json!([{"index": 0, "id": "a", "type": "function", "function": function(one)}]);
    let goes_on = json!([{"index": 0, "function": {"arguments": two}}]);
    let events = [begins, goes_on]
        .map(|calls| event(&json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})));
    events.concat() + &ends("tool_calls")
}

pub(crate) fn sent(transport: &ScriptedTransport, request: usize) -> Value {
    serde_json::from_slice(&transport.requests()[request].body).unwrap()
}
