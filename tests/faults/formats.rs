//! The wire formats, and what a server of each says; written from the vendors' documentation.

use serde_json::{Value, json};

/// `Format` is one wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Messages,
    Chat,
    Responses,
    Gemini,
    Ollama,
}

use Format::{Chat, Gemini, Messages, Ollama, Responses};

pub(crate) const ALL: [Format; 5] = [Messages, Chat, Responses, Gemini, Ollama];

/// Those whose streams are events; Ollama's are lines.
pub(crate) const EVENTS: [Format; 4] = [Messages, Chat, Responses, Gemini];

/// One frame of a stream: the event's name, if it has one, and its data.
pub(crate) type Frame = (&'static str, String);

impl Format {
    /// The name in a catalog.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Messages => "anthropic-messages",
            Chat => "openai-chat",
            Responses => "openai-responses",
            Gemini => "gemini",
            Ollama => "ollama-chat",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        if self == Ollama { "application/x-ndjson" } else { "text/event-stream" }
    }

    /// A whole stream that says these texts, one frame each.
    pub(crate) fn stream(self, texts: &[&str]) -> String {
        self.written(&self.frames(texts))
    }

    /// The stream up to its last text, without an end.
    pub(crate) fn begun(self, texts: &[&str]) -> String {
        self.written(&self.start()) + &self.written(&self.texts(texts))
    }

    /// The frames of a whole stream.
    pub(crate) fn frames(self, texts: &[&str]) -> Vec<Frame> {
        [self.start(), self.texts(texts), self.end(&texts.concat())].concat()
    }

    /// Frames as the wire has them.
    pub(crate) fn written(self, frames: &[Frame]) -> String {
        frames.iter().map(|frame| self.frame(frame)).collect()
    }

    /// One frame as the wire has it.
    pub(crate) fn frame(self, (name, data): &Frame) -> String {
        match (self, *name) {
            (Ollama, _) => format!("{data}\n"),
            (_, "") => format!("data: {data}\n\n"),
            (_, name) => format!("event: {name}\ndata: {data}\n\n"),
        }
    }

    /// What comes before the first content.
    pub(crate) fn start(self) -> Vec<Frame> {
        match self {
            Messages => vec![
                named(json!({"type": "message_start", "message": {"id": "msg_1", "type": "message",
                    "role": "assistant", "model": "m-1", "content": [], "stop_reason": null,
                    "stop_sequence": null, "usage": {"input_tokens": 9, "output_tokens": 1}}})),
                named(json!({"type": "content_block_start", "index": 0,
                    "content_block": {"type": "text", "text": ""}})),
            ],
            Chat => vec![chat(json!({"role": "assistant", "content": ""}), Value::Null)],
            Responses => vec![
                named(json!({"type": "response.created", "sequence_number": 0,
                    "response": {"id": "resp_1", "object": "response", "status": "in_progress", "model": "m-1",
                        "output": []}})),
                named(json!({"type": "response.output_item.added", "sequence_number": 1, "output_index": 0,
                    "item": {"id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant",
                        "content": []}})),
                named(
                    json!({"type": "response.content_part.added", "sequence_number": 2, "item_id": "msg_1",
                    "output_index": 0, "content_index": 0,
                    "part": {"type": "output_text", "text": "", "annotations": []}}),
                ),
            ],
            Gemini | Ollama => Vec::new(),
        }
    }

    /// The first frame, where it begins the answer and no part of it yet.
    pub(crate) fn opening(self) -> String {
        self.start().first().map(|frame| self.frame(frame)).unwrap_or_default()
    }

    /// One frame for each text.
    pub(crate) fn texts(self, texts: &[&str]) -> Vec<Frame> {
        texts.iter().enumerate().map(|(number, text)| self.text(number, text)).collect()
    }

    fn text(self, number: usize, text: &str) -> Frame {
        match self {
            Messages => named(json!({"type": "content_block_delta", "index": 0,
                "delta": {"type": "text_delta", "text": text}})),
            Chat => chat(json!({"content": text}), Value::Null),
            Responses => named(json!({"type": "response.output_text.delta", "sequence_number": number + 3,
                "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": text})),
            Gemini => (
                "",
                json!({"candidates": [{"index": 0, "content": {"role": "model",
                "parts": [{"text": text}]}}], "responseId": "r-1", "modelVersion": "m-1"})
                .to_string(),
            ),
            Ollama => (
                "",
                json!({"model": "m-1", "created_at": "2026-01-01T00:00:00Z",
                "message": {"role": "assistant", "content": text}, "done": false})
                .to_string(),
            ),
        }
    }

    /// What ends a stream that said this text.
    pub(crate) fn end(self, text: &str) -> Vec<Frame> {
        match self {
            Messages => vec![
                named(json!({"type": "content_block_stop", "index": 0})),
                named(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn",
                    "stop_sequence": null}, "usage": {"output_tokens": 16}})),
                named(json!({"type": "message_stop"})),
            ],
            Chat => vec![chat(json!({}), json!("stop")), ("", "[DONE]".to_owned())],
            Responses => vec![named(json!({"type": "response.completed", "sequence_number": 999,
                "response": responses(text)}))],
            Gemini => vec![(
                "",
                json!({"candidates": [{"index": 0, "content": {"role": "model",
                "parts": [{"text": ""}]}, "finishReason": "STOP"}], "responseId": "r-1",
                "modelVersion": "m-1", "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 16,
                "totalTokenCount": 25}})
                .to_string(),
            )],
            Ollama => vec![(
                "",
                json!({"model": "m-1", "created_at": "2026-01-01T00:00:00Z",
                "message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "stop",
                "prompt_eval_count": 9, "eval_count": 16})
                .to_string(),
            )],
        }
    }

    /// The same answer as one body.
    pub(crate) fn whole(self, text: &str) -> String {
        match self {
            Messages => json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1",
                "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": null,
                "usage": {"input_tokens": 9, "output_tokens": 16}}),
            Chat => json!({"id": "c-1", "object": "chat.completion", "created": 1, "model": "m-1",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 16, "total_tokens": 25}}),
            Responses => responses(text),
            Gemini => json!({"candidates": [{"index": 0, "content": {"role": "model",
                "parts": [{"text": text}]}, "finishReason": "STOP"}], "responseId": "r-1",
                "modelVersion": "m-1", "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 16,
                "totalTokenCount": 25}}),
            Ollama => json!({"model": "m-1", "created_at": "2026-01-01T00:00:00Z",
                "message": {"role": "assistant", "content": text}, "done": true, "done_reason": "stop",
                "prompt_eval_count": 9, "eval_count": 16}),
        }
        .to_string()
    }

    /// The frame that says in a successful stream that the vendor has too much to do.
    pub(crate) fn overloaded(self) -> Frame {
        match self {
            Messages => named(json!({"type": "error",
                "error": {"type": "overloaded_error", "message": "Overloaded"}})),
            Chat => ("", json!({"error": {"message": "Overloaded", "code": 503}}).to_string()),
            Responses => named(json!({"type": "error", "sequence_number": 3,
                "error": {"type": "server_error", "code": "server_is_overloaded", "message": "Overloaded"}})),
            Gemini => (
                "",
                json!({"error": {"code": 503, "message": "The model is overloaded.",
                "status": "UNAVAILABLE"}})
                .to_string(),
            ),
            Ollama => {
                let message = "server busy, please try again. maximum pending requests exceeded";
                ("", json!({"error": message}).to_string())
            }
        }
    }

    /// The body of a refusal that says this.
    pub(crate) fn refusal(self, message: &str) -> String {
        match self {
            Messages => json!({"type": "error", "error": {"type": "zz_error", "message": message}}),
            Ollama => json!({"error": message}),
            Chat | Responses | Gemini => json!({"error": {"message": message}}),
        }
        .to_string()
    }

    /// Whether the vendor has an end of its own, behind which nothing is read.
    pub(crate) fn has_end(self) -> bool {
        self != Gemini
    }
}

/// An event whose name is its data's type.
fn named(data: Value) -> Frame {
    let name = match data["type"].as_str().unwrap() {
        "message_start" => "message_start",
        "content_block_start" => "content_block_start",
        "content_block_delta" => "content_block_delta",
        "content_block_stop" => "content_block_stop",
        "message_delta" => "message_delta",
        "message_stop" => "message_stop",
        "response.created" => "response.created",
        "response.output_item.added" => "response.output_item.added",
        "response.content_part.added" => "response.content_part.added",
        "response.output_text.delta" => "response.output_text.delta",
        "response.completed" => "response.completed",
        "error" => "error",
        other => panic!("{other} has no name here"),
    };
    (name, data.to_string())
}

fn chat(delta: Value, reason: Value) -> Frame {
    let chunk = json!({"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    ("", chunk.to_string())
}

fn responses(text: &str) -> Value {
    json!({"id": "resp_1", "object": "response", "status": "completed", "error": null, "model": "m-1",
        "output": [{"id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}],
        "usage": {"input_tokens": 9, "output_tokens": 16, "total_tokens": 25}})
}
