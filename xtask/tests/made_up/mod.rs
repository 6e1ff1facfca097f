//! A provider of a wire format that nobody has, and its recordings.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "only tests call it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::{Value, json};
use steer::http::HttpProvider;
use steer::{
    ApiError, BodyEnd, Call, ChunkSink, Decoder, Delivery, EndProof, Frame, Outgoing, Part, Protocol,
    Provider, ProviderSettings, Registration, StopReason, StreamChunk, StreamError,
};

pub fn recording(id: &str, kind: &str, status: u16, body: &str) -> String {
    let content_type = if kind == "stream" { "text/event-stream" } else { "application/json" };
    json!({
        "id": id, "api": "made-up", "vendor": id.split('-').next(), "kind": kind,
        "request": {"method": "POST", "path": "/x", "body": {"model": "m1"}},
        "response": {"status": status, "headers": {"content-type": content_type, "content-length": "1"}, "body": body},
    })
    .to_string()
}

pub fn expected(id: &str, text: &str, stop_reason: Value) -> Value {
    let kind = id.split('-').nth(1);
    json!({
        "id": id, "api": "made-up", "kind": kind, "text": text, "thinking": "", "refusal": null, "tool_calls": [],
        "stop_reason": stop_reason, "stop_reason_raw": "stop", "usage": null, "response_id": null, "model": null,
        "error": null, "notes": ["made up"],
    })
}

pub const REGISTRATION: Registration = Registration::new(
    "made-up",
    "made-up",
    &["made-up"],
    r#"
    [[providers]]
    id = "made-up"
    name = "Made up"
    api_format = "made-up"
    base_url = "https://made-up.example"
    "#,
    build,
);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(HttpProvider::new(MadeUp, settings)?))
}

#[derive(Debug)]
struct MadeUp;

impl Protocol for MadeUp {
    fn api(&self) -> &str {
        "made-up"
    }

    fn encode(&self, call: &Call, _: Delivery) -> Result<Outgoing, ApiError> {
        assert_eq!(&*call.model.id.name, "m1", "the recorded model is asked for");
        Ok(Outgoing::post("/x", "{}"))
    }

    fn decoder(&self, _: &Call, _: Delivery) -> Box<dyn Decoder> {
        Box::new(Reading { open: false })
    }
}

struct Reading {
    open: bool,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Event {
    text: Option<String>,
    end: Option<String>,
    /// Asks for a text that differs from call to call.
    flaky: bool,
    panic: bool,
}

impl Decoder for Reading {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let event: Event = serde_json::from_str(frame.data).unwrap();
        assert!(!event.panic, "asked to panic");
        let text =
            if event.flaky { Some(CALLS.fetch_add(1, Ordering::Relaxed).to_string()) } else { event.text };
        if let Some(text) = text {
            if !self.open {
                out.push(StreamChunk::ContentBlockStart { index: 0, part: Box::new(Part::text("")) });
                self.open = true;
            }
            out.push(StreamChunk::TextDelta { index: 0, text });
        }
        if let Some(raw) = event.end {
            out.push(StreamChunk::ContentBlockStop { index: 0, part: None });
            let reason = if raw == "length" { StopReason::MaxOutputTokens } else { StopReason::EndTurn };
            out.push(StreamChunk::Stop { reason, raw });
            out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        }
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}
