//! JSON while it comes.

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::redact::Hidden;

/// No value lies deeper, as in what reads the whole.
const MAX_DEPTH: usize = 127;

/// `PartialJson` is the value of a JSON text that is still coming, as far as it has come.
///
/// Every byte is looked at once, however many pieces the text comes in. A string grows with its text; a number, a
/// literal and a member's name are there when they are whole; a list or an object is there when it begins. What stands
/// before the first `{` or `[` and behind its end is passed over, so that a fence around the JSON does no harm. From a
/// place that is no JSON on, the value stays as it is.
///
/// ```
/// use steer_core::json::PartialJson;
///
/// let mut partial = PartialJson::default();
/// partial.push(r#"{"city": "Os"#);
/// assert_eq!(partial.value()["city"], "Os");
/// partial.push(r#"lo", "degrees": 4"#);
/// assert_eq!(partial.value(), &serde_json::json!({"city": "Oslo"}));
/// partial.push("}");
/// assert_eq!(partial.value()["degrees"], 4);
/// ```
#[derive(Clone, Default)]
pub struct PartialJson {
    root: Value,
    /// The containers that are open, from the outside in.
    open: Vec<Open>,
    state: State,
    /// A number or literal so far.
    scalar: String,
    /// The bytes so far.
    seen: usize,
    start: Option<usize>,
    end: Option<usize>,
    changes: u64,
    #[cfg(test)]
    work: usize,
}

#[derive(Clone)]
enum Open {
    List,
    /// With the name of its last member, which may still be coming.
    Object(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Before,
    /// A value; or the end of the list that has just begun.
    Value {
        first: bool,
    },
    /// A member's name; or the end of the object that has just begun.
    Name {
        first: bool,
    },
    Text {
        of: Of,
        escape: Escape,
    },
    Colon,
    Scalar,
    /// A comma, or the end of the container.
    Behind,
    Ended,
    Broken,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Name,
    Value,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    /// The digits of `\u` so far, and the first half of a pair if one stands before them.
    Digits {
        count: u8,
        code: u16,
        high: Option<u16>,
    },
    /// The first half of a pair is there; the second begins with a backslash,
    HalfPair(u16),
    /// and goes on with `u`.
    HalfPairBegun(u16),
}

impl PartialJson {
    /// Takes the next piece of the text. Says whether the value grew.
    pub fn push(&mut self, text: &str) -> bool {
        let before = self.changes;
        let mut rest = text;
        while let Some(byte) = rest.bytes().next() {
            let Some(taken) = self.step(byte, rest) else { break };
            self.seen = self.seen.saturating_add(taken);
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.seen = self.seen.saturating_add(rest.len());
        self.changes != before
    }

    /// The value so far; null before it begins.
    pub fn value(&self) -> &Value {
        &self.root
    }

    /// The value so far, taken out.
    pub fn into_value(self) -> Value {
        self.root
    }

    /// Whether the value has come to its end.
    pub fn is_complete(&self) -> bool {
        self.state == State::Ended
    }

    /// Where the value lies among all bytes that came; `None` before its end.
    pub fn span(&self) -> Option<Range<usize>> {
        Some(self.start?..self.end?)
    }

    /// Takes at least a byte, or changes the state; `None` where nothing counts any more.
    fn step(&mut self, byte: u8, rest: &str) -> Option<usize> {
        self.tally(1);
        match self.state {
            State::Ended | State::Broken => return None,
            State::Before => return Some(self.before(rest)),
            State::Text { of, escape: Escape::None } => return Some(self.text(of, rest)),
            State::Text { of, escape } => return Some(self.escaped(of, escape, byte, rest)),
            State::Scalar => return Some(self.scalar(rest)),
            _ if byte.is_ascii_whitespace() => return Some(1),
            State::Value { first } => match byte {
                b']' if first => self.close(),
                b'{' | b'[' => self.begin(byte),
                b'"' => {
                    self.put(Value::String(String::new()));
                    self.state = State::Text { of: Of::Value, escape: Escape::None };
                }
                b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                    self.scalar.clear();
                    self.state = State::Scalar;
                    return Some(0);
                }
                _ => self.state = State::Broken,
            },
            State::Name { first } => match byte {
                b'}' if first => self.close(),
                b'"' => {
                    if let Some(Open::Object(name)) = self.open.last_mut() {
                        name.clear();
                    }
                    self.state = State::Text { of: Of::Name, escape: Escape::None };
                }
                _ => self.state = State::Broken,
            },
            State::Colon => {
                self.state = if byte == b':' { State::Value { first: false } } else { State::Broken };
            }
            State::Behind => match (byte, self.open.last()) {
                (b',', Some(Open::List)) => self.state = State::Value { first: false },
                (b',', Some(Open::Object(_))) => self.state = State::Name { first: false },
                (b']', Some(Open::List)) | (b'}', Some(Open::Object(_))) => self.close(),
                _ => self.state = State::Broken,
            },
        }
        if self.state == State::Ended {
            self.end = Some(self.seen.saturating_add(1));
        }
        Some(1)
    }

    fn before(&mut self, rest: &str) -> usize {
        let place = rest.find(['{', '[']).unwrap_or(rest.len());
        self.tally(place);
        let Some(byte) = rest.as_bytes().get(place) else { return place };
        self.start = Some(self.seen.saturating_add(place));
        self.begin(*byte);
        place.saturating_add(1)
    }

