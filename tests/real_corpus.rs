//! The corpus of neutral requests, sent to a server that remembers what it was sent: it must have understood what we meant.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "only tests call it"
)]

#[path = "../xtask/src/requests_sdk/corpus.rs"]
mod corpus;
#[path = "../xtask/src/requests_sdk/parts.rs"]
mod parts;
mod real_servers;
#[path = "../xtask/src/requests_sdk/settings.rs"]
mod settings;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steer::request::{FeaturePolicy, OnUnsupported};
use steer::{Client, CompletionRequest, Delivery};

use real_servers::{Dialect, Server};

/// The corpus, each request asking for an answer that the server has.
fn requests(dialect: Dialect) -> impl Iterator<Item = (String, CompletionRequest)> {
    corpus::requests().into_iter().map(move |(name, mut request)| {
        request.model = format!("{}/made-up-model", dialect.provider());
        request.headers.insert("x-test-id".to_owned(), format!("{dialect:?} {name} {}", std::process::id()));
        let policy = FeaturePolicy::all(OnUnsupported::Warn);
        (name, request.user("case text").policy(policy).delivery(Delivery::Whole))
    })
}

/// What is sent, and what the server says that it was sent.
async fn sent(server: &Server, client: &Client, request: CompletionRequest) -> (Value, Value) {
    let wanted = client.preview(request.clone()).unwrap().unwrap().into_body();
    let id = request.headers["x-test-id"].replace(' ', "%20");
    client.complete(request).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    let entries = server.get(&format!("/__aimock/journal?testId={id}")).await;
    let [entry] = entries.as_array().unwrap().as_slice() else { panic!("{id}: {entries}") };
    (serde_json::from_slice(&wanted).unwrap(), entry["body"].clone())
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_journal_holds_each_chat_request_as_it_was_meant() {
    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Chat, &server.key);
    let mut count = 0;
    for (name, request) in requests(Dialect::Chat) {
        let (wanted, got) = sent(&server, &client, request).await;
        for (member, value) in wanted.as_object().unwrap() {
            assert_eq!(&got[member], value, "{name}: {member}");
        }
        count += 1;
    }
    assert!(count >= 80, "only {count} requests");
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_journal_understands_each_request_of_the_messages_api() {
    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Messages, &server.key);
    let mut count = 0;
    for (name, request) in requests(Dialect::Messages) {
        let (wanted, got) = sent(&server, &client, request).await;
        // The server tells the request in the form of Chat Completions.
        for member in ["max_tokens", "temperature"] {
            assert_eq!(got[member].as_f64(), wanted[member].as_f64(), "{name}: {member}");
        }
        let turns = &wanted["messages"];
        assert_eq!(all(&got["messages"], chat_call), all(turns, call), "{name}: calls");
        assert_eq!(all(&got["messages"], chat_result), all(turns, result), "{name}: results");
        assert_eq!(all(&got["tools"], chat_tool), all(&wanted["tools"], tool), "{name}: tools");
        let heard = got["messages"].to_string();
        // The server does not know notes between the turns of that API.
        let spoken = turns.as_array().unwrap().iter().filter(|turn| turn["role"] != "system");
        let contents = spoken.map(|turn| &turn["content"]);
        let said: Vec<&Value> = contents.chain([&wanted["system"]]).flat_map(words).collect();
        for word in said {
            let written = word.to_string();
            assert!(heard.contains(written.trim_matches('"')), "{name}: {written} was not heard");
        }
        count += 1;
    }
    assert!(count >= 80, "only {count} requests");
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_journal_understands_each_request_of_the_responses_api() {
    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Responses, &server.key);
    let mut tally = Tally::default();
    for (name, request) in requests(Dialect::Responses) {
        let (wanted, got) = sent(&server, &client, request).await;
        assert_eq!(got["max_tokens"], wanted["max_output_tokens"], "{name}");
        assert_eq!(got["temperature"], wanted["temperature"], "{name}");
        let input = &wanted["input"];
        tally.compare("calls", &name, &all(&got["messages"], chat_call), &all(input, item_call));
        tally.compare("results", &name, &all(&got["messages"], chat_answer), &all(input, item_answer));
        tally.compare("tools", &name, &all(&got["tools"], chat_tool), &all(&wanted["tools"], item_tool));
        let heard: Vec<String> = turns(&got, "messages").filter_map(spoken).collect();
        let instructions = wanted["instructions"].as_str().map(|text| format!("system: {text}"));
        let asked = input.as_str().map(|text| format!("user: {text}"));
        let said: Vec<String> =
            instructions.into_iter().chain(asked).chain(turns(&wanted, "input").filter_map(spoken)).collect();
        tally.compare("texts", &name, &heard, &said);
        tally.requests += 1;
    }
    tally.is_enough();
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_journal_understands_each_request_of_the_gemini_api() {
    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Gemini, &server.key);
    let mut tally = Tally::default();
    for (name, request) in requests(Dialect::Gemini) {
        let (wanted, got) = sent(&server, &client, request).await;
        let settings = &wanted["generationConfig"];
        for (heard, said) in [
            ("max_tokens", "maxOutputTokens"),
            ("temperature", "temperature"),
            ("top_p", "topP"),
            ("top_k", "topK"),
        ] {
            assert_eq!(got[heard], settings[said], "{name}: {said}");
        }
        let contents = &wanted["contents"];
        tally.compare("calls", &name, &all(&got["messages"], chat_call), &all(contents, function_call));
        let (heard, said) = (all(&got["messages"], chat_json_answer), all(contents, function_answer));
        tally.compare("results", &name, &heard, &said);
        // The server reads schemas in the older member alone.
        tally.compare("tools", &name, &all(&got["tools"], chat_described), &all(&wanted["tools"], declared));
        let heard: Vec<String> = turns(&got, "messages").filter_map(spoken).collect();
        let system = Some(&wanted["systemInstruction"]).filter(|system| !system.is_null());
        let said: Vec<String> =
            system.into_iter().chain(turns(&wanted, "contents")).filter_map(spoken).collect();
        tally.compare("texts", &name, &heard, &said);
        tally.requests += 1;
    }
    tally.is_enough();
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_journal_understands_each_request_of_ollamas_api() {
    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Ollama, &server.key);
    let mut tally = Tally::default();
    for (name, request) in requests(Dialect::Ollama) {
        let (wanted, got) = sent(&server, &client, request).await;
        for (heard, said) in [("max_tokens", "num_predict"), ("temperature", "temperature")] {
            assert_eq!(got[heard], wanted["options"][said], "{name}: {said}");
        }
        assert_eq!(got["stream"], wanted["stream"], "{name}");
        // The server numbers calls itself, and leaves out whose results are.
        let told = |body: &Value| {
            let calls = |message: &Value| all(&message["tool_calls"], named_call);
            let turn = |message: &Value| json!([message["role"], message["content"], calls(message)]);
            turns(body, "messages").map(turn).collect::<Vec<Value>>()
        };
        tally.compare("messages", &name, &told(&got), &told(&wanted));
        tally.compare("tools", &name, &all(&got["tools"], chat_tool), &all(&wanted["tools"], chat_tool));
        tally.requests += 1;
    }
    tally.is_enough();
}

