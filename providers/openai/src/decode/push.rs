use steer_core::message::ToolCallPart;
use steer_core::stream::SealOp;
use steer_core::tools::ToolInput;
use steer_core::{ChunkSink, Part, StreamChunk};

/// Opens a block, sends what it holds as deltas, and closes it.
pub(super) fn whole(index: u32, mut part: Part, out: &mut ChunkSink) {
    let deltas = take(index, &mut part);
    out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
    for delta in deltas {
        out.push(delta);
    }
    out.push(StreamChunk::ContentBlockStop { index, part: None });
}

/// Sends what a part holds as deltas.
pub(super) fn tell(index: u32, mut part: Part, out: &mut ChunkSink) {
    for delta in take(index, &mut part) {
        out.push(delta);
    }
}

/// Whether a part holds something that goes out as deltas.
pub(super) fn has_deltas(part: &Part) -> bool {
    match part {
        Part::Text(part) => !part.text.is_empty() || !part.citations.is_empty(),
        Part::Refusal(part) => !part.text.is_empty(),
        Part::Thinking(part) => !part.sections.is_empty() || part.seal.is_some(),
        Part::ToolCall(part) => !part.call.raw().is_empty(),
        _ => true,
    }
}

/// Takes out of a part what goes out as deltas.
pub(super) fn take(index: u32, part: &mut Part) -> Vec<StreamChunk> {
    let mut deltas = Vec::new();
    match part {
        Part::Text(part) => {
            let text = std::mem::take(&mut part.text);
            if !text.is_empty() {
                deltas.push(StreamChunk::TextDelta { index, text });
            }
            let citations = std::mem::take(&mut part.citations).into_iter().map(Box::new);
            deltas.extend(citations.map(|citation| StreamChunk::CitationAdded { index, citation }));
            let logprobs = std::mem::take(&mut part.logprobs).into_iter();
            deltas.extend(logprobs.map(|json| StreamChunk::Logprobs { index, json }));
        }
        Part::Refusal(part) => {
            let text = std::mem::take(&mut part.text);
            if !text.is_empty() {
                deltas.push(StreamChunk::RefusalDelta { index, text });
            }
        }
        Part::Thinking(part) => {
            for section in std::mem::take(&mut part.sections) {
                deltas.push(StreamChunk::ThinkingSection { index, form: section.form });
                deltas.push(StreamChunk::ThinkingDelta { index, text: section.text });
            }
            let seal = part.seal.take();
            deltas.extend(seal.map(|seal| StreamChunk::SealDelta { index, seal, op: SealOp::Set }));
        }
        Part::ToolCall(part) => {
            let delta = take_input(part);
            if !delta.is_empty() {
                deltas.push(StreamChunk::ToolInputDelta { index, delta });
            }
        }
        _ => {}
    }
    deltas
}

fn take_input(part: &mut ToolCallPart) -> String {
    match &mut part.call.input {
        ToolInput::Json(raw) | ToolInput::Text(raw) => std::mem::take(raw),
    }
}