    /// The text up to what ends or escapes it.
    fn text(&mut self, of: Of, rest: &str) -> usize {
        let length = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
        let plain = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.tally(plain.len());
        if !plain.is_empty() {
            self.append(of, plain);
        }
        let Some(byte) = rest.as_bytes().get(plain.len()) else { return plain.len() };
        self.state = match (byte, of) {
            (b'\\', _) => State::Text { of, escape: Escape::Begun },
            (b'"', Of::Name) => State::Colon,
            (b'"', Of::Value) => State::Behind,
            _ => State::Broken,
        };
        plain.len().saturating_add(1)
    }

    fn escaped(&mut self, of: Of, escape: Escape, byte: u8, rest: &str) -> usize {
        let next = match (escape, byte) {
            (Escape::Begun, b'u') => Some(Escape::Digits { count: 0, code: 0, high: None }),
            (Escape::Begun, _) => {
                let character = match byte {
                    b'"' => "\"",
                    b'\\' => "\\",
                    b'/' => "/",
                    b'b' => "\u{8}",
                    b'f' => "\u{c}",
                    b'n' => "\n",
                    b'r' => "\r",
                    b't' => "\t",
                    _ => "",
                };
                self.append(of, character);
                (!character.is_empty()).then_some(Escape::None)
            }
            (Escape::Digits { count, code, high }, _) => self.digit(of, (count, code, high), byte),
            (Escape::HalfPair(high), b'\\') => Some(Escape::HalfPairBegun(high)),
            (Escape::HalfPairBegun(high), b'u') => {
                Some(Escape::Digits { count: 0, code: 0, high: Some(high) })
            }
            // Half a pair, which is no character.
            _ => None,
        };
        self.state = next.map_or(State::Broken, |escape| State::Text { of, escape });
        rest.chars().next().map_or(1, char::len_utf8)
    }

    fn digit(&mut self, of: Of, so_far: (u8, u16, Option<u16>), byte: u8) -> Option<Escape> {
        let (count, code, high) = so_far;
        let digit = char::from(byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
        let code = code.wrapping_shl(4) | digit;
        if count < 3 {
            return Some(Escape::Digits { count: count.saturating_add(1), code, high });
        }
        if high.is_none() && (0xD800..0xDC00).contains(&code) {
            return Some(Escape::HalfPair(code));
        }
        let character = char::decode_utf16(high.into_iter().chain([code])).next()?.ok()?;
        self.append(of, character.encode_utf8(&mut [0; 4]));
        Some(Escape::None)
    }

    /// A number or literal up to what ends it.
    fn scalar(&mut self, rest: &str) -> usize {
        let of_scalar = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.bytes().position(|byte| !of_scalar(byte));
        let piece = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.tally(piece.len());
        self.scalar.push_str(piece);
        if length.is_some() {
            let scalar = std::mem::take(&mut self.scalar);
            self.tally(scalar.len());
            match serde_json::from_str(&scalar) {
                Ok(value) => {
                    self.put(value);
                    self.state = State::Behind;
                }
                Err(_) => self.state = State::Broken,
            }
        }
        piece.len()
    }

    fn begin(&mut self, byte: u8) {
        if self.open.len() >= MAX_DEPTH {
            self.state = State::Broken;
            return;
        }
        let (value, open, state) = match byte {
            b'[' => (Value::Array(Vec::new()), Open::List, State::Value { first: true }),
            _ => (Value::Object(Map::new()), Open::Object(String::new()), State::Name { first: true }),
        };
        self.put(value);
        self.open.push(open);
        self.state = state;
    }

    fn close(&mut self) {
        self.open.pop();
        self.state = if self.open.is_empty() { State::Ended } else { State::Behind };
    }

    fn put(&mut self, value: Value) {
        self.changes = self.changes.wrapping_add(1);
        let Some((last, outer)) = self.open.split_last() else {
            self.root = value;
            return;
        };
        #[cfg(test)]
        {
            self.work = self.work.saturating_add(outer.len());
        }
        match (find(&mut self.root, outer), last) {
            (Some(Value::Array(items)), Open::List) => items.push(value),
            (Some(Value::Object(members)), Open::Object(name)) => {
                members.insert(name.clone(), value);
            }
            _ => self.state = State::Broken,
        }
    }

    fn append(&mut self, of: Of, text: &str) {
        match of {
            Of::Name => {
                if let Some(Open::Object(name)) = self.open.last_mut() {
                    name.push_str(text);
                }
            }
            Of::Value => {
                self.changes = self.changes.wrapping_add(1);
                self.tally(self.open.len());
                if let Some(Value::String(string)) = find(&mut self.root, &self.open) {
                    string.push_str(text);
                }
            }
        }
    }

    #[cfg(test)]
    fn tally(&mut self, work: usize) {
        self.work = self.work.saturating_add(work);
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests count")]
    fn tally(&mut self, _: usize) {}
}

impl fmt::Debug for PartialJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialJson")
            .field("value", &Hidden(&self.root))
            .field("complete", &self.is_complete())
            .finish_non_exhaustive()
    }
}

/// The last value of the innermost of these containers.
fn find<'a>(root: &'a mut Value, open: &[Open]) -> Option<&'a mut Value> {
    open.iter().try_fold(root, |value, open| match open {
        Open::List => value.as_array_mut()?.last_mut(),
        Open::Object(name) => value.as_object_mut()?.get_mut(name),
    })
}