/// `Tally` counts what was compared, so that nothing passes because there was nothing to compare.
#[derive(Debug, Default)]
struct Tally {
    requests: usize,
    things: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn compare<T: std::fmt::Debug + PartialEq>(
        &mut self,
        what: &'static str,
        name: &str,
        heard: &[T],
        said: &[T],
    ) {
        assert_eq!(heard, said, "{name}: {what}");
        *self.things.entry(what).or_default() += said.len();
    }

    fn is_enough(&self) {
        assert!(self.requests >= 80 && self.things.values().all(|count| *count >= 10), "{self:?}");
    }
}

fn all(value: &Value, found: fn(&Value) -> Option<Value>) -> Vec<Value> {
    let mut list = Vec::new();
    gather(value, found, &mut list);
    list
}

/// Finds what is looked for in a value, in order, and does not look into what was found.
fn gather(value: &Value, found: fn(&Value) -> Option<Value>, list: &mut Vec<Value>) {
    if let Some(it) = found(value) {
        list.push(it);
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, found, list)),
        Value::Object(members) => members.values().for_each(|member| gather(member, found, list)),
        _ => {}
    }
}

fn call(block: &Value) -> Option<Value> {
    (block["type"] == "tool_use").then(|| json!([block["id"], block["name"], block["input"]]))
}

