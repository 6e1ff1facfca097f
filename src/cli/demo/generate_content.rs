//! Google's generateContent: <https://ai.google.dev/api/generate-content>.

use serde_json::{Value, json};
use steer_testkit::server::Reply;

use super::Answer;

/// How the path of a request for a stream ends.
pub(super) const STREAM: &str = ":streamGenerateContent";

/// The model that a path names, if it is one of this format.
pub(super) fn model(path: &str) -> Option<&str> {
    let (model, method) = path.strip_prefix("/models/")?.split_once(':')?;
    matches!(method, "generateContent" | "streamGenerateContent").then_some(model)
}

pub(super) fn whole(answer: &Answer) -> Reply {
    Reply::json(200, piece(answer, &answer.text, Some("STOP")).to_string())
}

pub(super) fn stream(answer: &Answer) -> Reply {
    let mut pieces: Vec<Value> =
        answer.text.split_inclusive(' ').map(|word| piece(answer, word, None)).collect();
    pieces.push(piece(answer, "", Some("STOP")));
    Reply::sse(pieces.iter().map(|piece| format!("data: {piece}\n\n")))
}

fn piece(answer: &Answer, text: &str, finish: Option<&str>) -> Value {
    let (input, output) = answer.tokens;
    let mut candidate = json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
    if let (Some(finish), Some(members)) = (finish, candidate.as_object_mut()) {
        members.insert("finishReason".to_owned(), finish.into());
    }
    json!({
        "candidates": [candidate], "modelVersion": answer.model, "responseId": "demo",
        "usageMetadata": {
            "promptTokenCount": input, "candidatesTokenCount": output,
            "totalTokenCount": input.saturating_add(output),
        },
    })
}
