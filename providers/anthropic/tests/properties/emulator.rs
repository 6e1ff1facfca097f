//! A vendor: writes a message as the events of a stream and as one body.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Message {
    id: String,
    blocks: Vec<Block>,
    stop: (&'static str, Option<String>),
    usage: [u32; 4],
    /// How long deltas are, in characters, in turn.
    lengths: Vec<usize>,
    pings: bool,
}

#[derive(Clone, Debug)]
enum Block {
    Text(String),
    Thinking { text: String, signature: String },
    Redacted(String),
    Call { kind: &'static str, id: String, name: String, input: Map<String, Value> },
    Result { id: String, content: Vec<String> },
    Unknown { text: String },
}

/// Text with what is hard in it: escapes, characters of two to four bytes, line ends of all kinds, and words of the
/// event stream's own.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[a-z ]{0,12}",
        Just("\u{2028}\u{85}\u{b}\u{c}".to_owned()),
        Just("\r\ndata: [DONE]\n\n".to_owned()),
        Just("\"\\/\u{8}\u{0}🙂 中é\u{FEFF}".to_owned()),
    ];
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{1,20}"
}

fn input() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        vec(text(), 0..3).prop_map(Value::from),
    ];
    vec((text(), value), 0..4).prop_map(|members| members.into_iter().collect())
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![Just("tool_use"), Just("server_tool_use"), Just("mcp_tool_use")];
    prop_oneof![
        3 => text().prop_map(Block::Text),
        1 => (text(), word()).prop_map(|(text, signature)| Block::Thinking { text, signature }),
        1 => word().prop_map(Block::Redacted),
        2 => (kind, word(), word(), input()).prop_map(|(kind, id, name, input)| Block::Call { kind, id, name, input }),
        1 => (word(), vec(text(), 0..3)).prop_map(|(id, content)| Block::Result { id, content }),
        1 => text().prop_map(|text| Block::Unknown { text }),
    ]
}

pub(crate) fn message() -> impl Strategy<Value = Message> {
    let stop = prop_oneof![
        Just(("end_turn", None)),
        Just(("tool_use", None)),
        Just(("pause_turn", None)),
        text().prop_map(|text| ("stop_sequence", Some(text))),
        Just(("zz_new", None)),
    ];
    let usage = any::<[u32; 4]>();
    (word(), vec(block(), 0..6), stop, usage, vec(1_usize..9, 1..6), any::<bool>()).prop_map(
        |(id, blocks, stop, usage, lengths, pings)| Message { id, blocks, stop, usage, lengths, pings },
    )
}

impl Message {
    /// One JSON body.
    pub(crate) fn whole(&self) -> String {
        let content: Vec<Value> = self.blocks.iter().map(Block::whole).collect();
        let mut message = self.envelope(json!(content));
        message["stop_reason"] = self.stop.0.into();
        message["stop_sequence"] = self.stop.1.clone().into();
        message["usage"] = self.usage();
        message.to_string()
    }

    /// The events of a stream.
    pub(crate) fn stream(&self) -> String {
        let mut start = self.envelope(json!([]));
        start["usage"] =
            json!({"input_tokens": self.usage[0], "output_tokens": 1, "cache_read_input_tokens": null});
        let mut events = vec![json!({"type": "message_start", "message": start})];
        let mut lengths = self.lengths.iter().copied().cycle();
        for (index, block) in self.blocks.iter().enumerate() {
            events
                .push(json!({"type": "content_block_start", "index": index, "content_block": block.start()}));
            for delta in block.deltas(&mut lengths) {
                events.push(json!({"type": "content_block_delta", "index": index, "delta": delta}));
            }
            events.push(json!({"type": "content_block_stop", "index": index}));
        }
        let delta = json!({"stop_reason": self.stop.0, "stop_sequence": self.stop.1});
        events.push(json!({"type": "message_delta", "delta": delta, "usage": self.usage()}));
        events.push(json!({"type": "message_stop"}));
        let mut out = String::new();
        for event in events {
            if self.pings {
                out.push_str("event: ping\ndata: {\"type\": \"ping\"}\n\n");
            }
            out.push_str(&format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()));
        }
        out
    }

    fn envelope(&self, content: Value) -> Value {
        json!({"id": self.id, "type": "message", "role": "assistant", "model": "claude-9", "content": content})
    }

    fn usage(&self) -> Value {
        let [input, output, read, write] = self.usage;
        json!({
            "input_tokens": input,
            "output_tokens": output,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": write,
        })
    }
}

impl Block {
    fn whole(&self) -> Value {
        match self {
            Self::Text(text) => json!({"type": "text", "text": text}),
            Self::Thinking { text, signature } => {
                json!({"type": "thinking", "thinking": text, "signature": signature})
            }
            Self::Redacted(data) => json!({"type": "redacted_thinking", "data": data}),
            Self::Call { kind, id, name, input } => {
                json!({"type": kind, "id": id, "name": name, "input": input})
            }
            Self::Result { id, content } => {
                json!({"type": "web_search_tool_result", "tool_use_id": id, "content": content})
            }
            Self::Unknown { text } => json!({"type": "zz_block", "text": text, "zz": [1, null]}),
        }
    }

    /// The block as a stream starts it: what deltas bring is empty.
    fn start(&self) -> Value {
        let mut start = self.whole();
        match self {
            Self::Text(_) | Self::Unknown { .. } => start["text"] = "".into(),
            Self::Thinking { .. } => (start["thinking"], start["signature"]) = ("".into(), "".into()),
            Self::Call { .. } => start["input"] = json!({}),
            Self::Redacted(_) | Self::Result { .. } => {}
        }
        start
    }

    fn deltas(&self, lengths: &mut impl Iterator<Item = usize>) -> Vec<Value> {
        let mut deltas = |kind: &str, member: &str, text: &str| -> Vec<Value> {
            let mut chars = text.chars().peekable();
            let mut deltas = Vec::new();
            while chars.peek().is_some() {
                let part: String = chars.by_ref().take(lengths.next().unwrap()).collect();
                deltas.push(json!({"type": kind, member: part}));
            }
            deltas
        };
        match self {
            Self::Text(text) | Self::Unknown { text } => deltas("text_delta", "text", text),
            Self::Thinking { text, signature } => {
                let mut all = deltas("thinking_delta", "thinking", text);
                all.push(json!({"type": "signature_delta", "signature": signature}));
                all
            }
            Self::Call { input, .. } if input.is_empty() => {
                vec![json!({"type": "input_json_delta", "partial_json": ""})]
            }
            Self::Call { input, .. } => {
                deltas("input_json_delta", "partial_json", &Value::Object(input.clone()).to_string())
            }
            Self::Redacted(_) | Self::Result { .. } => Vec::new(),
        }
    }
}
