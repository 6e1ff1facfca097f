use serde_json::{Map, Value};

/// Whether two bodies say the same: `null` is as good as nothing, a number is its value, and a list that `lone_text`
/// knows as one text is that text.
pub(super) fn same(a: &Value, b: &Value, lone_text: fn(&[Value]) -> Option<&str>) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let covered = |a: &Map<String, Value>, b: &Map<String, Value>| {
                a.iter()
                    .all(|(name, value)| value.is_null() || b.get(name).is_some_and(|other| !other.is_null()))
            };
            covered(b, a)
                && a.iter()
                    .filter(|(_, value)| !value.is_null())
                    .all(|(name, value)| b.get(name).is_some_and(|other| same(value, other, lone_text)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, lone_text))
        }
        (Value::Array(list), Value::String(text)) | (Value::String(text), Value::Array(list)) => {
            lone_text(list) == Some(text)
        }
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.as_f64() == b.as_f64() && a.is_f64() != b.is_f64())
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::same;

    fn lone(list: &[Value]) -> Option<&str> {
        match list {
            [Value::Object(part)] if part.len() == 1 => part.get("text")?.as_str(),
            _ => None,
        }
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        let a = json!({"a": 1, "b": null, "c": [{"text": "x"}], "d": [null, 1]});
        assert!(same(&a, &json!({"a": 1.0, "c": "x", "d": [null, 1]}), lone));
        for other in [
            json!({"a": 1, "c": "x"}),
            json!({"a": 2, "c": "x", "d": [null, 1]}),
            json!({"a": 1, "c": "y", "d": [null, 1]}),
            json!({"a": 1, "c": "x", "d": [1]}),
            json!({"a": 1, "c": "x", "d": [null, 1], "e": 0}),
        ] {
            assert!(!same(&a, &other, lone), "{other}");
            assert!(!same(&other, &a, lone), "{other}");
        }
    }
}