fn chat_call(call: &Value) -> Option<Value> {
    let function = call.get("function")?;
    let arguments: Value = serde_json::from_str(function["arguments"].as_str()?).ok()?;
    Some(json!([call["id"], function["name"], arguments]))
}

fn result(block: &Value) -> Option<Value> {
    (block["type"] == "tool_result").then(|| block["tool_use_id"].clone())
}

fn chat_result(message: &Value) -> Option<Value> {
    (message["role"] == "tool").then(|| message["tool_call_id"].clone())
}

fn tool(entry: &Value) -> Option<Value> {
    entry.get("input_schema").map(|schema| json!([entry["name"], entry.get("description"), schema]))
}

fn chat_tool(entry: &Value) -> Option<Value> {
    let function = entry.get("function")?;
    Some(json!([function["name"], function.get("description"), function["parameters"]]))
}

fn named_call(call: &Value) -> Option<Value> {
    let function = call.get("function")?;
    let arguments = match &function["arguments"] {
        Value::String(text) => serde_json::from_str(text).ok()?,
        arguments => arguments.clone(),
    };
    Some(json!([function["name"], arguments]))
}

fn item_call(item: &Value) -> Option<Value> {
    let arguments: Value = serde_json::from_str(item.get("arguments")?.as_str()?).ok()?;
    (item["type"] == "function_call").then(|| json!([item["call_id"], item["name"], arguments]))
}

fn item_answer(item: &Value) -> Option<Value> {
    (item["type"] == "function_call_output").then(|| json!([item["call_id"], item["output"]]))
}

fn chat_answer(message: &Value) -> Option<Value> {
    (message["role"] == "tool").then(|| json!([message["tool_call_id"], message["content"]]))
}

fn item_tool(entry: &Value) -> Option<Value> {
    (entry["type"] == "function")
        .then(|| json!([entry["name"], entry.get("description"), entry["parameters"]]))
}

fn function_call(part: &Value) -> Option<Value> {
    let call = part.get("functionCall")?;
    Some(json!([call["id"], call["name"], call["args"]]))
}

fn function_answer(part: &Value) -> Option<Value> {
    let answer = part.get("functionResponse")?;
    Some(json!([answer["id"], answer["response"]]))
}

fn chat_json_answer(message: &Value) -> Option<Value> {
    let content = message["content"].as_str().filter(|_| message["role"] == "tool")?;
    Some(json!([message["tool_call_id"], serde_json::from_str::<Value>(content).ok()?]))
}

fn declared(entry: &Value) -> Option<Value> {
    let is_function = entry.get("name").is_some() && entry.get("description").is_none_or(Value::is_string);
    is_function.then(|| json!([entry["name"], entry.get("description")]))
}

fn chat_described(entry: &Value) -> Option<Value> {
    let function = entry.get("function")?;
    Some(json!([function["name"], function.get("description")]))
}

fn turns<'a>(body: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    body[member].as_array().into_iter().flatten()
}

/// Who says what: a turn's texts as one, in any of the formats; none where it says nothing.
fn spoken(turn: &Value) -> Option<String> {
    let who = match turn["role"].as_str() {
        Some("model") => "assistant",
        Some("developer") | None => "system",
        Some("tool") => return None,
        Some(role) => role,
    };
    let text = match [&turn["content"], &turn["parts"]].into_iter().find(|said| !said.is_null())? {
        Value::String(text) => text.clone(),
        parts => {
            let texts = parts.as_array()?.iter().filter(|part| part["thought"] != true);
            texts.filter_map(|part| part["text"].as_str()).collect()
        }
    };
    (!text.is_empty()).then(|| format!("{who}: {text}"))
}

/// The texts that one side says or a tool gives back; what stands in a document is looked at as a document.
fn words(turn: &Value) -> Vec<&Value> {
    let Some(blocks) = turn.as_array() else {
        return Vec::from_iter(Some(turn).filter(|text| text.is_string()));
    };
    blocks
        .iter()
        .flat_map(|block| match block["type"].as_str() {
            Some("text") => vec![&block["text"]],
            Some("tool_result") => words(&block["content"]),
            _ => Vec::new(),
        })
        .collect()
}
