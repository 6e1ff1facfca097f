//! The corpus of neutral requests, sent to a server that remembers what it was sent: it must have understood what we meant.
#![cfg(all(feature = "anthropic", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "only tests call it")]

#[path = "../xtask/src/requests_sdk/corpus.rs"]
mod corpus;
#[path = "../xtask/src/requests_sdk/parts.rs"]
mod parts;
mod real_servers;
#[path = "../xtask/src/requests_sdk/settings.rs"]
mod settings;

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
        let all = |value: &Value, found: fn(&Value) -> Option<Value>| {
            let mut list = Vec::new();
            gather(value, found, &mut list);
            list
        };
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
