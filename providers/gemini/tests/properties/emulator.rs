//! Responses at random, written as the vendor writes them: whole, and as a stream in pieces of any length.

use proptest::prelude::*;
use serde_json::{Value, json};

/// `Response` is an answer of parts, and how long the pieces of its texts are.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    parts: Vec<Value>,
    finish: &'static str,
    usage: [u32; 3],
    lengths: Vec<usize>,
}

impl Response {
    pub(crate) fn whole(&self) -> String {
        self.event(&self.parts, true, self.usage[1]).to_string()
    }

    /// Each part in an event of its own, plain texts in several.
    pub(crate) fn stream(&self) -> String {
        let mut lengths = self.lengths.iter().copied().cycle();
        let mut pieces = Vec::new();
        for part in &self.parts {
            match part["text"].as_str() {
                Some(text) if part.get("thoughtSignature").is_none() => {
                    let mut chars = text.chars().peekable();
                    while chars.peek().is_some() {
                        let mut piece = part.clone();
                        piece["text"] =
                            chars.by_ref().take(lengths.next().unwrap()).collect::<String>().into();
                        pieces.push(piece);
                    }
                }
                _ => pieces.push(part.clone()),
            }
        }
        if pieces.is_empty() {
            pieces.push(json!({"text": ""}));
        }
        let last = pieces.len() - 1;
        let event = |(place, piece): (usize, Value)| {
            let counted = if place == last { self.usage[1] } else { place as u32 };
            format!("data: {}\n\n", self.event(&[piece], place == last, counted))
        };
        pieces.into_iter().enumerate().map(event).collect()
    }

    fn event(&self, parts: &[Value], ends: bool, counted: u32) -> Value {
        let [prompt, _, thoughts] = self.usage;
        let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
        if ends {
            candidate["finishReason"] = self.finish.into();
        }
        json!({
            "candidates": [candidate], "modelVersion": "m", "responseId": "r",
            "usageMetadata": {
                "promptTokenCount": prompt, "candidatesTokenCount": counted, "thoughtsTokenCount": thoughts,
            },
        })
    }
}

pub(crate) fn response() -> impl Strategy<Value = Response> {
    let finish = prop_oneof![Just("STOP"), Just("MAX_TOKENS"), Just("SAFETY")];
    let lengths = prop::collection::vec(1..9_usize, 1..5);
    (prop::collection::vec(part(), 0..8), finish, any::<[u32; 3]>(), lengths).prop_map(
        |(parts, finish, usage, lengths)| Response { parts: distinct(parts), finish, usage, lengths },
    )
}

fn part() -> impl Strategy<Value = Value> {
    let text = || "(\\PC|[\"\\\\\n🙂]){1,20}";
    prop_oneof![
        4 => text().prop_map(|text| json!({"text": text})),
        2 => text().prop_map(|text| json!({"text": text, "thought": true})),
        1 => (text(), "[a-z]{1,9}").prop_map(|(text, data)| json!({"text": text, "thoughtSignature": data})),
        1 => "[a-z]{1,9}".prop_map(|data| json!({"text": "", "thoughtSignature": data})),
        2 => ("[a-z]{1,5}", text(), any::<bool>()).prop_map(|(name, text, signed)| {
            let mut part = json!({"functionCall": {"name": name, "args": {"a": text}}});
            if signed {
                part["thoughtSignature"] = "s".into();
            }
            part
        }),
        1 => text().prop_map(|code| json!({"executableCode": {"code": code, "language": "PYTHON"}})),
        1 => text().prop_map(|odd| json!({"zz_part": {"zz": odd}})),
        1 => Just(json!({"inlineData": {"mimeType": "image/png", "data": "YWJj"}})),
    ]
}

/// Two plain texts of one kind that follow each other are one part to whoever reads a stream.
fn distinct(parts: Vec<Value>) -> Vec<Value> {
    let kind = |part: &Value| {
        let is_plain = part["text"].is_string() && part.get("thoughtSignature").is_none();
        is_plain.then(|| part.get("thought").is_some())
    };
    let mut kept: Vec<Value> = Vec::new();
    for part in parts {
        if kind(&part).is_none() || kept.last().is_none_or(|last| kind(last) != kind(&part)) {
            kept.push(part);
        }
    }
    kept
}
