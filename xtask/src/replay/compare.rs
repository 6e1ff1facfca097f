//! What differs between two outcomes.

use serde_json::Value;

/// Members that differ for good reason: notes for people, and a word for clients that do not read error bodies.
const IGNORED: [&str; 2] = ["notes", "kind_by_status"];

/// How vectors begin.
const VECTORS: &str = "embeddings.first";

/// The most characters of a value that a difference shows.
const SHOWN: usize = 120;

/// `Difference` is a member that two outcomes do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path of the member, such as `usage.input_tokens`.
    pub field: String,
    /// What one says, shortened around the place where they part.
    pub left: String,
    /// What the other says.
    pub right: String,
}

impl Difference {
    /// Describes a member.
    pub fn new(field: &str, left: &Value, right: &Value) -> Self {
        let (left, right) = (written(left), written(right));
        let common = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
        let from = if left.chars().count().max(right.chars().count()) > SHOWN {
            common.saturating_sub(20)
        } else {
            0
        };
        Self { field: field.to_owned(), left: shortened(&left, from), right: shortened(&right, from) }
    }
}

/// All members that differ; an absent member is as good as a null one.
pub fn differences(left: &Value, right: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", left, right, &mut found);
    found
}

fn compare(field: &str, left: &Value, right: &Value, found: &mut Vec<Difference>) {
    match (left, right) {
        // Arguments are one value: a person wants to see the whole of both.
        (Value::Object(a), Value::Object(b)) if !field.ends_with("arguments") => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names.into_iter().filter(|name| !IGNORED.contains(&name.as_str())) {
                let path = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                compare(
                    &path,
                    a.get(name).unwrap_or(&Value::Null),
                    b.get(name).unwrap_or(&Value::Null),
                    found,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if field == "tool_calls" && a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{field}[{index}]"), a, b, found);
            }
        }
        // Vectors hold 32-bit numbers; the expectation holds them as they were written.
        (Value::Array(a), Value::Array(b)) if field.starts_with(VECTORS) && a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{field}[{index}]"), a, b, found);
            }
        }
        (Value::Number(a), Value::Number(b)) if field.starts_with(VECTORS) => {
            let single = |number: &serde_json::Number| number.to_string().parse::<f32>().ok();
            found.extend((single(a) != single(b)).then(|| Difference::new(field, left, right)));
        }
        (Value::String(a), Value::String(b)) if field == "error.message" => {
            found.extend((!same_message(a, b)).then(|| Difference::new(field, left, right)));
        }
        _ if left != right => found.push(Difference::new(field, left, right)),
        _ => {}
    }
}

/// An error's message is fit for one line of a log: control characters are blanks in it, and a very long one is cut.
fn same_message(a: &str, b: &str) -> bool {
    let line =
        |text: &str| text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let (a, b) = (line(a), line(b));
    let cut = |long: &str, short: &str| {
        let start = short.strip_suffix('…').filter(|start| start.len() >= 4096);
        start.is_some_and(|start| long.starts_with(start))
    };
    a == b || cut(&a, &b) || cut(&b, &a)
}

fn written(value: &Value) -> String {
    value.to_string()
}

fn shortened(text: &str, from: usize) -> String {
    let before = if from > 0 { "…" } else { "" };
    let shown: String = text.chars().skip(from).take(SHOWN).collect();
    let after = if text.chars().count() > from.saturating_add(SHOWN) { "…" } else { "" };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_names_its_member_and_both_values() {
        let left = json!({"text": "a", "usage": {"input_tokens": 1}, "tool_calls": [{"id": "1", "arguments": {"x": 1}}]});
        let right = json!({"text": "a", "usage": {"input_tokens": 2}, "tool_calls": [{"id": "1", "arguments": {"x": 2}}]});
        let found = differences(&left, &right);
        assert_eq!(
            found,
            [
                Difference {
                    field: "tool_calls[0].arguments".into(),
                    left: r#"{"x":1}"#.into(),
                    right: r#"{"x":2}"#.into()
                },
                Difference { field: "usage.input_tokens".into(), left: "1".into(), right: "2".into() },
            ]
        );
    }

    #[test]
    fn notes_are_not_compared_and_an_absent_member_is_null() {
        let left =
            json!({"notes": ["x"], "error": {"kind": "auth", "kind_by_status": "other"}, "refusal": null});
        let right = json!({"error": {"kind": "auth"}});
        assert_eq!(differences(&left, &right), []);
        assert_eq!(differences(&left, &json!({"error": {"kind": "quota"}})).len(), 1);
    }

    #[test]
    fn vectors_are_compared_as_32_bit_numbers() {
        let vectors = |first: f64| json!({"embeddings": {"count": 1, "first": [[first]]}});
        assert_eq!(differences(&vectors(0.005920175462961197), &vectors(0.0059201755)), []);
        assert_eq!(differences(&vectors(0.0059), &vectors(0.0058)).len(), 1);
    }

    #[test]
    fn a_long_text_is_shown_where_it_parts() {
        let text = |last: &str| json!({"text": format!("{}{last}", "x".repeat(1000))});
        let found = differences(&text("left"), &text("right"));
        assert_eq!(found[0].left, format!("…{}left\"", "x".repeat(20)));
        assert_eq!(found[0].right, format!("…{}right\"", "x".repeat(20)));
    }

    #[test]
    fn a_message_is_compared_as_one_line() {
        let message = |text: &str| json!({"error": {"message": text}});
        assert_eq!(differences(&message("a\nb\n"), &message("a b")), []);
        assert_eq!(differences(&message(&"a".repeat(5000)), &message(&format!("{}…", "a".repeat(4096)))), []);
        assert_eq!(differences(&message("a long one"), &message("a…")).len(), 1);
    }
}
