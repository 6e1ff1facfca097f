//! When two request bodies are equal: as JSON, after members that are `null` were dropped and a lone text part was
//! written as its string.

use serde_json::{Map, Value};

/// A request body in the form that is compared.
pub fn normalised(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(members.map(|(name, value)| (name.clone(), member(name, value))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(normalised).collect()),
        // 1 and 1.0 are one number in JSON.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                Value::from(format!("{float:.0}").parse::<i64>().unwrap_or_default())
            }
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Where two bodies in that form differ: the paths, each with both values.
pub fn differences(wanted: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk("", wanted, got, &mut found);
    found
}

/// The members that hold content, which may be a text or a list.
fn member(name: &str, value: &Value) -> Value {
    let value = normalised(value);
    if matches!(name, "content" | "system" | "input" | "output")
        && let Value::Array(list) = &value
        && let [Value::Object(part)] = list.as_slice()
        && let Some(text) = lone_text(part)
    {
        return Value::String(text.to_owned());
    }
    value
}

/// The text of a part that has nothing else.
fn lone_text(part: &Map<String, Value>) -> Option<&str> {
    let kind = part.get("type")?.as_str()?;
    let is_text = matches!(kind, "text" | "input_text" | "output_text") && part.len() == 2;
    part.get("text").filter(|_| is_text)?.as_str()
}

fn walk(path: &str, wanted: &Value, got: &Value, found: &mut Vec<String>) {
    match (wanted, got) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let (a, b) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
                walk(&format!("{path}.{name}"), a, b, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                walk(&format!("{path}[{place}]"), a, b, found);
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{}: {} / {}", path.trim_start_matches('.'), short(a), short(b))),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{differences, normalised};

    #[test]
    fn only_what_says_nothing_is_dropped() {
        let a = json!({"a": null, "t": 0.0, "content": [{"type": "text", "text": "x"}], "l": [null]});
        let b = json!({"t": 0, "content": "x", "l": [null]});
        assert_eq!(normalised(&a), normalised(&b));
        for other in [
            json!({"t": 0, "content": "x", "l": []}),
            json!({"t": 0.5, "content": "x", "l": [null]}),
            json!({"t": 0, "content": [{"type": "text", "text": "x", "y": 1}], "l": [null]}),
            json!({"t": 0, "content": "x", "l": [null], "more": false}),
            json!({"content": "x", "l": [null]}),
        ] {
            let (a, other) = (normalised(&a), normalised(&other));
            assert_eq!(differences(&a, &other).len(), 1, "{other}");
        }
    }
}
