//! `--dry-run`: the request as it would be sent.

use steer::bytes::Bytes;
use steer::http_types::Request;

use super::failure::Failure;

/// The request as text: method and address, headers without secrets, and the body, indented for people.
pub(crate) fn show(request: &Request<Bytes>, for_people: bool) -> Result<String, Failure> {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let value =
            if value.is_sensitive() { "***".into() } else { String::from_utf8_lossy(value.as_bytes()) };
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push('\n');
    let body = std::str::from_utf8(request.body())
        .map_err(|_| Failure::System("the body of the request is not text".to_owned()))?;
    text.push_str(&if for_people { indented(body) } else { body.to_owned() });
    text.push('\n');
    Ok(text)
}

/// JSON with line breaks and indents; its members, numbers and strings stay as they are written.
fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        if in_string {
            text.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '{' | '[' => {
                text.push(c);
                if rest.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    continue;
                }
                depth = depth.saturating_add(1);
                break_line(&mut text, depth);
            }
            '}' | ']' => {
                if !text.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    break_line(&mut text, depth);
                }
                text.push(c);
            }
            ',' => {
                text.push(c);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            c if c.is_whitespace() => {}
            c => {
                in_string = c == '"';
                text.push(c);
            }
        }
    }
    text
}

fn break_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use steer::bytes::Bytes;
    use steer::http_types::{HeaderValue, Request};

    use super::{indented, show};

    #[test]
    fn a_secret_is_never_shown() {
        let mut key = HeaderValue::from_static("CANARY");
        key.set_sensitive(true);
        let request = Request::post("https://a.example/x")
            .header("x-key", key)
            .header("x-open", "1")
            .body(Bytes::from_static(b"{\"a\":1}"))
            .unwrap();
        assert_eq!(
            show(&request, false).unwrap(),
            "POST https://a.example/x\nx-key: ***\nx-open: 1\n\n{\"a\":1}\n"
        );
    }

    #[test]
    fn indenting_keeps_order_numbers_and_strings() {
        let json = r#"{"b":1.0,"a":[{"x":"{\"[,:\\"},[],{}],"c":"é\u00e9"}"#;
        let expected = "{\n  \"b\": 1.0,\n  \"a\": [\n    {\n      \"x\": \"{\\\"[,:\\\\\"\n    },\n    [],\n    {}\n  ],\n  \
                        \"c\": \"é\\u00e9\"\n}";
        assert_eq!(indented(json), expected);
    }
}
