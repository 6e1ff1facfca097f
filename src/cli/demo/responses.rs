//! OpenAI's Responses: <https://platform.openai.com/docs/api-reference/responses-streaming>.

use serde_json::{Value, json};
use steer_testkit::server::Reply;

use super::Answer;

pub(super) fn whole(answer: &Answer) -> Reply {
    Reply::json(200, response(answer, "completed", &json!([message(answer)])).to_string())
}

pub(super) fn stream(answer: &Answer) -> Reply {
    let mut number = 0_u32;
    let mut event = |kind: &str, mut members: Value| {
        if let Some(members) = members.as_object_mut() {
            members.insert("type".to_owned(), kind.into());
            members.insert("sequence_number".to_owned(), number.into());
        }
        number = number.saturating_add(1);
        format!("event: {kind}\ndata: {members}\n\n")
    };
    let place = |key: &str, value: Value| {
        let mut members = json!({"item_id": "msg_demo", "output_index": 0, "content_index": 0});
        if let Some(members) = members.as_object_mut() {
            members.insert(key.to_owned(), value);
        }
        members
    };
    let began = json!({"id": "msg_demo", "type": "message", "status": "in_progress", "role": "assistant", "content": []});
    let mut events = vec![
        event("response.created", json!({"response": response(answer, "in_progress", &json!([]))})),
        event("response.output_item.added", json!({"output_index": 0, "item": began})),
        event("response.content_part.added", place("part", content(""))),
    ];
    for word in answer.text.split_inclusive(' ') {
        events.push(event("response.output_text.delta", place("delta", word.into())));
    }
    let text = answer.text.as_str();
    events.push(event("response.output_text.done", place("text", text.into())));
    events.push(event("response.content_part.done", place("part", content(text))));
    events.push(event("response.output_item.done", json!({"output_index": 0, "item": message(answer)})));
    let response = response(answer, "completed", &json!([message(answer)]));
    events.push(event("response.completed", json!({"response": response})));
    Reply::sse(events)
}

fn response(answer: &Answer, status: &str, output: &Value) -> Value {
    let (input, out) = answer.tokens;
    let usage =
        json!({"input_tokens": input, "output_tokens": out, "total_tokens": input.saturating_add(out)});
    json!({
        "id": "resp_demo", "object": "response", "created_at": 1, "status": status, "error": null,
        "incomplete_details": null, "model": answer.model, "output": output,
        "usage": if status == "completed" { usage } else { Value::Null },
    })
}

fn message(answer: &Answer) -> Value {
    json!({
        "id": "msg_demo", "type": "message", "status": "completed", "role": "assistant",
        "content": [content(&answer.text)],
    })
}

fn content(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}
