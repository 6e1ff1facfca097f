use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use steer_core::StreamError;

use super::{broken, malformed};

/// How deep the place of a piece may lie.
const MAX_DEPTH: usize = 64;

/// `Arguments` puts together the arguments of a call from pieces, each with its place:
/// <https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc>.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    whole: Option<String>,
    pieces: Option<Value>,
    /// The place of a text that goes on.
    growing: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    json_path: String,
    #[serde(default)]
    string_value: Option<String>,
    #[serde(default)]
    number_value: Option<Number>,
    #[serde(default)]
    bool_value: Option<bool>,
    #[serde(default)]
    will_continue: Option<bool>,
}

/// A step towards a place.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Number(usize),
}

impl Arguments {
    /// Takes all arguments at once; they win over the pieces.
    pub(super) fn replace(&mut self, whole: &str) {
        self.whole = Some(whole.to_owned());
    }

    /// Takes pieces.
    pub(super) fn take(&mut self, raw: &RawValue) -> Result<(), StreamError> {
        let pieces: Vec<Piece> =
            serde_json::from_str(raw.get()).map_err(|error| broken("partialArgs", &error))?;
        pieces.into_iter().try_for_each(|piece| self.piece(piece))
    }

    /// The arguments as JSON; nothing where nothing came.
    pub(super) fn into_text(self) -> String {
        let pieces = self.pieces.map(|pieces| pieces.to_string());
        self.whole.or(pieces).unwrap_or_default()
    }

    fn piece(&mut self, piece: Piece) -> Result<(), StreamError> {
        let steps = steps(&piece.json_path).ok_or_else(misplaced)?;
        let pieces = self.pieces.get_or_insert_with(|| Value::Object(Map::new()));
        let place = reach(pieces, &steps).ok_or_else(misplaced)?;
        let goes_on = piece.will_continue == Some(true);
        let is_same = self.growing.as_ref() == Some(&piece.json_path);
        match (piece.string_value, piece.number_value, piece.bool_value) {
            (Some(text), _, _) => match place {
                Value::String(start) if is_same => start.push_str(&text),
                place => *place = Value::String(text),
            },
            (_, Some(number), _) => *place = Value::Number(number),
            (_, _, Some(flag)) => *place = Value::Bool(flag),
            // A text that is about to begin, or has just ended.
            _ if goes_on && !is_same => *place = Value::String(String::new()),
            _ => {}
        }
        self.growing = goes_on.then_some(piece.json_path);
        Ok(())
    }
}

/// Reads a path such as `$.a['b c'][0]`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() >= MAX_DEPTH {
            return None;
        }
        if let Some(name) = rest.strip_prefix('.') {
            let length = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at_checked(length)?;
            steps.push(Step::Name(name.to_owned()));
            rest = behind;
            continue;
        }
        let inner = rest.strip_prefix('[')?;
        match inner.chars().next()? {
            quote @ ('\'' | '"') => {
                let (name, behind) = quoted(inner.get(1..)?, quote)?;
                steps.push(Step::Name(name));
                rest = behind.strip_prefix(']')?;
            }
            _ => {
                let (number, behind) = inner.split_once(']')?;
                steps.push(Step::Number(number.parse().ok()?));
                rest = behind;
            }
        }
    }
    Some(steps)
}

/// A name up to its closing quote, and what stands behind that.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => name.push(chars.next()?.1),
            c if c == quote => return Some((name, text.get(at.checked_add(1)?..)?)),
            c => name.push(c),
        }
    }
    None
}

/// The value at a place, made where it is not there yet. A list grows by one at a time.
fn reach<'v>(root: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    let mut place = root;
    for step in steps {
        place = match step {
            Step::Name(name) => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                place.as_object_mut()?.entry(name.as_str()).or_insert(Value::Null)
            }
            Step::Number(number) => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                let list = place.as_array_mut()?;
                if *number == list.len() {
                    list.push(Value::Null);
                }
                list.get_mut(*number)?
            }
        };
    }
    Some(place)
}

fn misplaced() -> StreamError {
    malformed("`partialArgs` has a piece whose place is not one in the arguments")
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::Arguments;

    fn joined(pieces: &[&str]) -> Option<String> {
        let mut arguments = Arguments::default();
        for piece in pieces {
            arguments.take(&RawValue::from_string((*piece).to_owned()).unwrap()).ok()?;
        }
        Some(arguments.into_text())
    }

    #[test]
    fn quirk_112_pieces_with_their_places_become_json() {
        let json = joined(&[
            r#"[{"jsonPath":"$.city","stringValue":"New ","willContinue":true}]"#,
            r#"[{"jsonPath":"$.city","stringValue":"Delhi \"x\""},{"jsonPath":"$.days","numberValue":3}]"#,
            r#"[{"jsonPath":"$.of[0].a","boolValue":true},{"jsonPath":"$.of[1]['b.c']","nullValue":"NULL_VALUE"}]"#,
            r#"[{"jsonPath":"$.late","willContinue":true},{"jsonPath":"$.late","stringValue":"x"}]"#,
        ]);
        assert_eq!(
            json.unwrap(),
            r#"{"city":"New Delhi \"x\"","days":3,"late":"x","of":[{"a":true},{"b.c":null}]}"#
        );
        assert_eq!(joined(&[]).unwrap(), "");
    }

    #[test]
    fn a_text_that_did_not_go_on_is_replaced() {
        let piece = r#"[{"jsonPath":"$.a","stringValue":"x"}]"#;
        assert_eq!(joined(&[piece, piece]).unwrap(), r#"{"a":"x"}"#);
    }

    #[test]
    fn a_place_that_cannot_be_is_an_error_and_takes_no_memory() {
        let deep = format!("$.{}", vec!["a"; 100].join("."));
        for path in
            ["$[4000000000]", "$.a[7]", "a", "$.a[x]", "$['a", "$a", "$.a[18446744073709551616]", &deep]
        {
            assert_eq!(joined(&[&format!(r#"[{{"jsonPath":{path:?},"numberValue":1}}]"#)]), None, "{path}");
        }
        let first = r#"[{"jsonPath":"$.a","numberValue":1}]"#;
        assert_eq!(joined(&[first, r#"[{"jsonPath":"$.a.b","numberValue":1}]"#]), None);
    }
}
