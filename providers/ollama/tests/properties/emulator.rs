//! Answers at random, written as the server writes them: whole, and as a stream in pieces of any length.

use proptest::prelude::*;
use serde_json::{Value, json};

/// `Response` is an answer, and how long the pieces of its texts are.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    thinking: String,
    content: String,
    images: Vec<Value>,
    calls: Vec<Value>,
    reason: &'static str,
    usage: [u32; 2],
    lengths: Vec<usize>,
}

impl Response {
    pub(crate) fn whole(&self) -> String {
        let mut message = json!({"role": "assistant", "content": self.content});
        for (key, is_there, value) in [
            ("thinking", !self.thinking.is_empty(), json!(self.thinking)),
            ("images", !self.images.is_empty(), json!(self.images)),
            ("tool_calls", !self.calls.is_empty(), json!(self.calls)),
        ] {
            if is_there {
                message[key] = value;
            }
        }
        self.line(message, true, 99).to_string()
    }

    /// Each piece in a line of its own, and what ends it in the last.
    pub(crate) fn stream(&self) -> String {
        let mut lengths = self.lengths.iter().copied().cycle();
        let mut messages = Vec::new();
        for (key, text) in [("thinking", &self.thinking), ("content", &self.content)] {
            let mut chars = text.chars().peekable();
            while chars.peek().is_some() {
                let mut message = json!({"role": "assistant", "content": ""});
                message[key] = chars.by_ref().take(lengths.next().unwrap()).collect::<String>().into();
                messages.push(message);
            }
        }
        for (key, list) in [("images", &self.images), ("tool_calls", &self.calls)] {
            for one in list {
                let mut message = json!({"role": "assistant", "content": ""});
                message[key] = json!([one]);
                messages.push(message);
            }
        }
        let last = json!({"role": "assistant", "content": ""});
        let lines = messages.into_iter().enumerate().map(|(at, message)| self.line(message, false, at));
        lines.chain([self.line(last, true, 99)]).map(|line| format!("{line}\n")).collect()
    }

    fn line(&self, message: Value, is_last: bool, at: usize) -> Value {
        let mut line = json!({
            "model": "m", "created_at": format!("2026-11-25T10:00:{at}Z"), "message": message, "done": is_last,
        });
        if is_last {
            line["done_reason"] = self.reason.into();
            line["prompt_eval_count"] = self.usage[0].into();
            line["eval_count"] = self.usage[1].into();
            line["total_duration"] = 7.into();
        }
        line
    }
}

pub(crate) fn response() -> impl Strategy<Value = Response> {
    let text = || "(\\PC|[\"\\\\\n🙂]){0,40}";
    let call = ("[a-z]{1,5}", text(), any::<bool>()).prop_map(|(name, text, has_id)| {
        let mut call = json!({"function": {"name": name, "arguments": {"a": text}}});
        if has_id {
            call["id"] = "call_1".into();
        }
        call
    });
    let reason = prop_oneof![Just("stop"), Just("length"), Just("load")];
    let lengths = prop::collection::vec(1..9_usize, 1..5);
    let images = prop::collection::vec(Just(json!("YWJj")), 0..2);
    (text(), text(), images, prop::collection::vec(call, 0..3), reason, any::<[u32; 2]>(), lengths).prop_map(
        |(thinking, content, images, calls, reason, usage, lengths)| Response {
            thinking,
            content,
            images,
            calls,
            reason,
            usage,
            lengths,
        },
    )
}
