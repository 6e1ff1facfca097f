//! Fixtures in which one member of the JSON is missing, null, of another type or absurdly large: nothing panics, and
//! what is not content costs no answer.

use serde_json::{Value, json};
use steer_core::Delivery;
use steer_core::bytes::Bytes;
use steer_testkit::conformance::{Fixture, Subject};

/// Members that are the content, or say what and where it is. An answer without them may be an error.
const CONTENT: [&str; 10] = [
    "arguments",
    "content",
    "done",
    "error",
    "function",
    "images",
    "message",
    "name",
    "thinking",
    "tool_calls",
];

#[test]
fn a_broken_member_never_panics_and_seldom_costs_the_answer() {
    let subject = Subject::new(steer_ollama::REGISTRATION, "ollama/gemma3").unwrap();
    let (mut tried, mut survived, mut lost) = (0_u32, 0_u32, Vec::new());
    for fixture in Fixture::load(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).unwrap() {
        if fixture.decode(&subject).result.is_err() {
            continue;
        }
        for (path, body) in variants(&fixture) {
            let decoded = subject.decode(fixture.delivery, [body]);
            assert_eq!(decoded.trailing, 0);
            if path.last().is_some_and(|key| CONTENT.contains(&key.as_str()) || key.parse::<usize>().is_ok())
            {
                continue;
            }
            tried += 1;
            match decoded.result {
                Ok(_) => survived += 1,
                Err(error) => lost.push(format!("{} {}: {error}", fixture.name, path.join("."))),
            }
        }
    }
    assert!(tried > 2000, "only {tried} variants were tried");
    assert!(survived * 100 >= tried * 95, "{survived} of {tried} survived: {lost:#?}");
}

/// The fixture with each member changed in each way, and the member's path.
fn variants(fixture: &Fixture) -> Vec<(Vec<String>, Bytes)> {
    if fixture.delivery == Delivery::Whole {
        let document: Value = serde_json::from_slice(&fixture.body).unwrap();
        return changes(&document)
            .into_iter()
            .map(|(path, json)| (path, Bytes::from(json.to_string())))
            .collect();
    }
    let text = std::str::from_utf8(&fixture.body).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut variants = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let document: Value = serde_json::from_str(line).unwrap();
        for (path, json) in changes(&document) {
            let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            lines[place] = json.to_string();
            variants.push((path, Bytes::from(lines.join("\n"))));
        }
    }
    variants
}

fn changes(document: &Value) -> Vec<(Vec<String>, Value)> {
    let mut changes = Vec::new();
    for path in paths(document) {
        let pointer: String = path.iter().map(|key| format!("/{key}")).collect();
        for change in [
            Value::Null,
            json!(7),
            json!("zz"),
            json!([]),
            json!({}),
            json!(true),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
        ] {
            let mut changed = document.clone();
            *changed.pointer_mut(&pointer).unwrap() = change;
            changes.push((path.clone(), changed));
        }
        let mut changed = document.clone();
        let (last, parent) = path.split_last().unwrap();
        let parent: String = parent.iter().map(|key| format!("/{key}")).collect();
        if let Some(Value::Object(object)) = changed.pointer_mut(&parent) {
            object.remove(last);
            changes.push((path, changed));
        }
    }
    changes
}

fn paths(value: &Value) -> Vec<Vec<String>> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(place, value)| (place.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let below = |(key, value): (String, &Value)| {
        let deeper = paths(value).into_iter().map({
            let key = key.clone();
            move |path| [key.clone()].into_iter().chain(path).collect()
        });
        [vec![key]].into_iter().chain(deeper).collect::<Vec<_>>()
    };
    children.into_iter().flat_map(below).collect()
}
