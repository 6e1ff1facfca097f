//! Anthropic's Messages: <https://docs.claude.com/en/docs/build-with-claude/streaming>.

use serde_json::{Value, json};
use steer_testkit::server::Reply;

use super::Answer;

pub(super) fn whole(answer: &Answer) -> Reply {
    let (input, output) = answer.tokens;
    let body = json!({
        "id": "msg_demo", "type": "message", "role": "assistant", "model": answer.model,
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": input, "output_tokens": output},
    });
    Reply::json(200, body.to_string())
}

pub(super) fn stream(answer: &Answer) -> Reply {
    let (input, output) = answer.tokens;
    let mut events = vec![
        json!({"type": "message_start", "message": {
            "id": "msg_demo", "type": "message", "role": "assistant", "model": answer.model, "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": input, "output_tokens": 1},
        }}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
    ];
    events.extend(answer.text.split_inclusive(' ').map(|word| {
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}})
    }));
    events.extend([
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
            "usage": {"output_tokens": output}}),
        json!({"type": "message_stop"}),
    ]);
    Reply::sse(events.iter().map(|event| {
        let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
        format!("event: {name}\ndata: {event}\n\n")
    }))
}
