//! OpenAI's Chat Completions: <https://platform.openai.com/docs/api-reference/chat-streaming>.

use serde_json::{Value, json};
use steer_testkit::server::Reply;

use super::Answer;

pub(super) fn whole(answer: &Answer) -> Reply {
    let body = json!({
        "id": "chatcmpl-demo", "object": "chat.completion", "created": 1, "model": answer.model,
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": answer.text}, "finish_reason": "stop",
        }],
        "usage": usage(answer),
    });
    Reply::json(200, body.to_string())
}

pub(super) fn stream(answer: &Answer) -> Reply {
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({
            "id": "chatcmpl-demo", "object": "chat.completion.chunk", "created": 1, "model": answer.model,
            "choices": choices, "usage": usage,
        });
        format!("data: {chunk}\n\n")
    };
    let delta = |delta: Value, finish: Value| json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
    let mut chunks =
        vec![chunk(delta(json!({"role": "assistant", "content": ""}), Value::Null), Value::Null)];
    chunks.extend(
        answer
            .text
            .split_inclusive(' ')
            .map(|word| chunk(delta(json!({"content": word}), Value::Null), Value::Null)),
    );
    chunks.push(chunk(delta(json!({}), json!("stop")), Value::Null));
    chunks.push(chunk(json!([]), usage(answer)));
    chunks.push("data: [DONE]\n\n".to_owned());
    Reply::sse(chunks)
}

fn usage(answer: &Answer) -> Value {
    let (input, output) = answer.tokens;
    json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input.saturating_add(output)})
}
