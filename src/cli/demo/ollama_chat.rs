//! Ollama's own API: <https://docs.ollama.com/api/chat>.

use serde_json::{Value, json};
use steer_testkit::server::Reply;

use super::Answer;

pub(super) fn whole(answer: &Answer) -> Reply {
    Reply::json(200, last(answer, &answer.text).to_string())
}

pub(super) fn stream(answer: &Answer) -> Reply {
    let line = |text: &str| {
        let message = json!({"role": "assistant", "content": text});
        json!({"model": answer.model, "created_at": CREATED, "message": message, "done": false})
    };
    let mut lines: Vec<String> =
        answer.text.split_inclusive(' ').map(|word| format!("{}\n", line(word))).collect();
    lines.push(format!("{}\n", last(answer, "")));
    Reply::stream("application/x-ndjson", lines)
}

const CREATED: &str = "2026-01-01T00:00:00Z";

/// What ends an answer, and holds all of it where it comes in one piece.
fn last(answer: &Answer, text: &str) -> Value {
    let (input, output) = answer.tokens;
    json!({
        "model": answer.model, "created_at": CREATED, "message": {"role": "assistant", "content": text},
        "done": true, "done_reason": "stop", "prompt_eval_count": input, "eval_count": output,
    })
}
